//! What the user says of a cluster of EMR and of a job on it.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::fs::Access;
use crate::plan::Cleanup;

/// What a plan says beyond what it says for every runner.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct EmrConfig {
    /// Region and profile.
    pub access: Access,
    /// The cluster to use; a new one, if it isn't named.
    pub cluster_id: Option<String>,
    /// A new cluster as RunJobFlow has it, without name, steps and logs.
    pub cluster: Map<String, Value>,
    /// Shell lines that run once on each node.
    pub bootstrap: Vec<String>,
    /// The folder for temporary files in S3, without a `/` at its end.
    pub tmp_dir: String,
    /// The folder for logs there, likewise.
    pub log_dir: String,
    /// Seconds between looks at the cluster.
    pub poll: f64,
    /// `ActionOnFailure` of steps, where the user wants another one than ours.
    pub action_on_failure: Option<String>,
    /// More options for Hadoop Streaming, before those of ours.
    pub extra_args: Vec<String>,
    /// Variables for the environment of tasks.
    pub cmdenv: Vec<(String, String)>,
    /// Inputs that the cluster reads where they are, as the user wrote them; others are copied to S3.
    pub inputs: Vec<String>,
    /// Bytes of those in S3.
    pub input_bytes: u64,
    /// Whether logs are read, for counters and for why a job failed.
    pub read_logs: bool,
    /// Whether temporary files in S3 are deleted.
    pub cleanup: Cleanup,
}

impl Default for EmrConfig {
    fn default() -> Self {
        EmrConfig {
            access: Access::default(),
            cluster_id: None,
            cluster: Map::new(),
            bootstrap: Vec::new(),
            tmp_dir: String::new(),
            log_dir: String::new(),
            poll: 30.0,
            action_on_failure: None,
            extra_args: Vec::new(),
            cmdenv: Vec::new(),
            inputs: Vec::new(),
            input_bytes: 0,
            read_logs: true,
            cleanup: Cleanup::default(),
        }
    }
}

impl fmt::Display for EmrConfig {
    /// For `--dry-run`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "temporary files in {}, logs in {}",
            self.tmp_dir, self.log_dir
        )?;
        if let Some(id) = &self.cluster_id {
            return write!(f, "on cluster {id}, by AddJobFlowSteps");
        }
        let request = serde_json::to_string_pretty(&self.cluster);
        let request = request.map_err(|_| fmt::Error)?;
        write!(
            f,
            "a new cluster (price unknown), by RunJobFlow, which ends with the job: {request}"
        )
    }
}
