//! HDFS as the tool beside the jobs sees it.

use std::io::{self, Write};
use std::mem;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use mrjob_core::task::RemoteFile;

use super::error::HdfsError;
use super::files::{FileSystems, Status, Way};
use super::location::Location;
use crate::event::Event;
use crate::fs::{FileSystem, Found, FsError, Tags, Upload};
use crate::hadoop::find::configuration;
use crate::hadoop::prepare::{credentials, default_file_system, user};
use crate::hadoop::site::Site;
use crate::runner::Stop;
use crate::web::{Client, LIMIT, Patience};

/// What ends the waiting of all calls.
static STOP: LazyLock<Stop> = LazyLock::new(Stop::default);

/// Tells the user of the tool.
fn tell(event: Event) {
    if let Event::Note { message } | Event::Warning { message } = event {
        // Nobody can be told that standard error is closed.
        let _ = writeln!(io::stderr(), "{message}");
    }
}

/// The file system that Hadoop's configuration on this machine names, by its web service.
pub(crate) struct Hdfs {
    files: Arc<FileSystems<'static>>,
    /// How tasks get there, as text.
    access: String,
    /// What addresses begin with, as the user writes them: `hdfs://node:8020`, `hdfs://`.
    head: String,
}

impl Hdfs {
    /// The file system of `address`, which is an `hdfs:` URI.
    pub(crate) fn open(address: &str) -> Result<Self, FsError> {
        let failed = |reason: String| FsError::Failed {
            action: format!("reach `{address}`"),
            reason,
        };
        let connected = configuration().and_then(|dir| {
            let site = Site::read(&dir)?;
            let default = default_file_system(&site)?;
            Ok((site, default))
        });
        let (site, default) = connected.map_err(|error| failed(error.to_string()))?;
        let (head, _) = split(address);
        let user = user();
        let client = Client::new(None);
        client.end_on(&STOP);
        let way = Way {
            client,
            authorities: None,
            url: None,
            credentials: credentials(&user),
            patience: Patience::new(LIMIT, &STOP, &tell),
        };
        let files = FileSystems::connect(&site, default.clone(), Vec::new(), &user, way);
        let files = files.map_err(|error| failed(error.to_string()))?;
        if !files.is_default(&files.locate(&format!("{head}/"))) {
            let conf_dir = site.dir().display();
            return Err(failed(format!(
                "the file system of `{conf_dir}` is `{default}`\nhint: `hadoop fs` reaches others"
            )));
        }
        match files.access().map(str::to_owned) {
            Some(access) => Ok(Hdfs {
                head: head.to_owned(),
                access,
                files: Arc::new(files),
            }),
            None => Err(failed(format!(
                "{}\nhint: `hadoop fs` reaches it",
                files.way()
            ))),
        }
    }

    fn at(&self, address: &str) -> Location {
        self.files.locate(split(address).1)
    }

    fn found(&self, path: &str, status: &Status) -> Found {
        Found {
            file: RemoteFile {
                address: format!("{}{path}", self.head),
                bytes: status.bytes,
                version: Some(status.modified.to_string()),
                access: Some(self.access.clone()),
            },
            modified: (status.modified / 1000).try_into().ok(),
            archived: None,
        }
    }

    /// What is in the folder whose path, with a `/` at its end, is `folder`; nothing where there is no such folder.
    fn list(&self, folder: &str) -> Result<Vec<Status>, FsError> {
        match self.files.list(&self.files.locate(folder)) {
            Err(error) if error.is_missing() => Ok(Vec::new()),
            listed => listed.map_err(failed("list", &format!("{}{folder}", self.head))),
        }
    }

    /// Adds the files below `folder` whose paths begin with `prefix`.
    fn descend(&self, folder: &str, prefix: &str, all: &mut Vec<Found>) -> Result<(), FsError> {
        for status in self.list(folder)? {
            let path = format!("{folder}{}", status.name);
            if !status.is_folder {
                all.extend(path.starts_with(prefix).then(|| self.found(&path, &status)));
                continue;
            }
            let path = path + "/";
            if path.starts_with(prefix) || prefix.starts_with(&path) {
                self.descend(&path, prefix, all)?;
            }
        }
        Ok(())
    }
}

impl FileSystem for Hdfs {
    fn file(&self, address: &str) -> Result<Option<Found>, FsError> {
        let status = self.files.status(&self.at(address));
        let status = status.map_err(failed("look at", address))?;
        let file = status.filter(|status| !status.is_folder);
        Ok(file.map(|status| self.found(split(address).1, &status)))
    }

