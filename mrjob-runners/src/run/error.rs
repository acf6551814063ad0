//! Why a run failed.

use std::error::Error;

use mrjob_core::counter::CounterOverflow;
use mrjob_core::task::TaskFailure;

use crate::event::Phase;
use crate::output::OutputError;

/// An error of one runner: a cluster's, say.
pub trait RunnerError: Error + Send + Sync + 'static {
    /// Whether the user can mend it before anything runs: exit code 2.
    fn is_usage(&self) -> bool;

    /// The failure of the task that ended the run, if one did.
    fn failure(&self) -> Option<&TaskFailure>;
}

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// A task failed for a reason that would come again.
    #[error("step {} of {steps} failed in {phase} task {task}: {failure}", step + 1)]
    Task {
        /// The step, from 0.
        step: usize,
        /// How many there are.
        steps: usize,
        /// The phase.
        phase: Phase,
        /// The task's number.
        task: u32,
        /// Why.
        failure: Box<TaskFailure>,
    },
    /// The worker died on every attempt at a task.
    #[error(
        "step {} of {steps} failed: all {attempts} attempts at {phase} task {task} ({input}) were lost, the last one by: {reason}\n\
         hint: {hint}",
        step + 1
    )]
    Attempts {
        /// The step, from 0.
        step: usize,
        /// How many there are.
        steps: usize,
        /// The phase.
        phase: Phase,
        /// The task's number.
        task: u32,
        /// How often it was tried.
        attempts: u32,
        /// What it was to read: `bytes 0..1000 of in.txt`.
        input: String,
        /// How the last attempt ended.
        reason: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// A counter is too large.
    #[error("step {} of {steps} failed: {source}", step + 1)]
    Counter {
        /// The step, from 0.
        step: usize,
        /// How many there are.
        steps: usize,
        /// Which counter.
        source: CounterOverflow,
    },
    /// The shell lines before tasks failed.
    #[error(
        "failed in {place}: the shell {how}\n\
         hint: what it printed stands above; `{shell}` runs the lines, in a folder with the job's files"
    )]
    Setup {
        /// Which line.
        place: String,
        /// The shell, with its options.
        shell: String,
        /// How it ended, with its last words.
        how: String,
    },
    /// A file or process couldn't be made, read or written.
    #[error("failed to {action}: {source}")]
    Io {
        /// What was tried: "write `out/part-00000`".
        action: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// An input isn't any more what it was when the job began to read it.
    #[error(
        "input `{name}` {change} while the job read it\nhint: run it again when nothing writes to the file, or on a copy"
    )]
    InputChanged {
        /// As the user wrote it.
        name: String,
        /// What happened to it: "shrank from 10 bytes to 5".
        change: String,
    },
    /// The output couldn't be put in its place.
    #[error(transparent)]
    Output(OutputError),
    /// A runner's own error.
    #[error("{0}")]
    Runner(Box<dyn RunnerError>),
    /// The run was told to stop.
    #[error("interrupted")]
    Stopped,
    /// The plan asks for what this runner doesn't do.
    #[error("{0}")]
    Unsupported(String),
}

impl RunError {
    /// A failure of `action`, for `map_err`: "write `out/part-00000`".
    pub(crate) fn io(action: impl Into<String>) -> impl FnOnce(std::io::Error) -> RunError {
        let action = action.into();
        move |source| RunError::Io { action, source }
    }

    /// Whether the user can mend it before anything runs: exit code 2.
    pub fn is_usage(&self) -> bool {
        match self {
            RunError::Unsupported(_) => true,
            RunError::Output(error) => error.is_usage(),
            RunError::Runner(error) => error.is_usage(),
            _ => false,
        }
    }

    /// The failure of the task that ended the run, if one did.
    pub fn failure(&self) -> Option<&TaskFailure> {
        match self {
            RunError::Task { failure, .. } => Some(failure),
            RunError::Runner(error) => error.failure(),
            _ => None,
        }
    }
}

impl<E: RunnerError> From<E> for RunError {
    fn from(error: E) -> Self {
        RunError::Runner(Box::new(error))
    }
}

impl From<OutputError> for RunError {
    fn from(error: OutputError) -> Self {
        match error {
            OutputError::Interrupted => RunError::Stopped,
            error => RunError::Output(error),
        }
    }
}
