//! HDFS as one file system among others.

use std::mem;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mrjob_core::task::RemoteFile;

use super::error::HdfsError;
use super::files::{FileSystems, Status, Way};
use super::installation::{configuration, credentials, default_file_system, user};
use super::location::Location;
use super::site::Site;
use crate::fs::system::tell;
use crate::fs::{Access, FileEntry, FileSystem, FsError, Tags, Upload};
use crate::stop::Stop;
use crate::web::{Client, LIMIT, Patience, ServiceUrl};

/// What the name of a file ends in that is on its way.
const COPYING: &str = "._COPYING_";

/// What ends the waiting of all calls.
static STOP: LazyLock<Stop> = LazyLock::new(Stop::default);

/// The file system that Hadoop's configuration on this machine names, by its web service.
struct Hdfs {
    files: Arc<FileSystems<'static>>,
    /// How tasks get there, as text.
    access: String,
    /// What addresses begin with, as the user writes them: `hdfs://node:8020`, `hdfs://`.
    head: String,
}

impl Hdfs {
    /// The file system of `address`.
    fn open(address: &str, access: &Access) -> Result<Self, FsError> {
        let unusable = |reason: String| {
            FsError::Unusable(format!("failed to reach `{address}`: {reason}").into())
        };
        let (head, _) = split(address);
        let url = match access.get("hdfs_url") {
            None => None,
            Some(text) => {
                let url = ServiceUrl::parse(text);
                // It isn't shown: there may be a password in it.
                let wrong = "`hdfs_url` isn't the address of a web service\nhint: an address is `https://HOST:PORT`";
                Some(url.ok_or_else(|| unusable(wrong.to_owned()))?)
            }
        };
        let configured = configuration().and_then(|dir| {
            let site = Site::read(&dir)?;
            let default = default_file_system(&site)?;
            Ok((site, default))
        });
        let (site, default) = match (configured, &url) {
            (Ok(configured), _) => configured,
            // The web service is all that is needed.
            (Err(_), Some(url)) => (Site::default(), named(head, url)),
            (Err(error), None) => {
                return Err(unusable(format!(
                    "{error}\nhint: or name its web service, `--hdfs-url http://NAMENODE:9870`"
                )));
            }
        };
        let user = user();
        let authorities = access.get("hadoop_ca_file").map(PathBuf::from);
        let client = Client::new(authorities.clone());
        client.end_on(&STOP);
        let patience = access.get("hadoop_patience");
        let patience = patience.and_then(|seconds| seconds.parse().ok());
        let patience = patience.map_or(LIMIT, Duration::from_secs);
        let way = Way {
            client,
            authorities,
            url,
            credentials: credentials(&user),
            patience: Patience::new(patience, &STOP, &tell),
        };
        let files = FileSystems::connect(&site, default.clone(), Vec::new(), &user, way);
        let files = files.map_err(|error| unusable(error.to_string()))?;
        if !files.is_default(&files.locate(&format!("{head}/"))) {
            return Err(unusable(format!(
                "the file system of this machine's configuration is `{default}`\nhint: `hadoop fs` reaches others"
            )));
        }
        match files.access().map(str::to_owned) {
            Some(access) => Ok(Hdfs {
                head: head.to_owned(),
                access,
                files: Arc::new(files),
            }),
            None => Err(unusable(format!(
                "{}\nhint: `hadoop fs` reaches it",
                files.way()
            ))),
        }
    }

    fn at(&self, address: &str) -> Location {
        self.files.locate(split(address).1)
    }