    fn below(&self, prefix: &str) -> Result<Vec<Found>, FsError> {
        let mut all = Vec::new();
        let (_, path) = split(prefix);
        let folder = &path[..=path.rfind('/').unwrap_or(0)];
        self.descend(folder, path, &mut all)?;
        Ok(all)
    }

    fn children(&self, prefix: &str) -> Result<(Vec<Found>, Vec<String>), FsError> {
        let (_, folder) = split(prefix);
        let (mut files, mut folders) = (Vec::new(), Vec::new());
        for status in self.list(folder)? {
            let path = format!("{folder}{}", status.name);
            match status.is_folder {
                true => folders.push(format!("{}{path}/", self.head)),
                false => files.push(self.found(&path, &status)),
            }
        }
        Ok((files, folders))
    }

    fn is_folder(&self, address: &str) -> Result<bool, FsError> {
        let status = self.files.status(&self.at(address));
        let status = status.map_err(failed("look at", address))?;
        Ok(status.is_some_and(|status| status.is_folder))
    }

    fn delete(&self, addresses: &[String]) -> Result<(), FsError> {
        addresses.iter().try_for_each(|address| {
            let deleted = self.files.delete(&self.at(address));
            deleted.map_err(failed("delete", address))
        })
    }

    fn delete_below(&self, prefix: &str) -> Result<(), FsError> {
        let deleted = self.files.delete(&self.at(prefix));
        deleted.map_err(failed("delete", prefix))
    }

    fn upload(&self, _: &Tags) -> Box<dyn Upload> {
        Box::new(HdfsUpload {
            files: Arc::clone(&self.files),
            on_the_way: Mutex::default(),
        })
    }
}

/// Files that have other names until all of them are there.
struct HdfsUpload {
    files: Arc<FileSystems<'static>>,
    on_the_way: Mutex<Vec<OnTheWay>>,
}

struct OnTheWay {
    /// Where it is now.
    at: Location,
    /// Where it is to be.
    to: Location,
}

impl HdfsUpload {
    fn on_the_way(&self) -> MutexGuard<'_, Vec<OnTheWay>> {
        self.on_the_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Upload for HdfsUpload {
    fn send(&self, files: &[(PathBuf, String)]) -> Result<(), FsError> {
        for (from, address) in files {
            let to = self.files.locate(split(address).1);
            let Some((folder, name)) = to.split() else {
                return Err(FsError::BadAddress(address.clone()));
            };
            // Jobs leave out names that begin with a dot.
            let at = folder.join(&format!(".{name}._COPYING_"));
            self.on_the_way().push(OnTheWay {
                at: at.clone(),
                to: to.clone(),
            });
            let sent = self.files.put(from, &at, &STOP);
            if STOP.requested() {
                return Err(FsError::Cancelled);
            }
            sent.map_err(failed("write", address))?;
        }
        Ok(())
    }

    fn complete(&self) -> Result<(), FsError> {
        for file in self.on_the_way().iter_mut() {
            let renamed = self.files.rename(&file.at, &file.to);
            renamed.map_err(failed("write", file.to.as_str()))?;
            file.at = file.to.clone();
        }
        Ok(())
    }

    fn keep(&self) {
        self.on_the_way().clear();
    }

    fn cancel(&self) {
        STOP.request();
    }

    fn abort(&self) -> Result<(), FsError> {
        let files = mem::take(&mut *self.on_the_way());
        let delete = |file: &OnTheWay| {
            let deleted = self.files.delete(&file.at);
            deleted.map_err(failed("delete", file.at.as_str()))
        };
        let deleted: Vec<_> = files.iter().map(delete).collect();
        deleted.into_iter().collect()
    }
}

fn failed(what: &str, address: &str) -> impl FnOnce(HdfsError) -> FsError {
    let action = format!("{what} `{address}`");
    move |error| FsError::Failed {
        action,
        reason: error.to_string(),
    }
}

/// What stands before the path of a URI, and its path: `hdfs:` and `//node` are before.
fn split(address: &str) -> (&str, &str) {
    let start = address.find(':').map_or(0, |colon| colon + 1);
    let rest = &address[start..];
    let authority = match rest.strip_prefix("//") {
        Some(authority) => 2 + authority.find('/').unwrap_or(authority.len()),
        None => 0,
    };
    match address.split_at(start + authority) {
        (head, "") => (head, "/"),
        parts => parts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_their_paths() {
        assert_eq!(split("hdfs://node:8020/a/b"), ("hdfs://node:8020", "/a/b"));
        assert_eq!(split("hdfs://node"), ("hdfs://node", "/"));
        assert_eq!(split("hdfs:///a"), ("hdfs://", "/a"));
        assert_eq!(split("hdfs:/a"), ("hdfs:", "/a"));
    }
}
