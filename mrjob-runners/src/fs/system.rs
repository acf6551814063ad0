//! File systems as the launcher and tasks see them, and the list of those that there are.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, UNIX_EPOCH};

use mrjob_core::task::RemoteFile;

use super::address::Address;
use super::{Access, Archive, FsError, hdfs, s3};
use crate::clock::Utc;
use crate::event::Event;

/// All of them.
pub(super) const SYSTEMS: &[SystemDef] = &[s3::SYSTEM, hdfs::SYSTEM];

/// A file system as addresses and options find it.
#[derive(Debug)]
pub struct SystemDef {
    /// Where its files are: `in S3`.
    pub(crate) place: &'static str,
    /// The schemes of its addresses.
    pub(crate) schemes: &'static [&'static str],
    /// The options by which it is got at.
    pub(crate) options: &'static [&'static str],
    /// The cargo feature that builds it in.
    pub(crate) feature: &'static str,
    /// What to do where it isn't built in.
    pub(crate) absent: &'static str,
    /// Its code, where that is built in.
    pub(crate) built: Option<Built>,
}

impl SystemDef {
    /// Where its files are: `in S3`.
    pub fn place(&self) -> &'static str {
        self.place
    }

    /// The cargo feature that builds it in.
    pub fn feature(&self) -> &'static str {
        self.feature
    }

    /// Whether it is built in.
    pub fn is_built(&self) -> bool {
        self.built.is_some()
    }
}

type Connect = fn(&str, &Access) -> Result<Box<dyn FileSystem>, FsError>;
type Open = fn(&RemoteFile, u64, u64) -> io::Result<Box<dyn Read + Send>>;

/// The code of a file system.
#[derive(Debug)]
pub(crate) struct Built {
    /// Reaches the file system of an address.
    pub(super) connect: Connect,
    /// Opens a file at an offset, to read about so many bytes.
    pub(super) open: Open,
    /// Bytes of memory of what is open.
    pub(super) reading: usize,
}

/// The file system that `address` belongs to; `None` for a path of this machine, and for what isn't known.
pub(super) fn known(address: &str) -> Option<&'static SystemDef> {
    match Address::of(address) {
        Address::Known(system) => Some(system),
        _ => None,
    }
}

/// Reaches the file system that `address` belongs to; `None` if it is none of these.
///
/// # Errors
///
/// When the file system can't be got at, or isn't built in.
pub fn system(address: &str, access: &Access) -> Result<Option<Box<dyn FileSystem>>, FsError> {
    let Some(system) = known(address) else {
        return Ok(None);
    };
    match &system.built {
        Some(built) => (built.connect)(address, access).map(Some),
        None => Err(FsError::Unusable(
            format!(
                "`{address}` is {}, which this program was built without\nhint: {}",
                system.place, system.absent
            )
            .into(),
        )),
    }
}

/// The names of the options by which file systems are got at.
pub fn options() -> impl Iterator<Item = &'static str> {
    SYSTEMS.iter().flat_map(|system| system.options).copied()
}

/// What a file system tells while it is waited for.
type Tell = Box<dyn Fn(Event) + Send + Sync>;

static TELL: OnceLock<Tell> = OnceLock::new();

/// Has file systems tell what happens by `tell`, from now on. Otherwise it goes to standard error.
pub(crate) fn tell_by(tell: impl Fn(Event) + Send + Sync + 'static) {
    // One reporter a process: the first one stays.
    let _ = TELL.set(Box::new(tell));
}

/// Tells what happens.
#[cfg_attr(not(feature = "hdfs"), expect(dead_code, reason = "only HDFS waits"))]
pub(crate) fn tell(event: Event) {
    match (TELL.get(), event) {
        (Some(tell), event) => tell(event),
        (None, Event::Note { message } | Event::Warning { message }) => {
            // Nobody can be told that standard error is closed.
            let _ = writeln!(io::stderr(), "{message}");
        }
        _ => {}
    }
}

