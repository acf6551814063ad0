//! A bucket, a configuration and programs on the stand-in.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use mrjob_tests_process::Command;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::run::program;
use crate::server::{Server, server};

pub(crate) const COUNT_WORDS: &str = env!("CARGO_BIN_EXE_emr_count_words");

pub(crate) struct Scene {
    pub(crate) server: &'static Server,
    pub(crate) name: &'static str,
    dir: TempDir,
}

impl Scene {
    /// A bucket of this name with `in.txt`; nothing where there is no server.
    pub(crate) fn new(name: &'static str, options: &str) -> Option<Self> {
        let server = server()?;
        server.bucket(name);
        let body = "the cat and the dog\nand the bird\n";
        let put = json!({"Bucket": name, "Key": "in.txt", "Body": body});
        server.ask("put_object", put);
        let dir = tempfile::tempdir().unwrap();
        let conf = format!(
            "runners:\n  emr:\n    cloud_tmp_dir: s3://{name}/tmp/\n    check_cluster_every: 0.1\n    label: {name}\n{options}"
        );
        fs::write(dir.path().join("emr.yaml"), conf).unwrap();
        Some(Scene { server, name, dir })
    }

    /// `PROGRAM -r emr -c CONF s3://BUCKET/in.txt ARGUMENTS`.
    pub(crate) fn command(&self, path: &str, arguments: &[&str]) -> Command {
        let mut command = program(path, self.server, &["-r", "emr", "-c"]);
        command
            .env("AWS_ACCESS_KEY_ID", self.name)
            .arg(self.dir.path().join("emr.yaml"))
            .arg(format!("s3://{}/in.txt", self.name))
            .args(arguments);
        command
    }

    /// `TOOL SUBCOMMAND -c CONF`.
    pub(crate) fn tool(&self, path: &str, subcommand: &str) -> Command {
        let mut command = program(path, self.server, &[subcommand, "-c"]);
        command
            .env("AWS_ACCESS_KEY_ID", self.name)
            .arg(self.dir.path().join("emr.yaml"));
        command
    }

    /// Waits until a cluster has had nothing to do for so many seconds.
    pub(crate) fn wait_idle(&self, id: &str, seconds: u64) {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(seconds) {
            let found = self.clusters();
            let cluster = found.iter().find(|cluster| cluster["Id"] == id);
            assert_eq!(cluster.unwrap()["State"], "WAITING");
            sleep(Duration::from_millis(100));
        }
    }

    /// What a rule does to the clusters of this scene in a state: `hold`, `fail`.
    pub(crate) fn rule(&self, state: &str, action: &str) {
        let rule = json!({"Name": format!("^{}\\.", self.name), "State": state, "Do": action});
        self.server.ask("emr_rule", rule);
    }

    /// Makes the next `times` calls of this scene go wrong with a code of EMR's.
    pub(crate) fn fault(&self, action: &str, times: u32, code: &str) {
        let line = format!("{action} as {}$", self.name);
        let how = json!({"Status": 400, "Code": code});
        self.server.fault(&line, times, how);
    }

    /// A cluster of somebody else's that stays, with more in its request than the least.
    pub(crate) fn make_cluster(&self, more: Value) -> String {
        let mut request = json!({
            "Name": format!("{}.cluster", self.name), "ReleaseLabel": "emr-7.1.0", "LogUri": format!("s3://{}/tmp/logs/", self.name),
            "Instances": {"KeepJobFlowAliveWhenNoSteps": true, "InstanceGroups": [
                {"InstanceRole": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 1},
                {"InstanceRole": "CORE", "InstanceType": "m5.2xlarge", "InstanceCount": 2},
            ]},
            "AutoTerminationPolicy": {"IdleTimeout": 604_800},
        });
        for (name, value) in more.as_object().unwrap() {
            request[name] = value.clone();
        }
        let made = self.server.ask("emr_make", request);
        made["Id"].as_str().unwrap().to_owned()
    }

