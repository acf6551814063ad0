//! What can go wrong with EMR.

use std::io;

use mrjob_core::task::TaskFailure;

use crate::cluster::StepError;
use crate::event::Phase;
use crate::exit::Exit;
use crate::fs::FsError;
use crate::run::RunnerError;

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
    /// A step's command is longer than Linux takes.
    #[error(
        "the command of step {} is too long: {length} bytes of arguments, or in one of them, and Linux takes {most}\n\
         hint: name a folder or a pattern in place of many inputs, and an archive in place of many files",
        step + 1
    )]
    TooLong {
        /// The step, from 0.
        step: usize,
        /// Bytes of all arguments, or of one.
        length: usize,
        /// How many there may be.
        most: usize,
    },
    /// What the user asked for isn't there, or doesn't fit: a paragraph. Nothing was made.
    #[error("{0}")]
    Unfit(String),
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
    #[error("step {} of {steps} failed in a {phase} task: {failure}{counters}\n{at}", step + 1)]
    Task {
        /// The step, from 0.
        step: usize,
        /// How many there are.
        steps: usize,
        /// The phase.
        phase: Phase,
        /// Why.
        failure: Box<TaskFailure>,
        /// The job's counters until then, a line each.
        counters: String,
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

impl RunnerError for EmrError {
    fn is_usage(&self) -> bool {
        matches!(
            self,
            EmrError::Step(_)
                | EmrError::Unfit(_)
                | EmrError::TooLong { .. }
                | EmrError::NotRunning { .. }
                | EmrError::Files(FsError::BadAddress { .. } | FsError::Unusable(_))
        )
    }

    fn failure(&self) -> Option<&TaskFailure> {
        match self {
            EmrError::Task { failure, .. } => Some(failure),
            _ => None,
        }
    }
}

impl EmrError {
    /// How a program ends that tells of it.
    pub fn exit(&self) -> Exit {
        match self.is_usage() {
            true => Exit::Usage,
            false => Exit::Failed,
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
                    || code.starts_with("InternalServer")
                    || code == "InternalFailure"
            }
            _ => false,
        }
    }

    /// Whether EMR has said that it did nothing. Else it may have, and the answer was lost.
    pub(crate) fn is_refusal(&self) -> bool {
        match self {
            EmrError::Refused { code, .. } => code
                .as_ref()
                .is_some_and(|code| !code.starts_with("Internal")),
            _ => true,
        }
    }

    /// The refusal of a cluster, with a way out where there is one.
    pub(super) fn explained(mut self) -> Self {
        if let EmrError::Refused { reason, .. } = &mut self {
            let said = reason.to_ascii_lowercase();
            let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
            if says(&["default vpc", "default subnet", "vpcidnotspecified"]) {
                *reason +=
                    "\nhint: the account has no default network: name a subnet, `subnet: subnet-…`";
            } else if says(&["autotermination", "auto-termination"]) {
                *reason += "\nhint: `extra_cluster_params: {AutoTerminationPolicy: null}` leaves the policy out, where a region \
                            doesn't have it";
            }
        }
        self
    }

    /// Whether the user may not do what was tried.
    pub(crate) fn is_denied(&self) -> bool {
        matches!(self, EmrError::Refused { code: Some(code), .. } if code.starts_with("AccessDenied"))
    }

    /// A failure of `action`, for `map_err`.
    pub(super) fn io(action: impl Into<String>) -> impl FnOnce(io::Error) -> EmrError {
        let action = action.into();
        move |source| EmrError::Io { action, source }
    }
}
