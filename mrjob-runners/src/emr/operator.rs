//! What an operator does with clusters without a job: make them, look at them, end them, read their logs.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, fmt};

use serde_json::{Value, json};

use super::api::{Api, Cluster, Step};
use super::logs::{Logs, application, log_folder};
use super::retry::Patient;
use super::upload::bootstrap_script;
use super::{EmrConfig, EmrError, Sdk, check, request};
use crate::config::Settings;
use crate::fs::s3::{Bucket, bucket, temporary_bucket};
use crate::fs::{Access, FileEntry, FileSystem};

/// EMR as a configuration file says it.
pub struct Operator {
    sdk: Sdk,
    config: EmrConfig,
    /// What is wrong with clusters that it would make: others may be looked at and ended in spite of it.
    problems: Vec<String>,
    /// Steps at once on a new cluster.
    at_once: Option<u64>,
}

impl fmt::Debug for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operator").finish_non_exhaustive()
    }
}

/// A cluster with what is known of its work.
#[derive(Debug)]
#[non_exhaustive]
pub struct ClusterWork {
    /// The cluster, its tags too.
    pub cluster: Cluster,
    /// Its steps, the oldest first.
    pub steps: Vec<Step>,
    /// Seconds for which it has had nothing to do; none, if it has.
    pub idle: Option<i64>,
}

impl Operator {
    /// EMR by `settings` of its runner, where region and profile that were typed count more.
    ///
    /// # Errors
    ///
    /// That EMR can't be got at.
    pub fn connect(settings: &Settings, typed: Access) -> Result<Self, Vec<String>> {
        let (mut config, problems) = super::plan::alone(settings);
        config.access.set_all(typed);
        let sdk = Sdk::connect(&config.access).map_err(|error| vec![error.to_string()])?;
        let at_once = settings.json("max_concurrent_steps");
        Ok(Operator {
            sdk,
            config,
            problems,
            at_once: at_once.and_then(|steps| steps.as_u64()),
        })
    }

    /// EMR, asked again where that may help; `told` takes what went wrong.
    pub fn api<'a>(&'a self, told: &'a dyn Fn(String)) -> Patient<'a> {
        Patient::new(&self.sdk, self.config.poll, told, &|| false)
    }

    /// Makes a cluster that stays until it has been idle for `max_mins_idle`, and gives its id.
    ///
    /// # Errors
    ///
    /// When something that it needs isn't there, or EMR refuses.
    pub fn create(&self, name: Option<&str>, told: &dyn Fn(String)) -> Result<String, EmrError> {
        if !self.problems.is_empty() {
            return Err(EmrError::Unfit(self.problems.join("\n")));
        }
        let api = self.api(told);
        let mut cluster = self.config.cluster.clone();
        let login = env::var("USER").unwrap_or_else(|_| "no_user".to_owned());
        let key = format!("cluster.{login}.{}", crate::clock::Utc::now().compact());
        let name = name.unwrap_or(&key);
        cluster.entry("Name").or_insert(name.into());
        let instances = cluster.entry("Instances").or_insert(json!({}));
        instances["KeepJobFlowAliveWhenNoSteps"] = true.into();
        if let Some(steps) = self.at_once {
            cluster
                .entry("StepConcurrencyLevel")
                .or_insert(steps.into());
        }
        check::new_cluster(
            &api,
            &self.config,
            &mut cluster,
            check::Program::Unknown,
            told,
        )?;
        let tmp_dir = match self.config.tmp_dir.as_str() {
            "" => format!("s3://{}/tmp", temporary_bucket(&self.config.access)?.0),
            dir => dir.to_owned(),
        };
        let logs = match self.config.log_dir.as_str() {
            "" => format!("{tmp_dir}/logs/"),
            dir => format!("{dir}/"),
        };
        cluster.entry("LogUri").or_insert(logs.into());
        if let Some(script) = self.bootstrap(&tmp_dir, &key)? {
            let actions = cluster.entry("BootstrapActions").or_insert(json!([]));
            if let Value::Array(actions) = actions {
                actions.push(request::bootstrap_action(&script));
            }
        }
        api.make_cluster(&cluster).map_err(EmrError::explained)
    }

