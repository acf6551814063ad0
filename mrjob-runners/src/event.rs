//! What happens in a run, in order: from runners to reporters.

use std::time::Duration;

use mrjob_core::counter::Counters;
use mrjob_core::task::{TaskFailure, TaskReport};
use serde::Serialize;

/// One thing that happened.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// The run began.
    JobStarted {
        /// The job's name.
        job: String,
        /// The runner's.
        runner: &'static str,
        /// How many steps it has.
        steps: usize,
        /// Size of the input, where it is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        input_bytes: Option<u64>,
    },
    /// A phase of a step began.
    PhaseStarted {
        /// The step, from 0.
        step: usize,
        /// Its phase.
        phase: Phase,
        /// Its number of tasks.
        tasks: usize,
        /// Bytes that its tasks will read.
        bytes: u64,
    },
    /// Tasks went on.
    Progress {
        /// The step, from 0.
        step: usize,
        /// Its phase.
        phase: Phase,
        /// Tasks that are done.
        tasks_done: usize,
        /// Records read so far in this phase.
        records: u64,
        /// Bytes read so far in this phase.
        bytes: u64,
    },
    /// A task said something by `status!`.
    Status {
        /// The step, from 0.
        step: usize,
        /// Its phase.
        phase: Phase,
        /// The task's number.
        task: u32,
        /// What it said.
        message: String,
    },
    /// A task wrote a line to standard error, or to standard output, which isn't its to write.
    TaskOutput {
        /// The line, without its end.
        line: String,
    },
    /// An attempt at a task didn't end well; the task is tried again.
    AttemptLost {
        /// The step, from 0.
        step: usize,
        /// Its phase.
        phase: Phase,
        /// The task's number.
        task: u32,
        /// The attempt, from 0.
        attempt: u32,
        /// Why: `worker killed by signal 9`.
        reason: String,
    },
    /// A phase ended.
    PhaseFinished {
        /// The step, from 0.
        step: usize,
        /// Its phase.
        phase: Phase,
        /// What its tasks did in all.
        totals: Totals,
    },
    /// A step ended.
    StepFinished {
        /// The step, from 0.
        step: usize,
        /// The user's counters, over all tasks.
        counters: Counters,
    },
    /// The run ended well.
    JobFinished {
        /// Since the beginning.
        #[serde(serialize_with = "seconds")]
        elapsed: Duration,
        /// Records and bytes read by the first step.
        input: (u64, u64),
        /// Records and bytes written by the last step.
        output: (u64, u64),
        /// Bytes spilled to disk.
        spilled_bytes: u64,
        /// Lines that weren't UTF-8 and were read with U+FFFD in them.
        lossy_lines: u64,
    },
    /// The run ended badly.
    JobFailed {
        /// Why, in one paragraph.
        message: String,
        /// The failure of the task that ended it.
        #[serde(skip_serializing_if = "Option::is_none")]
        failure: Option<TaskFailure>,
    },
    /// Something that the user should know and that doesn't end the run.
    Warning {
        /// What.
        message: String,
    },
    /// What a file looks like, where the result isn't what the user thinks if it is so. It is told with `--quiet` too.
    InputWarning {
        /// What.
        message: String,
    },
    /// Something that helps the user who is waiting.
    Note {
        /// What.
        message: String,
    },
    /// Something that is said with `-v`.
    Detail {
        /// What.
        message: String,
    },
}

/// A phase of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Phase {
    /// The map tasks.
    Map,
    /// The reduce tasks.
    Reduce,
}

/// Sums over the tasks of a phase.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Totals {
    /// Tasks.
    pub tasks: usize,
    /// Records read.
    pub records_in: u64,
    /// Bytes read.
    pub bytes_in: u64,
    /// Records written.
    pub records_out: u64,
    /// Bytes written.
    pub bytes_out: u64,
    /// Bytes spilled to disk.
    pub spilled_bytes: u64,
}

impl Totals {
    /// Sums over `reports`, one a task.
    pub fn of(reports: &[TaskReport]) -> Self {
        reports.iter().fold(
            Totals {
                tasks: reports.len(),
                ..Totals::default()
            },
            |sum, report| Totals {
                records_in: sum.records_in + report.records_in,
                bytes_in: sum.bytes_in + report.bytes_in,
                records_out: sum.records_out + report.records_out,
                bytes_out: sum.bytes_out + report.bytes_out,
                spilled_bytes: sum.spilled_bytes + report.spilled_bytes,
                ..sum
            },
        )
    }
}

/// Takes the events of a run in their order.
pub trait Reporter: Send {
    /// Tells of `event`.
    fn report(&mut self, event: &Event);
}

fn seconds<S: serde::Serializer>(elapsed: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(elapsed.as_secs_f64())
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Phase::Map => "map",
            Phase::Reduce => "reduce",
        })
    }
}