    /// How often a call was made.
    pub(crate) fn calls(&self, action: &str) -> usize {
        let line = format!("{action} as {}$", self.name);
        self.server.requests(&line).len()
    }

    /// The script of a step, of a run that left its files.
    pub(crate) fn script(&self, number: usize) -> String {
        let keys = self.server.keys(self.name);
        let end = format!("/steps/{number:04}.sh");
        let key = keys.iter().find(|key| key.ends_with(&end)).unwrap();
        self.server.text(self.name, key)
    }

    /// Somebody else's call about the one cluster.
    pub(crate) fn do_outside(&self, action: &str, mut request: Value) {
        let id = self.clusters()[0]["Id"].clone();
        match action {
            "TerminateJobFlows" => request["JobFlowIds"] = json!([id]),
            _ => request["ClusterId"] = id,
        }
        let call = json!({"Action": action, "Request": request});
        self.server.ask("emr_call", call);
    }

    /// The clusters of this scene.
    pub(crate) fn clusters(&self) -> Vec<Value> {
        let name = json!({"Name": format!("^{}\\.", self.name)});
        let found = self.server.ask("emr_clusters", name);
        found["Clusters"].as_array().unwrap().clone()
    }

    /// Whether each application of this scene runs or has ended.
    pub(crate) fn applications(&self) -> Vec<String> {
        let name = json!({"Name": format!("^{}\\.", self.name)});
        let found = self.server.ask("emr_applications", name);
        serde_json::from_value(found["States"].clone()).unwrap()
    }

    /// The role of the steps that were added last to the first cluster.
    pub(crate) fn step_role(&self) -> String {
        let role = &self.clusters()[0]["StepRole"];
        role.as_str().unwrap_or_default().to_owned()
    }

    /// The names of the steps of the one cluster.
    pub(crate) fn step_names(&self) -> Vec<String> {
        let names = &self.clusters()[0]["StepNames"];
        serde_json::from_value(names.clone()).unwrap()
    }

    /// When the steps of the one cluster ended, in seconds of the day.
    pub(crate) fn step_ends(&self) -> Vec<f64> {
        let ends = &self.clusters()[0]["StepEnds"];
        let ends: Vec<f64> = serde_json::from_value(ends.clone()).unwrap();
        ends.into_iter().map(|end| end % 86_400.0).collect()
    }

    /// Waits for an object whose key begins so.
    pub(crate) fn await_key(&self, start: &str) {
        let begun = Instant::now();
        while !self
            .server
            .keys(self.name)
            .iter()
            .any(|key| key.starts_with(start))
        {
            assert!(begun.elapsed() < Duration::from_secs(120), "no {start}");
            sleep(Duration::from_millis(50));
        }
    }

    /// Waits for a cluster in a state.
    pub(crate) fn await_cluster(&self, state: &str) {
        let start = Instant::now();
        while !self
            .clusters()
            .iter()
            .any(|cluster| cluster["State"] == state)
        {
            assert!(
                start.elapsed() < Duration::from_secs(300),
                "none is {state}"
            );
            sleep(Duration::from_millis(20));
        }
    }

    /// Waits until no cluster is left.
    pub(crate) fn await_end(&self) {
        let start = Instant::now();
        let ended = |cluster: &Value| cluster["State"].as_str().unwrap().starts_with("TERMINATED");
        while !self.clusters().iter().all(ended) {
            assert!(
                start.elapsed() < Duration::from_secs(120),
                "{:?}",
                self.clusters()
            );
            sleep(Duration::from_millis(20));
        }
    }

    /// No cluster is left, and of files only those given.
    pub(crate) fn assert_clean(&self, keys: &[&str]) {
        self.await_end();
        let mut left = self.server.keys(self.name);
        left.retain(|key| !key.starts_with("tmp/programs/") && !key.starts_with("tmp/logs/"));
        assert_eq!(left, keys);
    }
}