    /// Sends what new nodes run first, and gives its address. It stays as long as the cluster may grow.
    fn bootstrap(&self, tmp_dir: &str, key: &str) -> Result<Option<String>, EmrError> {
        let own = format!("{tmp_dir}/clusters/{key}");
        let mut sent: Vec<(PathBuf, String)> = Vec::new();
        let (script, _) = bootstrap_script(&self.config, &own, key, &mut sent);
        let Some(script) = script else {
            return Ok(None);
        };
        let mut file = tempfile::NamedTempFile::new().map_err(EmrError::io("make a file"))?;
        std::io::Write::write_all(&mut file, script.as_bytes())
            .map_err(EmrError::io("write the script for nodes"))?;
        let place = format!("{own}/bootstrap/bootstrap.sh");
        sent.push((file.path().to_owned(), place.clone()));
        let upload = self.files(tmp_dir)?.upload(&Vec::new());
        let done = upload.send(&sent).and_then(|()| upload.complete());
        if let Err(error) = done {
            upload.abort()?;
            return Err(error.into());
        }
        upload.keep();
        Ok(Some(place))
    }

    /// Looks at a cluster and its steps.
    ///
    /// # Errors
    ///
    /// When EMR doesn't know it.
    pub fn look(&self, api: &dyn Api, id: &str) -> Result<ClusterWork, EmrError> {
        let cluster = api.cluster(id)?;
        let steps = api.steps(id)?;
        let idle = idle(&cluster, &steps, now());
        Ok(ClusterWork {
            cluster,
            steps,
            idle,
        })
    }

    /// The cluster that a step is of, among the newest ones.
    ///
    /// # Errors
    ///
    /// When EMR can't be asked.
    pub fn cluster_of(&self, api: &dyn Api, step: &str) -> Result<Option<String>, EmrError> {
        for cluster in api.clusters(&[])?.into_iter().take(MOST_SEARCHED) {
            if api.steps(&cluster.id)?.iter().any(|found| found.id == step) {
                return Ok(Some(cluster.id));
            }
        }
        Ok(None)
    }

    /// What the logs say of a step that failed: lines for a person; none, if no logs are there.
    ///
    /// # Errors
    ///
    /// When the folder of logs can't be got at.
    pub fn cause(&self, cluster: &Cluster, step: &Step) -> Result<Vec<String>, EmrError> {
        let Some(folder) = log_folder(cluster) else {
            return Ok(vec!["the cluster keeps no logs in S3".to_owned()]);
        };
        let files = self.files(&folder)?;
        let logs = Logs {
            files: &files,
            folder,
        };
        let said = logs.said(&step.id);
        let mut lines = said.complaints.clone();
        let failure = application(&said).and_then(|application| logs.failure(&application));
        if let Some((failure, log)) = failure {
            lines = failure.to_string().lines().map(str::to_owned).collect();
            lines.push(format!("its log: {log}"));
        } else {
            lines.push(format!("its logs: {}", logs.of_step(&step.id)));
        }
        Ok(lines)
    }

    /// The logs of a cluster or of one of its steps, and what their addresses begin with.
    ///
    /// # Errors
    ///
    /// When they can't be listed.
    pub fn logs(
        &self,
        cluster: &Cluster,
        step: Option<&str>,
    ) -> Result<(Vec<FileEntry>, String), EmrError> {
        let folder = log_folder(cluster).ok_or_else(|| {
            EmrError::Unfit(format!(
                "cluster {} keeps no logs in S3\nhint: a new one does with `cloud_log_dir: s3://BUCKET/FOLDER/`",
                cluster.id
            ))
        })?;
        let all = match step {
            Some(step) => format!("{folder}/steps/{step}/"),
            None => format!("{folder}/"),
        };
        let found = self.files(&folder)?.below(&all)?;
        Ok((found, format!("{folder}/")))
    }

    fn files(&self, address: &str) -> Result<Bucket, EmrError> {
        Ok(bucket(address, &self.config.access)?)
    }
}

/// How many clusters are searched for a step: each takes a call.
const MOST_SEARCHED: usize = 50;

/// Seconds since a cluster that waits has been ready, or its last step has ended.
fn idle(cluster: &Cluster, steps: &[Step], now: i64) -> Option<i64> {
    let works = |step: &Step| {
        matches!(
            step.state.as_str(),
            "PENDING" | "RUNNING" | "CANCEL_PENDING"
        )
    };
    if cluster.state != "WAITING" || steps.iter().any(works) {
        return None;
    }
    let last = steps.iter().filter_map(|step| step.ended).max();
    let since = last.max(cluster.ready).or(cluster.created)?;
    Some((now - since).max(0))
}

/// Seconds from 1970.
pub fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs().try_into().unwrap_or(i64::MAX))
}
