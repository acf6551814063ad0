//! What the user says of a cluster of EMR and of a job on it.

use std::env;
use std::path::PathBuf;

use mrjob_core::task::RemoteFile;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{EmrError, request};
use crate::cluster::Shuffle;
use crate::fs::Access;
use crate::plan::Cleanup;
use crate::task_env::{NamedFile, SetupLine};

/// What a plan says beyond what it says for every runner.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct EmrConfig {
    /// The program's file, where that isn't this process's.
    #[serde(skip)]
    pub program: Option<PathBuf>,
    /// Region and profile.
    pub access: Access,
    /// The cluster to use; a new one, if it isn't named.
    pub cluster_id: Option<String>,
    /// A new cluster as RunJobFlow has it, without name, steps and logs.
    pub cluster: Map<String, Value>,
    /// Each type of instances that options name, with the option as the user knows it.
    #[serde(skip)]
    pub types_said: Vec<(String, String)>,
    /// Whether the user names the service role.
    #[serde(skip)]
    pub service_role_said: bool,
    /// The ARN of the role that steps have, where that isn't the nodes'.
    pub step_role: Option<String>,
    /// Shell lines that run once on each node.
    pub bootstrap: Vec<SetupLine>,
    /// Files that these lines name.
    pub bootstrap_files: Vec<NamedFile>,
    /// Java archives for the class path of Hadoop's client and of tasks.
    pub libjars: Vec<String>,
    /// Hadoop's archive for streaming, if it isn't the release's.
    pub streaming_jar: Option<String>,
    /// The folder for temporary files in S3, without a `/` at its end; empty, if it is to be in a bucket of mrjob's own.
    pub tmp_dir: String,
    /// The folder for logs there, likewise; empty, if it is below that.
    pub log_dir: String,
    /// The folder for what steps before the last write, if it is to be kept.
    pub step_output: Option<String>,
    /// Dollars an hour of instance types.
    pub prices: Map<String, Value>,
    /// Seconds between looks at the cluster.
    pub poll: f64,
    /// `ActionOnFailure` of steps, where the user wants another one than ours.
    pub action_on_failure: Option<String>,
    /// Java class that reads the input of the first step, where that isn't lines.
    pub input_format: Option<String>,
    /// Java class that writes the output of the last step, likewise.
    pub output_format: Option<String>,
    /// How records go from mapper to reducer.
    pub shuffle: Shuffle,
    /// More options for Hadoop Streaming, before those of ours.
    pub extra_args: Vec<String>,
    /// Inputs that the cluster reads where they are, as the user wrote them; others are copied to S3.
    pub inputs: Vec<String>,
    /// The files of those in S3.
    #[serde(skip)]
    pub found: Vec<RemoteFile>,
    /// Whether logs are read, for counters and for why a job failed.
    pub read_logs: bool,
    /// Whether temporary files in S3 are deleted.
    pub cleanup: Cleanup,
}

impl Default for EmrConfig {
    fn default() -> Self {
        EmrConfig {
            program: None,
            access: Access::default(),
            cluster_id: None,
            cluster: Map::new(),
            types_said: Vec::new(),
            service_role_said: false,
            step_role: None,
            bootstrap: Vec::new(),
            bootstrap_files: Vec::new(),
            libjars: Vec::new(),
            streaming_jar: None,
            tmp_dir: String::new(),
            log_dir: String::new(),
            step_output: None,
            prices: Map::new(),
            poll: 30.0,
            action_on_failure: None,
            input_format: None,
            output_format: None,
            shuffle: Shuffle::Block,
            extra_args: Vec::new(),
            inputs: Vec::new(),
            found: Vec::new(),
            read_logs: true,
            cleanup: Cleanup::default(),
        }
    }
}

impl EmrConfig {
    /// Whether the user wants a new cluster to stay when the job is done.
    pub(super) fn stays(&self) -> bool {
        request::stays(&self.cluster)
    }

    /// A property that the user's configurations set for a new cluster.
    pub(super) fn property(&self, classification: &str, name: &str) -> Option<String> {
        let all = self.cluster.get("Configurations")?.as_array()?;
        let mut found = all
            .iter()
            .filter(|one| one["Classification"] == classification);
        let value = found.find_map(|one| one["Properties"].get(name))?;
        value.as_str().map(str::to_owned)
    }

    /// The file of the job's program.
    pub(super) fn program(&self) -> Result<PathBuf, EmrError> {
        let program = self.program.clone().map_or_else(env::current_exe, Ok);
        program.map_err(EmrError::io("find this program's own file"))
    }
}
