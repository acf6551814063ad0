//! Why a task failed, in a form that crosses a pipe.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::visible;

/// What kind of fault ended a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum FailureKind {
    /// A method of the job returned an error.
    Error,
    /// A method of the job panicked.
    Panic,
    /// A shell command of the job's failed.
    Command,
    /// A record couldn't be read as what the job takes.
    Record,
    /// Input, output or temporary files failed.
    Io,
    /// The task was told to stop.
    Cancelled,
    /// A key or a value is longer than a task has room for.
    TooLong,
    /// The order of keys or values isn't that of their type.
    Order,
    /// A sum or a counter is beyond what its type holds.
    Overflow,
    /// What a method emitted can't be written.
    Output,
}

/// Where in the input a task was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Place {
    /// The file, as the user wrote it.
    pub file: String,
    /// The line, from 1, where the file has lines and could be read again.
    pub line: Option<u64>,
    /// The offset of the record's first byte.
    pub offset: u64,
    /// Whether an earlier record may be the cause: a combiner is called once for many of them.
    pub or_before: bool,
}

/// Why a task failed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskFailure {
    /// The kind of fault.
    pub kind: FailureKind,
    /// Which method of the job, where one was running: `words` or `mapper`.
    pub method: Option<String>,
    /// What went wrong: the user's message, or ours; causes joined by `: `.
    pub message: String,
    /// Where in the input.
    pub place: Option<Place>,
    /// The key of the group, as JSON, where a reducer or combiner failed.
    pub key: Option<String>,
    /// Where in the source a panic came from: `src/main.rs:10:5`.
    pub panicked_at: Option<String>,
    /// The backtrace of a panic, or of an error that carries one.
    pub backtrace: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
}

impl TaskFailure {
    /// A failure that says `message`.
    pub fn new(kind: FailureKind, message: impl fmt::Display) -> Self {
        TaskFailure {
            kind,
            method: None,
            message: message.to_string(),
            place: None,
            key: None,
            panicked_at: None,
            backtrace: None,
            hint: None,
        }
    }
}

impl fmt::Display for TaskFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind == FailureKind::Io {
            // The message names the file that failed, wherever the job was.
            return f.write_str(&self.message);
        }
        match (&self.kind, &self.method) {
            (FailureKind::Panic, None) => f.write_str("a thread of the job panicked")?,
            (FailureKind::Panic, Some(method)) => write!(f, "`{method}` panicked")?,
            (FailureKind::Error, Some(method)) => write!(f, "`{method}` returned an error")?,
            (FailureKind::Command, _) => f.write_str("a shell command failed")?,
            (FailureKind::Record, Some(method)) => write!(f, "`{method}` can't read its input")?,
            (_, Some(method)) => write!(f, "`{method}` couldn't go on")?,
            (_, None) => f.write_str("the task couldn't go on")?,
        }
        if let Some(place) = &self.place {
            let file = visible::line(&place.file);
            match place.line {
                Some(line) => write!(f, " at {file}:{line}")?,
                // It reads ahead, so that nobody knows how far it was.
                None if self.kind == FailureKind::Command => write!(f, " on {file}")?,
                None => write!(f, " at byte {} of {file}", place.offset)?,
            }
            if place.or_before {
                f.write_str(" or before")?;
            }
        }
        if let Some(key) = &self.key {
            write!(f, " in the group of key {key}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for TaskFailure {}
