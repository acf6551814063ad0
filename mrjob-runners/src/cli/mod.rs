//! The command line of a job program: `JOB [OPTIONS] [INPUT]...`.
//!
//! `command` declares the options, the job's own and ours; `given` is what was typed; `layers` lays it over what files and
//! the job say; `check` makes a [`Plan`](crate::plan::Plan) of it or says everything that is wrong (`problems`; `outputs`, `cluster`, `emr` are parts of it). `replay` gives the job's own arguments back for
//! processes that build the job again, `dry_run` prints a plan.

pub(crate) mod check;
mod cleanup;
mod cluster;
pub(crate) mod command;
pub(crate) mod dry_run;
#[cfg(feature = "emr")]
mod emr;
pub(crate) mod given;
pub(crate) mod jobconf;
pub(crate) mod layers;
pub(crate) mod options;
mod outputs;
mod problems;
pub(crate) mod replay;
mod size;

pub use command::DeclarationError;
#[cfg(feature = "emr")]
pub(crate) use emr::alone as emr_config;
pub use problems::UsageError;
#[cfg(feature = "emr")]
pub(crate) use problems::said;
pub use size::parse_size;
