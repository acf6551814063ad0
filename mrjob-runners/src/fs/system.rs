//! Remote file systems as the launcher and tasks see them.

use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use mrjob_core::task::RemoteFile;

use super::s3::{self, Bucket};
use super::{Access, FsError};
use crate::clock::Utc;
use crate::hadoop::hdfs::Hdfs;

/// A file system on other machines, or one bucket of it. Calls block.
pub trait FileSystem {
    /// The file of exactly this address, if there is one.
    ///
    /// # Errors
    ///
    /// When that can't be said.
    fn file(&self, address: &str) -> Result<Option<Found>, FsError>;

    /// All files whose addresses begin with `prefix`, in any order.
    ///
    /// # Errors
    ///
    /// When they can't be listed.
    fn below(&self, prefix: &str) -> Result<Vec<Found>, FsError>;

    /// What is in the folder whose address, with a `/` at its end, is `prefix`: its files, and the addresses of folders in it.
    ///
    /// # Errors
    ///
    /// When that can't be listed.
    fn children(&self, prefix: &str) -> Result<(Vec<Found>, Vec<String>), FsError>;

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
pub struct Found {
    /// What reads it.
    pub file: RemoteFile,
    /// Seconds from 1970 to when it was last written, where that is known.
    pub modified: Option<i64>,
    /// The storage class of one that can't be read as it is.
    pub archived: Option<String>,
}

/// A time in seconds from 1970 as people read it, in UTC: `2026-01-02 03:04:05`.
pub fn date(seconds: i64) -> String {
    let since = Duration::from_secs(seconds.try_into().unwrap_or(0));
    let text = Utc::at(UNIX_EPOCH + since).to_string();
    text.split('.').next().unwrap_or(&text).replace('T', " ")
}

/// The file system that `address` belongs to; `None` if it is none of these.
///
/// # Errors
///
/// When the file system can't be got at.
pub fn system(address: &str, access: &Access) -> Result<Option<Box<dyn FileSystem>>, FsError> {
    if is_hdfs(address) {
        return Ok(Some(Box::new(Hdfs::open(address)?)));
    }
    match s3::Address::of(address)? {
        Some(s3) => Ok(Some(Box::new(Bucket::open(&s3, access)?))),
        None => Ok(None),
    }
}

/// The bucket that `address` is in.
pub(crate) fn bucket(address: &str, access: &Access) -> Result<Bucket, FsError> {
    let s3 = s3::Address::of(address)?;
    let s3 = s3.ok_or_else(|| FsError::BadAddress(address.to_owned()))?;
    Bucket::open(&s3, access)
}

/// Whether it is in HDFS.
pub(crate) fn is_hdfs(address: &str) -> bool {
    address.starts_with("hdfs:/")
}
