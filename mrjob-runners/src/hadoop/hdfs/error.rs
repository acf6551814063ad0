//! Why a file system of the cluster didn't do what it was asked to.

use std::io;

use super::super::http::Unanswered;

/// Why a file system of the cluster didn't do what it was asked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HdfsError {
    /// It refused.
    #[error("{message} ({exception})")]
    Refused {
        /// The class of its exception: `AccessControlException`.
        exception: String,
        /// What it said.
        message: String,
    },
    /// It answered something else than it should.
    #[error("{server} answered with status {status}")]
    Status {
        /// Which server.
        server: String,
        /// HTTP's status.
        status: u16,
    },
    /// It said no without a reason.
    #[error("the file system didn't do it and gave no reason")]
    Declined,
    /// It can't be reached, or went away.
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
    /// `hadoop fs` said this.
    #[error("{0}")]
    Shell(String),
    /// A file or process on this machine.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl HdfsError {
    /// Whether there is no such file.
    pub(super) fn is_missing(&self) -> bool {
        matches!(self, HdfsError::Refused { exception, .. } if exception == "FileNotFoundException")
    }

    /// Whether another way to the same file system may go.
    pub(super) fn is_of_the_way(&self) -> bool {
        match self {
            HdfsError::Unanswered(_) | HdfsError::Status { .. } => true,
            HdfsError::Refused { exception, .. } => exception == "StandbyException",
            _ => false,
        }
    }
}
