//! What a task does: reads splits or sorted runs, calls the job's methods, leaves runs or a part of the output.
//!
//! `spec` is what a task is told and answers, [`Program`] the job without its types, which runners drive.

mod abort;
mod current;
mod ends;
mod environment;
mod failure;
mod fold;
mod input;
mod local_file;
pub(crate) mod longest;
pub(crate) mod map;
mod monitor;
mod part;
mod program;
pub(crate) mod reduce;
mod remote;
pub(crate) mod shell;
mod side;
mod spec;
pub(crate) mod stream;
mod trace;

pub use abort::on_abort;
pub use current::{TaskInfo, task};
pub use environment::export_environment;
pub use failure::{FailureKind, Place, TaskFailure};
pub use longest::LONGEST_RECORD;
pub use monitor::Monitor;
pub use program::{JobProgram, Method, Program, StepInfo, StreamPhase};
pub use remote::{Remote, RemoteFile};
pub use side::{NoOutputDir, OutputDir};
pub use spec::{
    Counters, MapTarget, MapTask, Part, PartTarget, ReduceTask, Source, Split, TaskReport,
    TaskSetting,
};
#[cfg(feature = "streaming")]
pub use stream::blocks::StreamBlocks;
pub use stream::{Pipes, StreamShuffle, StreamTask};

pub(crate) use part::{PartWriter, Written};
pub(crate) use trace::TaskError;
