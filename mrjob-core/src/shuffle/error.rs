//! What can go wrong between mapper and reducer.

use std::io;
use std::path::{Path, PathBuf};

use super::format::LONGEST;

/// A failure of the shuffle: the disk's, a damaged file's, or a record that is too large.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShuffleError {
    /// A file for sorted runs could not be made.
    #[error("create `{}` for sorted records", path.display())]
    Create {
        /// The file, or the directory that it was to be in.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// Sorted runs could not be written: most often the disk is full.
    #[error("write sorted records to `{}`", path.display())]
    Write {
        /// The file, or the directory of an unnamed one.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// Sorted runs could not be read.
    #[error("read sorted records from `{}` at byte {offset}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Where in the file, in bytes.
        offset: u64,
        /// The system's answer.
        source: io::Error,
    },
    /// A file of sorted runs is cut off or isn't one.
    #[error("read sorted records from `{}` at byte {offset}: {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where in the file, in bytes.
        offset: u64,
        /// What is wrong there.
        what: &'static str,
    },
    /// A record that came as text could not be read.
    #[error("read line {line}")]
    Line {
        /// The line, from 1.
        line: u64,
        /// Why.
        source: crate::BoxError,
    },
    /// A key or a value is longer than the memory, or the format of sorted runs, has room for.
    #[error("emit a {what} of {bytes} bytes: a task takes up to {most}\nhint: {}", longer(*most))]
    TooLarge {
        /// Which of them.
        what: &'static str,
        /// Its length.
        bytes: usize,
        /// The longest that is taken.
        most: usize,
    },
}

/// What to do where `most` bytes are too few.
fn longer(most: usize) -> &'static str {
    if most == LONGEST {
        "emit it in parts"
    } else {
        "more `--memory` or fewer workers (`--num-cores`) allow longer ones; or emit it in parts"
    }
}

impl ShuffleError {
    pub(super) fn create(path: &Path, source: io::Error) -> Self {
        Self::Create {
            path: path.into(),
            source,
        }
    }

    pub(super) fn write(path: &Path, source: io::Error) -> Self {
        Self::Write {
            path: path.into(),
            source,
        }
    }
}
