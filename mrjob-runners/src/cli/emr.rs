//! What the options say of EMR.

use std::ffi::OsString;

use serde_json::Value;

use super::check::{Problems, said};
use super::cleanup;
use crate::config::Settings;
use crate::emr::{self, EmrConfig};
use crate::fs::Access;
use crate::input;

/// Options that would change what a job does, and that aren't heeded yet.
const NOT_YET: [&str; 9] = [
    "setup",
    "sh_bin",
    "dirs",
    "files",
    "archives",
    "libjars",
    "pool_clusters",
    "docker_image",
    "step_output_dir",
];
/// Credentials that would be in files.
const KEYS: [&str; 3] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
];

/// What the options say of a cluster of EMR and of a job on it.
pub(super) fn config(
    settings: &Settings,
    access: Access,
    remote: Vec<OsString>,
    problems: &mut Problems,
) -> EmrConfig {
    for name in NOT_YET.into_iter().filter(|name| settings.is_set(name)) {
        problems.add(format_args!(
            "{} isn't in this version yet with `-r emr`\nhint: leave it out for now; without it the job might do something else",
            said(settings, name)
        ));
    }
    for name in KEYS.into_iter().filter(|name| settings.is_set(name)) {
        problems.add(format_args!(
            "{} isn't read: credentials are AWS's own\nhint: `aws configure` keeps them, `aws_profile` names a profile",
            said(settings, name)
        ));
    }
    let tmp_dir = folder(settings, "cloud_tmp_dir", problems);
    let log_dir = match settings.is_set("cloud_log_dir") {
        true => folder(settings, "cloud_log_dir", problems),
        false => format!("{tmp_dir}/logs"),
    };
    let text = |path: OsString| path.to_string_lossy().into_owned();
    EmrConfig {
        access,
        cluster_id: settings.text("cluster_id").map(str::to_owned),
        cluster: emr::cluster(settings, &mut |problem| problems.add(problem)),
        bootstrap: settings.list("bootstrap"),
        tmp_dir,
        log_dir,
        poll: settings
            .json("check_cluster_every")
            .as_ref()
            .and_then(Value::as_f64)
            .unwrap_or(30.0)
            .max(0.01),
        action_on_failure: settings.text("emr_action_on_failure").map(str::to_owned),
        extra_args: settings.list("hadoop_extra_args"),
        cmdenv: settings.pairs("cmdenv"),
        inputs: remote.into_iter().map(text).collect(),
        read_logs: settings.bool("read_logs").unwrap_or(true),
        cleanup: cleanup::in_cloud(
            settings.words("cleanup"),
            settings.words("cleanup_on_failure"),
        ),
        ..EmrConfig::default()
    }
}

/// A folder in S3, without a `/` at its end.
fn folder(settings: &Settings, name: &str, problems: &mut Problems) -> String {
    match settings.text(name) {
        Some(dir) if input::is_s3(dir) => dir.trim_end_matches('/').to_owned(),
        Some(dir) => {
            problems.add(format_args!(
                "{} is `{dir}`, which isn't in S3\nhint: `s3://BUCKET/FOLDER/`",
                said(settings, name)
            ));
            String::new()
        }
        None => {
            problems.add(format_args!(
                "`-r emr` needs `{name}`, a folder in S3 for the program and temporary files\n\
                 hint: `{name}: s3://BUCKET/tmp/` below `runners: emr:` in a file, which `-c FILE` names"
            ));
            String::new()
        }
    }
}
