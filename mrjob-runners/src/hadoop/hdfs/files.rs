//! What the runner does with files of the cluster.

use std::fs::File;
use std::io::{self, BufWriter, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::error::HdfsError;
use super::location::Location;
use super::names::web_addresses;
use super::read::WebAccess;
use super::shell::Shell;
use super::web::WebHdfs;
use crate::hadoop::site::Site;
use crate::hadoop::stoppable::Stoppable;
use crate::runner::Stop;

/// Files that are copied at the same time: a data node may let one wait for half a second until the name node knows of it.
const AT_ONCE: usize = 8;

/// What is said of a file or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Status {
    /// Its name in its folder.
    pub(crate) name: String,
    pub(crate) is_folder: bool,
    pub(crate) bytes: u64,
    /// When it was last written, in milliseconds from 1970, where that is asked for.
    pub(crate) modified: u64,
}

/// The file systems of the cluster, of which one is the default.
#[derive(Debug)]
pub(crate) struct FileSystems {
    /// `hdfs://node:8020`.
    default: String,
    /// The default one, where its web service can be used.
    web: Option<WebHdfs>,
    /// How tasks get there, as text.
    access: Option<String>,
    /// In a sentence: by which way.
    way: String,
    shell: Shell,
    home: String,
}

impl FileSystems {
    /// Finds out how files can be reached.
    pub(crate) fn connect(site: &Site, default: String, command: Vec<String>, user: &str) -> Self {
        let connected = web_addresses(site, &default).and_then(|servers| {
            let web = WebHdfs::new(servers.clone(), user);
            let home = web.home().map_err(|error| error.to_string())?;
            Ok((web, home, servers))
        });
        let (web, access, home, way) = match connected {
            Ok((web, home, servers)) => {
                let way = format!("files of {default} by WebHDFS at {}", servers.join(", "));
                let user = user.to_owned();
                let access = serde_json::to_string(&WebAccess { servers, user }).ok();
                (Some(web), access, home, way)
            }
            Err(why) => {
                let way = format!("files of {default} by `hadoop fs`: {why}");
                (None, None, format!("/user/{user}"), way)
            }
        };
        FileSystems {
            default,
            web,
            access,
            way,
            shell: Shell::new(command),
            home,
        }
    }

    /// In a sentence: by which way files are reached.
    pub(crate) fn way(&self) -> &str {
        &self.way
    }

    /// How tasks get at files by themselves, if they can.
    pub(crate) fn access(&self) -> Option<&str> {
        self.access.as_deref()
    }

    /// What a person means by `text`.
    pub(crate) fn locate(&self, text: &str) -> Location {
        Location::of(text, &self.default, &self.home)
    }

    /// Its address as Hadoop itself writes it: the default file system's name is in it.
    pub(crate) fn address(&self, at: &Location) -> String {
        match at.path_on(&self.default) {
            Some(path) => format!("{}{path}", self.default),
            None => at.to_string(),
        }
    }

    /// What is there, if anything is.
    pub(crate) fn status(&self, at: &Location) -> Result<Option<Status>, HdfsError> {
        match self.web(at) {
            Some((web, path)) => web.status(path),
            None => self.shell.status(at),
        }
    }

    /// What is in a folder.
    pub(crate) fn list(&self, at: &Location) -> Result<Vec<Status>, HdfsError> {
        match self.web(at) {
            Some((web, path)) => web.list(path),
            None => self.shell.list(at),
        }
    }

    /// Bytes of all files at and below it.
    pub(crate) fn size(&self, at: &Location) -> Result<u64, HdfsError> {
        match self.web(at) {
            Some((web, path)) => web.size(path),
            None => self.shell.size(at),
        }
    }

    /// Makes a folder, and those that it is in.
    pub(crate) fn make_folders(&self, at: &Location) -> Result<(), HdfsError> {
        match self.web(at) {
            Some((web, path)) => web.make_folders(path),
            None => self.shell.make_folders(at),
        }
    }

    /// Copies a file of this machine, unless the run is to `stop`.
    pub(crate) fn put(&self, from: &Path, to: &Location, stop: &Stop) -> Result<(), HdfsError> {
        match self.put_quickly(from, to, stop)? {
            true => Ok(()),
            false => self.shell.put(from, to),
        }
    }

    /// Whether a file could be copied without a Java.
    fn put_quickly(&self, from: &Path, to: &Location, stop: &Stop) -> Result<bool, HdfsError> {
        for (web, path) in self.web(to).into_iter().chain(self.web(to)) {
            let from = File::open(from)?;
            let length = from.metadata()?.len();
            match web.create(path, &mut Stoppable { from, stop }, length) {
                // Once more, since a connection may break; then the data nodes can't be reached.
                Err(error) if error.is_of_the_way() && !stop.requested() => {}
                done => return done.map(|()| true),
            }
        }
        Ok(false)
    }

