//! The command line of a job program: `JOB [OPTIONS] [INPUT]...`.
//!
//! `options` and `command` declare it, the job's own options and ours; `raw_options` is what was typed; `layers` lays that over what
//! files and the job say. `replay` gives the job's own arguments back for processes that build the job again.

pub(crate) mod command;
pub(crate) mod layers;
pub(crate) mod options;
mod raw_options;
pub(crate) mod replay;

pub use command::DeclarationError;
pub(crate) use raw_options::raw_options;
