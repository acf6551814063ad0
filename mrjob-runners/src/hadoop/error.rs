//! What can go wrong with a cluster.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use mrjob_core::task::TaskFailure;

use crate::cluster::StepError;
use crate::event::Phase;
use crate::executable::Mismatch;
use crate::fs::hdfs::{HdfsError, InstallationError};
use crate::output::OutputError;
use crate::run::RunnerError;

/// Why a job didn't run on a cluster, or failed there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HadoopError {
    /// Hadoop isn't set up on this machine.
    #[error(transparent)]
    Installation(#[from] InstallationError),
    /// Jobs wouldn't run on YARN.
    #[error(
        "`mapreduce.framework.name` is {found} in `{}`, and jobs run on `yarn` or, one task after the other, in `local`\n\
         hint: `-r local` runs the same job on this machine",
        conf_dir.display()
    )]
    NotYarn {
        /// What it is.
        found: String,
        /// The folder of configuration.
        conf_dir: PathBuf,
    },
    /// The ResourceManager can't be talked to.
    #[error(
        "failed to reach YARN: {failed}{}\nhint: is YARN up? the address is `yarn.resourcemanager.address` in `{}`",
        asked_again(*waited), conf_dir.display()
    )]
    NoResourceManager {
        /// Which servers, and what each did: "the ResourceManager `node:8032` refused the connection".
        failed: String,
        /// How long they were asked again.
        waited: Option<Duration>,
        /// The folder of configuration.
        conf_dir: PathBuf,
    },
    /// No NameNode answers.
    #[error("failed to reach HDFS: {0}")]
    NoNameNode(HdfsError),
    /// The input isn't there.
    #[error("input `{0}` doesn't exist")]
    NoInput(String),
    /// There is something in the output folder already.
    #[error(
        "failed to write to `{0}`: the folder isn't empty\nhint: choose another one, or remove it first"
    )]
    NotEmpty(String),
    /// An output folder is in an input, or an input in it.
    #[error(transparent)]
    Overlap(OutputError),
    /// There is a file in the output folder's place.
    #[error(
        "failed to write to `{0}`: it is not a folder\nhint: output goes to a new folder of part files"
    )]
    NotFolder(String),
    /// The cluster's machines can't execute the program.
    #[error(
        "{mismatch}, as `{node}` does, one of the cluster's\nhint: build the job for that system, such as by `cargo build --release \
         --target …`, and start it on a machine like those of the cluster"
    )]
    Program {
        /// What doesn't fit.
        mismatch: Mismatch,
        /// A machine.
        node: String,
    },
    /// Two files would be one.
    #[error(
        "two files would be called `{0}` in the working directory of tasks\nhint: `PATH#NAME` gives one another name"
    )]
    SameName(String),
    /// Something of the job can't be done on Hadoop.
    #[error(transparent)]
    Step(#[from] StepError),
    /// Tasks can't read by themselves, and it takes that.
    #[error(
        "{what} can't be: {why}\nhint: tasks read by themselves over WebHDFS, and lines only; `-r local` runs the same job on \
         this machine"
    )]
    Splits {
        /// What takes it.
        what: String,
        /// Why they can't.
        why: String,
    },
    /// Nothing says how keys are to be divided.
    #[error("step {} of {steps} wasn't started: failed to take a sample of its mapper's output: {message}", step + 1)]
    Sample {
        /// The step, from 0.
        step: usize,
        /// How many there are.
        steps: usize,
        /// Why.
        message: String,
    },
    /// A file system of the cluster refused.
    #[error("failed to {action}: {source}")]
    Hdfs {
        /// What was tried: "delete `hdfs://…`".
        action: String,
        /// Why it failed.
        source: HdfsError,
    },
    /// A file or process on this machine.
    #[error("failed to {action}: {source}")]
    Io {
        /// What was tried.
        action: String,
        /// Why it failed.
        source: io::Error,
    },
    /// Hadoop's client ended before there was a job.
    #[error("step {} of {steps} wasn't started: `hadoop jar` {ended}: {message}", step + 1)]
    Submission {
        /// The step, from 0.
        step: usize,
        /// How many there are.
        steps: usize,
        /// How the client ended: "ended with exit status: 5".
        ended: String,
        /// Its last words.
        message: String,
    },
    /// A task failed by itself.
    #[error("step {} of {steps} failed in {phase} task {task}: {failure}\n{at}", step + 1)]
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
        /// Which attempt, where, and where its log is; a line each.
        at: String,
    },
    /// The job failed otherwise.
    #[error("step {} of {steps} failed: {message}", step + 1)]
    Job {
        /// The step, from 0.
        step: usize,
        /// How many there are.
        steps: usize,
        /// All that is known, in several lines.
        message: String,
    },
}

impl RunnerError for HadoopError {
    fn is_usage(&self) -> bool {
        matches!(
            self,
            HadoopError::Installation(
                InstallationError::NotFound { .. } | InstallationError::NoCluster { .. }
            ) | HadoopError::NotYarn { .. }
                | HadoopError::NoInput(_)
                | HadoopError::NotEmpty(_)
                | HadoopError::NotFolder(_)
                | HadoopError::Overlap(_)
                | HadoopError::Program { .. }
                | HadoopError::SameName(_)
                | HadoopError::Step(_)
                | HadoopError::Splits { .. }
        )
    }

    fn failure(&self) -> Option<&TaskFailure> {
        match self {
            HadoopError::Task { failure, .. } => Some(failure),
            _ => None,
        }
    }
}

impl HadoopError {
    /// A failure of `action`, for `map_err`.
    pub(super) fn io(action: impl Into<String>) -> impl FnOnce(io::Error) -> HadoopError {
        let action = action.into();
        move |source| HadoopError::Io { action, source }
    }

    /// A failure of `action`, for `map_err`.
    pub(super) fn hdfs(action: impl Into<String>) -> impl FnOnce(HdfsError) -> HadoopError {
        let action = action.into();
        move |source| HadoopError::Hdfs { action, source }
    }
}

fn asked_again(waited: Option<Duration>) -> String {
    waited.map_or_else(String::new, |waited| {
        format!("; it was asked again for {} s", waited.as_secs())
    })
}
