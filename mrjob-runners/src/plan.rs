//! A run as data: everything is checked and resolved once it is a [`Plan`].

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use mrjob_core::codec::Codec;
use mrjob_core::step::StepInfo;
use serde::Serialize;

use crate::input::Input;
use crate::task_env::Surroundings;

/// What to run, over what, and where the output goes.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Plan {
    /// The job's name.
    pub job: String,
    /// A name of this run, for temporary folders and messages: `word_freq.ann.20260102.030405.678901`.
    pub job_key: String,
    /// Its steps, in order.
    pub steps: Vec<StepInfo>,
    /// What the first step reads, in order.
    pub inputs: Vec<Input>,
    /// Where the last step's output goes.
    pub output: Output,
    /// Where the output of the steps before goes, if the user wants to see it: `DIR/0000`, `DIR/0001`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_output_dir: Option<PathBuf>,
    /// Bytes of memory for all processes of the run.
    pub memory: u64,
    /// Worker processes at once.
    pub workers: NonZeroUsize,
    /// Reduce tasks asked for: hash partitions, as clusters have them. Without it the runner cuts ranges of keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reducers: Option<NonZeroU32>,
    /// Map tasks asked for (`-D mapreduce.job.maps=N`), a hint, as on clusters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maps: Option<NonZeroU32>,
    /// Properties for all steps, in order; later ones win.
    pub jobconf: Vec<(String, String)>,
    /// What tasks find around them.
    pub surroundings: Surroundings,
    /// The folder below which temporary files are made.
    pub temp_dir: PathBuf,
    /// Whether temporary files are deleted.
    pub cleanup: Cleanup,
}

/// When temporary files are deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Cleanup {
    /// When the job is done.
    pub when_done: bool,
    /// When it has failed or was stopped.
    pub when_failed: bool,
}

impl Default for Cleanup {
    /// Always.
    fn default() -> Self {
        Cleanup {
            when_done: true,
            when_failed: true,
        }
    }
}

impl Plan {
    /// A plan for `steps` over `inputs` whose output stays in temporary files: 1 GiB of memory, a worker a core.
    pub fn new(job: impl Into<String>, steps: Vec<StepInfo>, inputs: Vec<Input>) -> Self {
        let job = job.into();
        Plan {
            job_key: format!("{job}.{}", std::process::id()),
            job,
            steps,
            inputs,
            output: Output::default(),
            step_output_dir: None,
            memory: 1 << 30,
            workers: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            reducers: None,
            maps: None,
            jobconf: Vec::new(),
            surroundings: Surroundings::default(),
            temp_dir: std::env::temp_dir(),
            cleanup: Cleanup::default(),
        }
    }
}

/// A folder on other machines, which doesn't exist yet or is empty.
#[derive(Debug, Clone, Serialize)]
pub struct RemoteFolder {
    /// Its address, without a `/` at its end.
    pub address: String,
    /// How it is got at.
    pub access: crate::fs::Access,
    /// What the files are marked with.
    pub tags: crate::fs::Tags,
}

impl RemoteFolder {
    /// The address of what has this name in it.
    pub(crate) fn join(&self, name: &str) -> String {
        format!("{}/{name}", self.address)
    }
}

impl Output {
    /// Whether it goes to a folder, wherever that is.
    pub(crate) fn is_folder(&self) -> bool {
        if self.remote.is_some() {
            return true;
        }
        self.dir.is_some()
    }
}

/// Where output goes. All of it or nothing.
#[derive(Debug, Clone, Default, Serialize)]
#[non_exhaustive]
pub struct Output {
    /// A folder for the part files and `_SUCCESS`; it doesn't exist yet or is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dir: Option<PathBuf>,
    /// A folder on other machines, in the place of `dir`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote: Option<RemoteFolder>,
    /// How the part files are compressed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compression: Option<Codec>,
    /// Whether the output is (also) written to standard output, when the job has succeeded.
    pub cat: bool,
}
