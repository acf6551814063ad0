//! What the options say of EMR.

use std::ffi::OsString;

use mrjob_core::task::Program;
use serde_json::Value;

use super::check::{access, inputs, rest};
use super::given::Given;
use super::outputs::{compression, make_remote, output_folder};
use super::problems::{Problems, UsageError, said};
use super::{cleanup, cluster};
use crate::config::Settings;
use crate::definition::Definition;
use crate::emr::{self, EmrConfig};
use crate::fs::Access;
use crate::input;
use crate::plan::{Input, Output, Plan};

/// Options that would change what is done, and that aren't heeded yet.
const NOT_YET: [&str; 33] = [
    "shuffle",
    "splits",
    "total_order",
    "setup",
    "sh_bin",
    "dirs",
    "files",
    "archives",
    "libjars",
    "step_output_dir",
    "pool_clusters",
    "pool_name",
    "pool_wait_minutes",
    "pool_timeout_minutes",
    "pool_jitter_seconds",
    "max_clusters_in_pool",
    "min_available_mb",
    "min_available_virtual_cores",
    "docker_image",
    "docker_client_config",
    "docker_mounts",
    "ec2_key_pair_file",
    "ssh_bin",
    "ssh_add_bin",
    "ssh_bind_ports",
    "ssh_tunnel",
    "ssh_tunnel_is_open",
    "ec2_endpoint",
    "emr_endpoint",
    "iam_endpoint",
    "s3_endpoint",
    "cloud_part_size_mb",
    "enable_emr_debugging",
];
/// Credentials that would be in files.
const KEYS: [&str; 3] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
];

/// The plan of a run on EMR.
pub(super) fn plan(
    given: &Given,
    settings: &Settings,
    job: &Definition,
    program: &dyn Program,
    mut problems: Problems,
) -> Result<Plan, UsageError> {
    let (remote, here): (Vec<_>, Vec<_>) =
        given.inputs.iter().cloned().partition(cluster::is_remote);
    let local = match (remote.is_empty(), here.is_empty()) {
        (false, true) => Vec::new(),
        _ => inputs(&here, &access(settings), &mut problems),
    };
    let is_s3 = |uri: &OsString| input::is_s3(&uri.to_string_lossy());
    let in_s3: Vec<OsString> = remote.iter().filter(|uri| is_s3(uri)).cloned().collect();
    let found = match in_s3.is_empty() {
        true => Vec::new(),
        false => inputs(&in_s3, &access(settings), &mut problems),
    };
    let mut output = Output {
        dir: output_folder(settings, "output_dir"),
        ..Output::default()
    };
    make_remote(&mut output, settings, &mut problems);
    if let Some(dir) = &output.dir {
        problems.add(format_args!(
            "{} is `{}`, and `-r emr` writes to S3\nhint: `-o s3://BUCKET/FOLDER`; or leave it out, and `> FILE` takes the output",
            said(settings, "output_dir"),
            dir.display()
        ));
    }
    let in_folder = output.is_folder();
    output.compression = compression(given, settings, in_folder, &mut problems);
    output.cat = settings.bool("cat_output").unwrap_or(!in_folder);
    let mut plan = rest(settings, job, program, local, output, &mut problems);
    let bytes = found.iter().map(|input| match input {
        Input::Remote(file) => file.bytes,
        _ => 0,
    });
    let mut config = config(settings, access(settings), remote, &mut problems);
    config.input_bytes = bytes.sum();
    plan.emr = Some(config);
    problems.check().map(|()| plan)
}

/// What the options say of a cluster of EMR and of a job on it.
fn config(
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
