//! How a job program ends.

use std::process::ExitCode;

/// How a job program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[repr(u8)]
pub enum Exit {
    /// The job is done.
    Done = 0,
    /// The job failed.
    Failed = 1,
    /// It was called or configured wrongly; nothing was run.
    Usage = 2,
    /// Nobody reads a streaming task's output any more: the JVM that started it has died, and its log says why.
    Abandoned = 75,
    /// It was interrupted.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}
