//! What the user says of a cluster and of a job on it.

use std::path::PathBuf;

use serde::Serialize;

/// What a plan says beyond what it says for every runner.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct HadoopConfig {
    /// The program `hadoop` with its first arguments; searched for if it is empty.
    pub bin: Vec<String>,
    /// Hadoop's archive for streaming; searched for if it isn't named.
    pub streaming_jar: Option<PathBuf>,
    /// More options for Hadoop Streaming, before those of ours.
    pub extra_args: Vec<String>,
    /// Java archives for its class path.
    pub libjars: Vec<String>,
    /// Variables for the environment of tasks.
    pub cmdenv: Vec<(String, String)>,
    /// Files for the working directory of tasks, with `#NAME` behind those that have another name there.
    pub files: Vec<String>,
    /// Archives that are unpacked there, likewise.
    pub archives: Vec<String>,
    /// The folder for temporary files of the cluster; below the user's own folder unless it is absolute.
    pub tmp_dir: String,
    /// Inputs that the cluster reads where they are, as the user wrote them; others are copied there.
    pub inputs: Vec<String>,
    /// Where the output goes, as the user wrote it.
    pub output: Option<String>,
    /// Where the output of the steps before the last goes.
    pub step_output: Option<String>,
    /// Whether inputs are looked up before anything is copied.
    pub check_input_paths: bool,
    /// Whether logs are read to say why a job failed.
    pub read_logs: bool,
    /// Whether temporary files on the cluster are deleted.
    pub cleanup: crate::plan::Cleanup,
}

impl Default for HadoopConfig {
    fn default() -> Self {
        HadoopConfig {
            bin: Vec::new(),
            streaming_jar: None,
            extra_args: Vec::new(),
            libjars: Vec::new(),
            cmdenv: Vec::new(),
            files: Vec::new(),
            archives: Vec::new(),
            tmp_dir: "tmp/mrjob".to_owned(),
            inputs: Vec::new(),
            output: None,
            step_output: None,
            check_input_paths: true,
            read_logs: true,
            cleanup: crate::plan::Cleanup::default(),
        }
    }
}
