//! Why a job program ended, and with which exit code.

use mrjob_core::BoxError;
use mrjob_core::task::TaskFailure;

use crate::cli::DeclarationError;
use crate::config::UsageError;
use crate::exit::Exit;
use crate::output::OutputError;
use crate::run::RunError;

/// Why a job wasn't run to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// The command line isn't one of this program, or asks for help: clap's message, with `error: ` in front.
    #[error("{0}")]
    CommandLine(#[from] clap::Error),
    /// What the command line asks for can't be done.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// The job declares its arguments wrongly.
    #[error(transparent)]
    Declaration(#[from] DeclarationError),
    /// The job itself isn't right: its types or its steps.
    #[error("{0}")]
    Job(BoxError),
    /// The run failed or was stopped.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The output is complete, but couldn't be written to standard output.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// A task that was run by hand failed.
    #[error(transparent)]
    Task(Box<TaskFailure>),
}

impl JobError {
    /// The exit code of a program that ends by this.
    pub fn exit(&self) -> Exit {
        match self {
            JobError::CommandLine(error) if !error.use_stderr() => Exit::Done,
            JobError::CommandLine(_)
            | JobError::Usage(_)
            | JobError::Declaration(_)
            | JobError::Job(_) => Exit::Usage,
            JobError::Run(error) if error.is_usage() => Exit::Usage,
            JobError::Run(RunError::Stopped) => Exit::Interrupted,
            JobError::Run(_) | JobError::Output(_) | JobError::Task(_) => Exit::Failed,
        }
    }

    /// The failure of the task that ended the run, if one did.
    pub fn failure(&self) -> Option<&TaskFailure> {
        match self {
            JobError::Task(failure) => Some(failure),
            JobError::Run(error) => error.failure(),
            _ => None,
        }
    }

    /// What is wrong, a paragraph each.
    pub(crate) fn paragraphs(&self) -> Vec<String> {
        match self {
            JobError::Usage(error) => error.problems().to_vec(),
            other => vec![other.to_string()],
        }
    }
}
