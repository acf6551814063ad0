//! What the user says of a cluster and of a job on it.

use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

use crate::cluster::{Shuffle, Splits};
use crate::web::{LIMIT, ServiceUrl};

/// What a plan says beyond what it says for every runner.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct HadoopConfig {
    /// The program `hadoop` with its first arguments; searched for if it is empty.
    pub bin: Vec<String>,
    /// Where HDFS's web service is, in place of what Hadoop's configuration says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hdfs_url: Option<ServiceUrl>,
    /// A file of certificates, as PEM, of authorities to trust beside the system's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorities: Option<PathBuf>,
    /// How long a server is asked again that is down, slow or restarting.
    pub patience: Duration,
    /// Hadoop's archive for streaming; searched for if it isn't named.
    pub streaming_jar: Option<PathBuf>,
    /// More options for Hadoop Streaming, before those of ours.
    pub extra_args: Vec<String>,
    /// Java archives for its class path.
    pub libjars: Vec<String>,
    /// Java class that reads the input of the first step.
    pub input_format: Option<String>,
    /// Java class that writes the output of the last step.
    pub output_format: Option<String>,
    /// How records go from mappers to reducers.
    pub shuffle: Shuffle,
    /// The folder for temporary files of the cluster; below the user's own folder unless it is absolute.
    pub tmp_dir: String,
    /// Inputs that the cluster reads where they are, as the user wrote them; others are copied there.
    pub inputs: Vec<String>,
    /// Where the output goes, as the user wrote it.
    pub output: Option<String>,
    /// Where the output of the steps before the last goes.
    pub step_output: Option<String>,
    /// Who divides the input among map tasks; we do where that is possible, unless it is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub splits: Option<Splits>,
    /// Whether part files in a row are in order.
    pub total_order: bool,
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
            hdfs_url: None,
            authorities: None,
            patience: LIMIT,
            streaming_jar: None,
            extra_args: Vec::new(),
            libjars: Vec::new(),
            input_format: None,
            output_format: None,
            shuffle: Shuffle::Block,
            tmp_dir: "tmp/mrjob".to_owned(),
            inputs: Vec::new(),
            output: None,
            step_output: None,
            splits: None,
            total_order: false,
            check_input_paths: true,
            read_logs: true,
            cleanup: crate::plan::Cleanup::default(),
        }
    }
}
