//! What a task does: reads splits or sorted runs, calls the job's methods, leaves runs or a part of the output.
//!
//! `spec` is what a task is told and answers, [`Program`](crate::program::Program) the job without its types, which runners drive.

mod abort;
pub(crate) mod current;
pub(crate) mod environment;
mod failure;
pub(crate) mod fold;
pub(crate) mod input;
pub(crate) mod local_file;
pub(crate) mod longest;
pub(crate) mod map;
pub(crate) mod monitor;
pub(crate) mod reduce;
pub(crate) mod remote;
mod side;
mod spec;
pub(crate) mod trace;

pub use abort::on_abort;
pub use current::{TaskInfo, task};
pub use environment::export_environment;
pub use failure::{FailureKind, Place, TaskFailure};
pub use longest::LONGEST_RECORD;
pub use monitor::Monitor;
pub use remote::{Remote, RemoteFile};
pub use side::{NoOutputDir, OutputDir};
pub use spec::{MapTarget, MapTask, ReduceTask, Source, Split, TaskReport, TaskSetting};

pub(crate) use trace::TaskError;
