//! What was typed, taken apart and not yet checked against the world.

use std::ffi::OsString;
use std::path::PathBuf;

use mrjob_core::codec::Codec;
use mrjob_core::step::StreamPhase;
use serde_json::Value;

use crate::config::Choice;
use crate::options::{OptionRow, RunnerKind};
use crate::report::Messages;

/// Everything that our options say.
#[derive(Debug, Clone)]
pub(crate) struct RawOptions {
    pub(crate) mode: Mode,
    pub(crate) runner: RunnerKind,
    pub(crate) inputs: Vec<OsString>,
    pub(crate) output_compression: Option<Codec>,
    /// Options of the table.
    pub(crate) options: Vec<(&'static OptionRow, RawValue)>,
    /// The configuration files to read.
    pub(crate) conf: Choice,
    pub(crate) messages: Messages,
}

/// What was typed of an option of the table.
#[derive(Debug, Clone)]
pub(crate) enum RawValue {
    /// A word, a number, or a list that is one value.
    One(Value),
    /// A path, to the byte.
    Path(PathBuf),
    /// Each time that it was given.
    List(Vec<String>),
    /// `NAME=VALUE`, each time.
    Pairs(Vec<(String, String)>),
}

/// What the program is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Run the job.
    Run,
    /// Print the plan.
    DryRun,
    /// Print the steps.
    Steps,
    /// Run one phase of one step, lines in and lines out.
    Stream { phase: StreamPhase, step: usize },
    /// Print what a shell needs to complete the command.
    #[cfg(feature = "completions")]
    Completions(clap_complete::Shell),
}
