//! Where the files go that a task writes beside its records.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The folder for an attempt's files beside its output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum OutputDir {
    /// This one, made when it is asked for. Its files are kept if the attempt succeeds.
    Folder(#[serde(with = "crate::path_bytes")] PathBuf),
    /// None, so that asking for it is an error.
    Missing(NoOutputDir),
}

impl Default for OutputDir {
    fn default() -> Self {
        OutputDir::Missing(NoOutputDir::OutsideOfTask)
    }
}

/// Why no folder keeps a task's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NoOutputDir {
    /// The job has no output folder.
    #[error(
        "there is no output folder, so nothing would keep the task's files\nhint: give `--output-dir DIR`"
    )]
    Job,
    /// The step isn't the last one, and its output is temporary.
    #[error(
        "there is no output folder for a step before the last, so nothing would keep the task's files\n\
         hint: give `--step-output-dir DIR`"
    )]
    Step,
    /// The output is on other machines.
    #[error(
        "there is no output folder on this machine: the task's output goes to another file system\n\
         hint: emit the records, or copy the files there, for example by `hadoop fs -put`"
    )]
    Elsewhere,
    /// A task by hand wasn't told of a folder.
    #[error(
        "there is no output folder for a task by hand\n\
         hint: set `mapreduce_task_output_dir=DIR` in its environment"
    )]
    ByHand,
    /// There is no task.
    #[error("there is no output folder outside of a task")]
    OutsideOfTask,
}
