//! Remote file systems as the launcher and tasks see them.

use std::io::{self, Read};

use mrjob_core::task::{Remote, RemoteFile};

use super::s3;
use super::{Access, FsError};

/// A file system on other machines. Calls block.
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

/// The file system that `address` belongs to; `None` if it is none of these.
///
/// # Errors
///
/// When the file system can't be got at.
pub fn system(address: &str, access: &Access) -> Result<Option<Box<dyn FileSystem>>, FsError> {
    match s3::Address::of(address)? {
        Some(s3) => Ok(Some(Box::new(s3::Bucket::open(&s3, access)?))),
        None => Ok(None),
    }
}

/// What tasks open remote files by.
#[derive(Debug)]
pub struct Files;

impl Remote for Files {
    fn open(
        &self,
        file: &RemoteFile,
        offset: u64,
        wanted: u64,
    ) -> io::Result<Box<dyn Read + Send>> {
        let access = match &file.access {
            Some(access) => serde_json::from_str(access)?,
            None => Access::default(),
        };
        s3::open(file, &access, offset, wanted)
    }

    fn memory(&self) -> usize {
        s3::READING
    }
}
