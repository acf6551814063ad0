//! What can be wrong with a file system.

use std::error::Error;

/// Why a file or folder can't be listed, read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FsError {
    /// The address isn't one.
    #[error("`{address}` isn't the name of {what}\nhint: write `{form}`")]
    BadAddress {
        /// As the user wrote it.
        address: String,
        /// What it should name: "a file".
        what: &'static str,
        /// How such addresses are written.
        form: &'static str,
    },
    /// The file system can't be used as it is set up: who the user is, or where it is.
    #[error("{0}")]
    Unusable(Box<dyn Error + Send + Sync>),
    /// The user may not do that.
    #[error("failed to {action}: {reason}\nhint: {hint}")]
    Denied {
        /// What was tried: "list `s3://bucket/key`".
        action: String,
        /// What the file system says.
        reason: String,
        /// What to do.
        hint: &'static str,
    },
    /// It can't be read before someone has restored it.
    #[error("`{address}` is archived ({}) and can't be read\nhint: {}, or leave it out", .archive.class, .archive.hint)]
    Archived {
        /// The file.
        address: String,
        /// Where it is.
        archive: Archive,
    },
    /// It was told to stop.
    #[error("interrupted")]
    Cancelled,
    /// Anything else.
    #[error("failed to {action}: {reason}")]
    Failed {
        /// What was tried.
        action: String,
        /// Why it failed.
        reason: String,
    },
}

/// A tier of storage from which files can't be read.
#[derive(Debug, Clone)]
pub struct Archive {
    /// Its name.
    pub class: String,
    /// What brings files back.
    pub hint: &'static str,
}

impl FsError {
    /// Whether the user can mend it before anything runs.
    pub fn is_usage(&self) -> bool {
        matches!(self, FsError::BadAddress { .. } | FsError::Unusable(_))
    }
}