    /// Copies files of this machine, several at once, unless the run is to `stop`; whether it could be done without a Java for
    /// each. An error has the number of the file that it is of.
    pub(crate) fn put_at_once(
        &self,
        files: &[(PathBuf, Location)],
        stop: &Stop,
    ) -> Result<bool, (usize, HdfsError)> {
        let next = AtomicUsize::new(0);
        let (quick, failed) = (AtomicBool::new(true), Mutex::new(None));
        let put_some = || {
            while quick.load(Ordering::Relaxed) && !stop.requested() {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some((from, to)) = files.get(number) else {
                    return;
                };
                match self.put_quickly(from, to, stop) {
                    Ok(true) => {}
                    Ok(false) => quick.store(false, Ordering::Relaxed),
                    Err(error) => {
                        // The others needn't go on.
                        next.store(files.len(), Ordering::Relaxed);
                        let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                        failed.get_or_insert((number, error));
                    }
                }
            }
        };
        thread::scope(|scope| {
            for _ in 1..AT_ONCE.min(files.len()) {
                scope.spawn(put_some);
            }
            put_some();
        });
        match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(failed) => Err(failed),
            None => Ok(quick.into_inner()),
        }
    }

    /// Copies what is in a folder of this machine, by one Java.
    pub(crate) fn put_folder(&self, from: &Path, to: &Location) -> Result<(), HdfsError> {
        self.shell.put_folder(from, to)
    }

    /// Makes a small file.
    pub(crate) fn put_bytes(&self, bytes: &[u8], to: &Location) -> Result<(), HdfsError> {
        if let Some((web, path)) = self.web(to) {
            match web.create(path, &mut &*bytes, bytes.len() as u64) {
                Err(error) if error.is_of_the_way() => {}
                done => return done,
            }
        }
        self.shell.put_bytes(bytes, to)
    }

    /// Whether what is asked of a file is answered at once, and not by a Java that is started for it.
    pub(crate) fn are_quick(&self) -> bool {
        self.web.is_some()
    }

    /// The text of a small file, if it can be had.
    pub(crate) fn text(&self, at: &Location) -> Option<String> {
        let (web, path) = self.web(at)?;
        let mut text = String::new();
        web.open(path).ok()?.read_to_string(&mut text).ok()?;
        Some(text)
    }

    /// Copies a file to this machine.
    pub(crate) fn get(&self, from: &Location, to: &Path) -> Result<(), HdfsError> {
        if let Some((web, path)) = self.web(from) {
            let expected = web.status(path)?.map_or(0, |status| status.bytes);
            match web.open(path) {
                Err(error) if error.is_of_the_way() => {}
                Err(error) => return Err(error),
                Ok(reader) => return copy(reader, to, expected),
            }
        }
        self.shell.get(from, to)
    }

    /// Moves a folder over one that is empty or isn't there.
    pub(crate) fn rename(&self, from: &Location, to: &Location) -> Result<(), HdfsError> {
        match (self.web(from), self.web(to)) {
            (Some((web, from)), Some((_, to))) => web.rename(from, to),
            _ => self.shell.rename(from, to),
        }
    }

    /// Deletes what is there and below, if anything is.
    pub(crate) fn delete(&self, at: &Location) -> Result<(), HdfsError> {
        match self.web(at) {
            Some((web, path)) => web.delete(path),
            None => self.shell.delete(at),
        }
    }

    /// Whether it is on the default file system.
    pub(crate) fn is_default(&self, at: &Location) -> bool {
        self.path(at).is_some()
    }

    /// Its path on the default file system, if it is there.
    pub(super) fn path<'a>(&self, at: &'a Location) -> Option<&'a str> {
        at.path_on(&self.default)
    }

    fn web<'a>(&'a self, at: &'a Location) -> Option<(&'a WebHdfs, &'a str)> {
        Some((self.web.as_ref()?, at.path_on(&self.default)?))
    }
}

/// Copies all `expected` bytes: a connection that ends early is no end of the file.
fn copy(mut from: impl Read, to: &Path, expected: u64) -> Result<(), HdfsError> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(to)?);
    let copied = io::copy(&mut from, &mut file)?;
    io::Write::flush(&mut file)?;
    if copied == expected {
        return Ok(());
    }
    let message = format!("{copied} of {expected} bytes came");
    Err(io::Error::new(io::ErrorKind::UnexpectedEof, message).into())
}