    fn found(&self, path: &str, status: &Status) -> FileEntry {
        FileEntry {
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

    fn below_at_most(&self, prefix: &str, most: usize) -> Result<Vec<FileEntry>, FsError> {
        let mut all = Vec::new();
        let (_, path) = split(prefix);
        let folder = &path[..=path.rfind('/').unwrap_or(0)];
        self.descend(folder, path, most, &mut all)?;
        Ok(all)
    }

    /// What is in the folder whose path, with a `/` at its end, is `folder`; nothing where there is no such folder.
    fn list(&self, folder: &str) -> Result<Vec<Status>, FsError> {
        match self.files.list(&self.files.locate(folder)) {
            Err(error) if error.is_missing() => Ok(Vec::new()),
            listed => listed.map_err(failed("list", &format!("{}{folder}", self.head))),
        }
    }

    /// Adds the files below `folder` whose paths begin with `prefix`, up to `most`.
    fn descend(
        &self,
        folder: &str,
        prefix: &str,
        most: usize,
        all: &mut Vec<FileEntry>,
    ) -> Result<(), FsError> {
        for status in self.list(folder)? {
            if all.len() == most {
                return Ok(());
            }
            if is_copying(&status) {
                continue;
            }
            let path = format!("{folder}{}", status.name);
            if !status.is_folder {
                all.extend(path.starts_with(prefix).then(|| self.found(&path, &status)));
                continue;
            }
            let path = path + "/";
            if path.starts_with(prefix) || prefix.starts_with(&path) {
                self.descend(&path, prefix, most, all)?;
            }
        }
        Ok(())
    }
}

/// What a file system is called of which nothing but an address and a web service is known.
fn named(head: &str, url: &ServiceUrl) -> String {
    match head.split_once("://") {
        Some((_, authority)) if !authority.is_empty() => head.to_owned(),
        _ => format!("hdfs://{}", url.server()),
    }
}

/// Whether it is a file on its way, under another name.
fn is_copying(status: &Status) -> bool {
    status.name.starts_with('.') && status.name.ends_with(COPYING)
}

/// Reaches the file system of `address`.
pub(super) fn connect(address: &str, access: &Access) -> Result<Box<dyn FileSystem>, FsError> {
    Ok(Box::new(Hdfs::open(address, access)?))
}

impl FileSystem for Hdfs {
    fn file(&self, address: &str) -> Result<Option<FileEntry>, FsError> {
        let status = self.files.status(&self.at(address));
        let status = status.map_err(failed("look at", address))?;
        let file = status.filter(|status| !status.is_folder);
        Ok(file.map(|status| self.found(split(address).1, &status)))
    }

    fn below(&self, prefix: &str) -> Result<Vec<FileEntry>, FsError> {
        self.below_at_most(prefix, usize::MAX)
    }

    fn some_below(&self, prefix: &str, most: u16) -> Result<Vec<FileEntry>, FsError> {
        self.below_at_most(prefix, most.into())
    }

    fn make(&self, address: &str, new: bool, _: &Tags) -> Result<bool, FsError> {
        let at = self.at(address);
        let made = match new {
            true => self.files.make_new(&at),
            false => self.files.put_bytes(b"", &at).map(|()| true),
        };
        made.map_err(failed("write", address))
    }

    fn children(&self, prefix: &str) -> Result<(Vec<FileEntry>, Vec<String>), FsError> {
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
            made: Mutex::default(),
        })
    }
}

/// Files that have other names until all of them are there.
struct HdfsUpload {
    files: Arc<FileSystems<'static>>,
    on_the_way: Mutex<Vec<OnTheWay>>,
    /// Folders that weren't there before, each behind those that are in it.
    made: Mutex<Vec<Location>>,
}

struct OnTheWay {
    /// Where it is now.
    at: Location,
    /// Where it is to be.
    to: Location,
}

impl HdfsUpload {
    fn made(&self) -> MutexGuard<'_, Vec<Location>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes which folders a file will bring with it.
    fn note_folders(&self, mut folder: Location) -> Result<(), HdfsError> {
        let mut missing = Vec::new();
        while !self.made().contains(&folder) && self.files.status(&folder)?.is_none() {
            let above = folder.split().map(|(above, _)| above);
            missing.push(folder);
            match above {
                Some(above) => folder = above,
                None => break,
            }
        }
        self.made().splice(..0, missing);
        Ok(())
    }

    /// Deletes the folders that were made, as far as nothing is in them.
    fn delete_folders(&self) -> Result<(), HdfsError> {
        for folder in mem::take(&mut *self.made()) {
            match self.files.list(&folder) {
                Ok(inside) if inside.is_empty() => self.files.delete(&folder)?,
                Err(error) if !error.is_missing() => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

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
                return Err(FsError::BadAddress {
                    address: address.clone(),
                    what: "a file",
                    form: "hdfs://HOST/FOLDER/FILE",
                });
            };
            let noted = self.note_folders(folder.clone());
            noted.map_err(failed("write", address))?;
            // Jobs leave out names that begin with a dot.
            let at = folder.join(&format!(".{name}{COPYING}"));
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
        self.made().clear();
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
        deleted.into_iter().collect::<Result<(), _>>()?;
        self.delete_folders()
            .map_err(failed("delete", "the folder of the output"))
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
