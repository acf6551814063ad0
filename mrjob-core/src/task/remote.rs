//! What tasks read that isn't on this machine: the seam behind which all networks are.

use std::fmt;
use std::io::{self, Read};

use serde::{Deserialize, Serialize};

/// Opens remote files. A program that has a network fills it in; see `JobProgram::reading`.
///
/// Calls block. A reader that fails half-way ends its task, so that what can be tried again is tried again behind it.
pub trait Remote: Send + Sync {
    /// The bytes of `file` from `offset` to its end. About `wanted` of them will be read, for which it pays to read ahead;
    /// more may be, one by one record.
    ///
    /// # Errors
    ///
    /// When it can't be read, or isn't any more the file that it was when it was listed. The reader's errors are of
    /// the same kind, and each says what and why: the task adds the file's address.
    fn open(&self, file: &RemoteFile, offset: u64, wanted: u64)
    -> io::Result<Box<dyn Read + Send>>;

    /// Bytes of memory that a reader takes at most.
    fn memory(&self) -> usize;
}

/// A file on another machine, as it was when it was listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteFile {
    /// Its name, with which every file system begins otherwise: `s3://bucket/key`.
    pub address: String,
    /// Its size.
    pub bytes: u64,
    /// What changes when its content does, if there is such a thing.
    pub version: Option<String>,
    /// What its file system has to be told to read it, and that is no secret.
    pub access: Option<String>,
}

/// What a program opens remote files by: nothing, unless it says otherwise.
#[derive(Clone, Copy, Default)]
pub(crate) struct Opener {
    remote: Option<&'static dyn Remote>,
}

impl Opener {
    pub(crate) fn of(remote: &'static dyn Remote) -> Self {
        Opener {
            remote: Some(remote),
        }
    }

    /// [`Remote::open`].
    pub(crate) fn open(
        self,
        file: &RemoteFile,
        offset: u64,
        wanted: u64,
    ) -> io::Result<Box<dyn Read + Send>> {
        let remote = self.remote.ok_or(io::ErrorKind::Unsupported)?;
        remote.open(file, offset, wanted)
    }

    /// [`Remote::memory`].
    pub(crate) fn memory(self) -> usize {
        self.remote.map_or(0, Remote::memory)
    }
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opener")
    }
}
