//! What can go wrong with EMR.

use std::io;

use mrjob_core::task::TaskFailure;

use crate::event::Phase;
use crate::fs::FsError;
use crate::streaming::StepError;

/// Why a job didn't run on EMR, or failed there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmrError {
    /// EMR refused, or couldn't be asked.
    #[error("failed to {action}: {reason}")]
    Refused {
        /// What was tried: "make a cluster".
        action: String,
        /// What EMR says.
        reason: String,
        /// EMR's own name for it.
        code: Option<String>,
    },
    /// S3, or credentials and region.
    #[error(transparent)]
    Files(#[from] FsError),
    /// Something of the job can't be done by Hadoop Streaming.
    #[error(transparent)]
    Step(#[from] StepError),
    /// A step's command is longer than EMR takes.
    #[error(
        "step {} has {length} characters of arguments, and EMR takes {most}\n\
         hint: name a folder or a pattern in place of many inputs, and keep properties (`-D`) few",
        step + 1
    )]
    TooLong {
        /// The step, from 0.
        step: usize,
        /// How many there are.
        length: usize,
        /// How many there may be.
        most: usize,
    },
    /// The cluster that the user named can't run steps.
    #[error(
        "cluster {id} is {state}, so that no step can run on it\nhint: leave `cluster_id` out to make a new one"
    )]
    NotRunning {
        /// The cluster.
        id: String,
        /// Its state.
        state: String,
    },
    /// Another run writes to the output folder.
    #[error(
        "another run writes to `{folder}`: `{claim}` is there\n\
         hint: choose another folder, or wait; if that run was killed, and its cluster has ended, `mrjob rm {claim}`"
    )]
    Claimed {
        /// The folder.
        folder: String,
        /// What says so.
        claim: String,
    },
    /// Something came into the output folder.
    #[error("failed to write to `{0}`: the folder isn't empty any more\nhint: choose another one")]
    Filled(String),
    /// A file of this machine.
    #[error("failed to {action}: {source}")]
    Io {
        /// What was tried.
        action: String,
        /// Why it failed.
        source: io::Error,
    },
    /// The cluster ended before the job was done.
    #[error("cluster {id} is {state}: {reason}")]
    Cluster {
        /// The cluster.
        id: String,
        /// Its state.
        state: String,
        /// What EMR says of it.
        reason: String,
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
        /// Where the logs are.
        at: String,
    },
    /// The step ended otherwise than well.
    #[error("step {} of {steps} is {state}: {message}", step + 1)]
    Ended {
        /// The step, from 0.
        step: usize,
        /// How many there are.
        steps: usize,
        /// Its state.
        state: String,
        /// All that is known, in several lines.
        message: String,
    },
}

impl EmrError {
    /// Whether it is for the user to call the job otherwise; nothing has run.
    pub(crate) fn is_usage(&self) -> bool {
        matches!(
            self,
            EmrError::Step(_)
                | EmrError::TooLong { .. }
                | EmrError::NotRunning { .. }
                | EmrError::Files(
                    FsError::BadAddress(_)
                        | FsError::NoCredentials { .. }
                        | FsError::NoRegion
                        | FsError::NoBucket(_)
                        | FsError::Elsewhere { .. }
                )
        )
    }

    /// The task's own failure.
    pub(crate) fn failure(&self) -> Option<&TaskFailure> {
        match self {
            EmrError::Task { failure, .. } => Some(failure),
            _ => None,
        }
    }

    /// Whether asking again later may help: EMR was too busy, or the network gone.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            EmrError::Refused { code: None, .. } => true,
            EmrError::Refused {
                code: Some(code), ..
            } => {
                code.contains("Throttl")
                    || code.contains("Unavailable")
                    || code == "InternalServerException"
                    || code == "InternalServerError"
            }
            _ => false,
        }
    }

    /// A failure of `action`, for `map_err`.
    pub(super) fn io(action: impl Into<String>) -> impl FnOnce(io::Error) -> EmrError {
        let action = action.into();
        move |source| EmrError::Io { action, source }
    }
}
