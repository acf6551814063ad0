//! What Hadoop Streaming needs anywhere: what is copied, how Hadoop is told to start tasks, what they are given and what they say.
//!
//! | module | what is in it |
//! |---|---|
//! | `task_file` | the file that is shipped with the program |
//! | `ship` | what is copied to a cluster, in which form, and where |
//! | `reducers` | how many reduce tasks there are where nobody says it |
//! | `command` | a step as a command line |
//! | `client_output`, `sums` | what `hadoop jar` prints of a step; what steps add up to |
//! | `container` | the memory of a task's container: Java's heap, and what that leaves to the program |
//! | `step` | a step as properties, formats and commands of Hadoop Streaming |
//! | `manifest` | what each map task reads, where the launcher divides the input |
//! | `by_hadoop` | what it reads where Hadoop does: refused where Hadoop took a file for what it isn't |
//! | `message` | lines on a task's standard error that are for the launcher |
//! | `report` | what a task writes there, for Hadoop too |
//!
//! A launcher
//!
//! 1. makes a [`TaskFile`] of its [`Run`](crate::run::Run), and sets in it what it decides: for each step the
//!    [`Shuffle`] and the number of reduce tasks;
//! 2. ships the program as [`PROGRAM`], the file's [`to_json`](TaskFile::to_json) as [`TASK_FILE`] and
//!    [`JobArguments::files`] by their names (`-files PATH#NAME`), all into the working directory of tasks;
//! 3. runs each step as its [`StreamingStep`] says: generic options first, then the others;
//! 4. reads [`Message`]s out of the standard error of tasks: why one failed, and counters that were too many for Hadoop.
//!
//! A task is `./mrjob-program --task-file mrjob-task.json --mapper --step-num 0`. Beside the codes of
//! [`Exit`](crate::Exit) it ends with [`Exit::Abandoned`](crate::Exit::Abandoned) when the JVM that reads its output has
//! died: then the cause is in the attempt's `syslog`, and not in what the task says.

mod by_hadoop;
pub(crate) mod client_output;
pub(crate) mod command;
mod container;
mod manifest;
mod message;
pub(crate) mod reducers;
mod report;
pub(crate) mod ship;
mod step;
mod sums;
mod task_file;

pub use crate::task_env::job_files::{JobArguments, JobFile, PROGRAM, TASK_FILE};
pub(crate) use by_hadoop::ByHadoop;
#[cfg(feature = "emr")]
pub(crate) use container::SORT_BUFFER;
#[cfg(feature = "emr")]
pub(crate) use container::USUAL_SORT_BUFFER;
#[cfg(feature = "cluster")]
pub(crate) use container::java_options;
pub(crate) use container::{Container, TaskKind};
pub(crate) use manifest::{MapInput, manifest};
pub use message::Message;
pub(crate) use report::{BYTES_READ, Heartbeat, counter_lines, failure_line, interval, tell};
pub use step::{StepError, StreamingStep};
pub use task_file::{Shuffle, Splits, TaskFile, TaskFileError, TaskStep};

/// The group of Hadoop's counters in which tasks count their records, since Hadoop's own counters are of blocks:
/// `map input records`, `map output records`, `reduce input records`, `reduce output records`; `map input bytes` of tasks that read splits of the launcher's; and, where there are any,
/// `lines that aren't UTF-8` and `bytes spilled`.
pub const OWN_COUNTERS: &str = "mrjob";

/// The counter of that group for tasks whose log has more counters, in a [`Message`].
pub(crate) const IN_LOGS: &str = "tasks with counters in their logs";