/// A file system on other machines, or one bucket of it. Calls block.
pub trait FileSystem {
    /// The file of exactly this address, if there is one.
    ///
    /// # Errors
    ///
    /// When that can't be said.
    fn file(&self, address: &str) -> Result<Option<FileEntry>, FsError>;

    /// All files whose addresses begin with `prefix`, in any order.
    ///
    /// # Errors
    ///
    /// When they can't be listed.
    fn below(&self, prefix: &str) -> Result<Vec<FileEntry>, FsError>;

    /// What is in the folder whose address, with a `/` at its end, is `prefix`: its files, and the addresses of folders in it.
    ///
    /// # Errors
    ///
    /// When that can't be listed.
    fn children(&self, prefix: &str) -> Result<(Vec<FileEntry>, Vec<String>), FsError>;

    /// Whether there is a folder of this address, as far as there are folders: something is in it, or it was made.
    ///
    /// # Errors
    ///
    /// When that can't be said.
    fn is_folder(&self, address: &str) -> Result<bool, FsError>;

    /// Deletes files.
    ///
    /// # Errors
    ///
    /// When one of them can't be deleted; that it isn't there is none.
    fn delete(&self, addresses: &[String]) -> Result<(), FsError>;

    /// Deletes all whose addresses begin with `prefix`, with what marks folders.
    ///
    /// # Errors
    ///
    /// When one of them can't be deleted.
    fn delete_below(&self, prefix: &str) -> Result<(), FsError>;

    /// Some of the files whose addresses begin with `prefix`: `most`, or all if there are fewer. Those on the way aren't there yet.
    ///
    /// # Errors
    ///
    /// When they can't be listed.
    fn some_below(&self, prefix: &str, most: u16) -> Result<Vec<FileEntry>, FsError>;

    /// Makes an empty file. Gives whether it did: not where there is one of that address and it should be `new`.
    ///
    /// # Errors
    ///
    /// When it can't be made.
    fn make(&self, address: &str, new: bool, tags: &Tags) -> Result<bool, FsError>;

    /// The way to write files.
    fn upload(&self, tags: &Tags) -> Box<dyn Upload>;
}

/// Names and values that files are marked with.
pub type Tags = Vec<(String, String)>;

/// Files on their way to another machine. Nobody sees any of them before [`complete`](Upload::complete). Threads may share
/// it, so that one can end what another one does.
pub trait Upload: Send + Sync {
    /// Sends files, each of which will have an address.
    ///
    /// # Errors
    ///
    /// When one can't be read or sent, and [`FsError::Cancelled`]. The others may have been.
    fn send(&self, files: &[(PathBuf, String)]) -> Result<(), FsError>;

    /// Makes what was sent visible.
    ///
    /// # Errors
    ///
    /// When that fails for one of them. Some may be visible: [`abort`](Upload::abort) takes them back.
    fn complete(&self) -> Result<(), FsError>;

    /// What was completed stays: there is nothing to take back any more.
    fn keep(&self);

    /// Makes a `send` on another thread end soon.
    fn cancel(&self);

    /// Takes back all that was sent. It waits for a `complete` on another thread to end, and for the network some seconds.
    ///
    /// # Errors
    ///
    /// When something may be left.
    fn abort(&self) -> Result<(), FsError>;
}

/// A file that was found.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FileEntry {
    /// What reads it.
    pub file: RemoteFile,
    /// Seconds from 1970 to when it was last written, where that is known.
    pub modified: Option<i64>,
    /// Where one is that can't be read as it is.
    pub archived: Option<Archive>,
}

/// A time in seconds from 1970 as people read it, in UTC: `2026-01-02 03:04:05`.
pub fn date(seconds: i64) -> String {
    let since = Duration::from_secs(seconds.try_into().unwrap_or(0));
    let text = Utc::at(UNIX_EPOCH + since).to_string();
    text.split('.').next().unwrap_or(&text).replace('T', " ")
}
