//! The plan of a run on EMR.

use std::ffi::OsString;
use std::path::Path;

use serde_json::{Map, Value};

use crate::cluster::Shuffle;
use crate::config::{Problems, Settings, said};
use crate::emr::{self, Emr, EmrConfig};
use crate::fs::Access;
use crate::fs::s3::is_s3;
use crate::input::Input;
use crate::options::RunnerKind;
use crate::plan::Output;
use crate::planner::cleanup;
use crate::planner::outputs::{check_overlaps, make_remote, output_folder};
use crate::planner::plan::{
    Ask, Planned, RunnerDef, access, cluster_inputs, common, finish_output, inputs,
};
use crate::task_env::FileKind;
use crate::{release, task_env};

/// Options that aren't heeded, and what to do instead.
const INSTEAD: [(&str, &str); 11] = [
    ("splits", "leave it out: Hadoop divides what is in S3"),
    (
        "total_order",
        "leave it out: one reduce task (`--reducers 1`) writes all keys in order",
    ),
    (
        "pool_clusters",
        "`mrjob create-cluster` makes a cluster that stays, `cluster_id` runs a job on it",
    ),
    ("pool_wait_minutes", "leave it out: clusters aren't pooled"),
    (
        "docker_image",
        "a program needs nothing of its image; `jobconf` with `mapreduce.map.env.YARN_CONTAINER_RUNTIME_TYPE: docker` and YARN's others run tasks in one",
    ),
    ("docker_client_config", "leave it out, as `docker_image`"),
    ("docker_mounts", "leave it out, as `docker_image`"),
    ("ec2_endpoint", "leave it out: EC2 isn't asked for anything"),
    (
        "emr_endpoint",
        "AWS's own variable AWS_ENDPOINT_URL_EMR says it",
    ),
    (
        "iam_endpoint",
        "AWS's own variable AWS_ENDPOINT_URL_IAM says it",
    ),
    (
        "s3_endpoint",
        "AWS's own variable AWS_ENDPOINT_URL_S3 says it",
    ),
];
/// Credentials that would be in files.
const KEYS: [&str; 3] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
];
/// What EMR may do when a step fails.
const ACTIONS: [&str; 3] = ["TERMINATE_CLUSTER", "CANCEL_AND_WAIT", "CONTINUE"];

/// Steps that a cluster takes.
const MOST_STEPS: usize = 256;

/// The runner `emr`.
pub(crate) const RUNNER: RunnerDef = RunnerDef {
    kind: RunnerKind::Emr,
    plan,
};

fn plan(ask: &Ask<'_>, problems: &mut Problems) -> Planned {
    let settings = ask.settings;
    let (remote, local) = cluster_inputs(ask, problems);
    let in_s3 = remote.iter().filter(|uri| is_s3(&uri.to_string_lossy()));
    let in_s3: Vec<OsString> = in_s3.cloned().collect();
    let found = match in_s3.is_empty() {
        true => Vec::new(),
        false => inputs(&in_s3, &access(settings), ask.program, problems),
    };
    let mut output = Output {
        dir: output_folder(settings, "output_dir"),
        ..Output::default()
    };
    match check_overlaps(ask.given, settings, problems) {
        true => output.dir = None,
        false => make_remote(&mut output, settings, problems),
    }
    if let Some(dir) = &output.dir {
        problems.add(format_args!(
            "{} is `{}`, and `-r emr` writes to S3\nhint: `-o s3://BUCKET/FOLDER`; or leave it out, and `> FILE` takes the output",
            said(settings, "output_dir"),
            dir.display()
        ));
    }
    finish_output(&mut output, ask, problems);
    let mut plan = common(ask, local, output, problems);
    plan.step_output_dir = None;
    let files = found.into_iter().filter_map(|input| match input {
        Input::Remote(file) => Some(file),
        _ => None,
    });
    let mut config = config(settings, access(settings), remote, problems);
    config.found = files.collect();
    config.program.clone_from(&ask.program_file);
    if plan.steps.len() > MOST_STEPS {
        problems.add(format_args!(
            "the job has {} steps, and a cluster of EMR takes {MOST_STEPS}\n\
             hint: split it into several runs; each reads the output of the one before",
            plan.steps.len()
        ));
    }
    Planned {
        plan,
        runner: Box::new(Emr { config }),
        refusal: None,
    }
}

/// What the options say where there is no job, and what is wrong with that, a paragraph each.
pub(crate) fn alone(settings: &Settings) -> (EmrConfig, Vec<String>) {
    let mut problems = Problems::default();
    let config = config(settings, access(settings), Vec::new(), &mut problems);
    let wrong = problems.check().err();
    (
        config,
        wrong.map_or_else(Vec::new, |error| error.problems().to_vec()),
    )
}

/// Checks the role of steps, which EMR takes as an ARN, on clusters that are made for it.
fn step_role(settings: &Settings, cluster: &Map<String, Value>, problems: &mut Problems) {
    let Some(role) = settings.text("emr_step_role") else {
        return;
    };
    if !role.starts_with("arn:") || !role.contains(":role/") {
        problems.add(format_args!(
            "{} is `{role}`, which isn't the ARN of a role\nhint: `aws iam get-role --role-name {role}` shows it: arn:aws:iam::ACCOUNT:role/NAME",
            said(settings, "emr_step_role")
        ));
    }
    if settings.says("cluster_id") {
        return;
    }
    let release = cluster.get("ReleaseLabel").and_then(Value::as_str);
    if let Some(release) = release.filter(|release| !release::has_step_roles(release)) {
        problems.add(format_args!(
            "{} is set, and steps have no roles of their own in release {release}: releases from 6.7 on do\nhint: take `{}`",
            said(settings, "emr_step_role"),
            release::NEWEST
        ));
    }
    if !cluster.contains_key("SecurityConfiguration") {
        problems.add(format_args!(
            "{} is set, and a cluster takes it only with a security configuration\n\
             hint: `security_configuration: NAME` of one with EnableApplicationScopedIAMRole",
            said(settings, "emr_step_role")
        ));
    }
}

/// What the options say of a cluster of EMR and of a job on it.
fn config(
    settings: &Settings,
    access: Access,
    remote: Vec<OsString>,
    problems: &mut Problems,
) -> EmrConfig {
    for (name, instead) in INSTEAD {
        let off = settings.bool(name) == Some(false);
        if settings.says(name) && !off {
            problems.add(format_args!(
                "{} takes no effect with `-r emr`\nhint: {instead}",
                said(settings, name)
            ));
        }
    }
    for name in KEYS.into_iter().filter(|name| settings.says(name)) {
        problems.add(format_args!(
            "{} isn't read: credentials are AWS's own\nhint: `aws configure` keeps them, `aws_profile` names a profile",
            said(settings, name)
        ));
    }
    let tmp_dir = folder(settings, "cloud_tmp_dir", &["s3"], problems);
    let log_dir = folder(settings, "cloud_log_dir", &["s3"], problems);
    let log_dir = match (log_dir, &tmp_dir) {
        (None, Some(tmp_dir)) => Some(format!("{tmp_dir}/logs")),
        (log_dir, _) => log_dir,
    };
    let action = settings.text("emr_action_on_failure");
    if let Some(action) = action.filter(|action| !ACTIONS.contains(action)) {
        problems.add(format_args!(
            "{} is `{action}`, which EMR doesn't know\nhint: it is one of {}",
            said(settings, "emr_action_on_failure"),
            ACTIONS.join(", ")
        ));
    }
    if let (Some("TERMINATE_CLUSTER" | "TERMINATE_JOB_FLOW"), Some(id)) =
        (action, settings.text("cluster_id"))
    {
        problems.add(format_args!(
            "{} ends the cluster, and {id}, given by `cluster_id`, isn't this run's to end\n\
             hint: `CANCEL_AND_WAIT` cancels the steps that come after",
            said(settings, "emr_action_on_failure")
        ));
    }
    let mut wrong = |problem| problems.add(problem);
    let cluster = emr::cluster(settings, &mut wrong);
    step_role(settings, &cluster, problems);
    let mut wrong = |problem| problems.add(problem);
    let (bootstrap, bootstrap_files) = task_env::lines(settings, "bootstrap", &mut wrong);
    for file in &bootstrap_files {
        if file.kind != FileKind::File {
            problems.add(format_args!(
                "`{}`, which `bootstrap` names, isn't a file as `{}` stands there\nhint: `PATH#NAME` is a file; unpack an archive by a command of `bootstrap`",
                file.path.display(),
                file.name
            ));
        }
    }
    let cluster_id = settings.text("cluster_id").map(str::to_owned);
    let libjars = settings.list("libjars");
    for jar in &libjars {
        match (jar.contains("://"), &cluster_id) {
            (false, None) if !Path::new(jar).is_file() => {
                problems.add(format_args!("`{jar}`, given by `libjars`, isn't a file"));
            }
            (_, Some(id)) if !jar.starts_with("file://") => problems.add(format_args!(
                "`libjars` names `{jar}`, and cluster {id}, which is there, can't be given files for its nodes\n\
                 hint: bring it there, and name it by `file:///PATH`"
            )),
            _ => {}
        }
    }
    let streaming_jar = settings.text("hadoop_streaming_jar").map(str::to_owned);
    if let Some(jar) = streaming_jar.as_ref().filter(|jar| !jar.contains("://"))
        && !Path::new(jar).is_file()
    {
        problems.add(format_args!(
            "{} is `{jar}`, which isn't a file here\nhint: `file://{jar}` is one of the master node",
            said(settings, "hadoop_streaming_jar")
        ));
    }
    let extra = settings.json("extra_cluster_params").unwrap_or_default();
    let text = |path: OsString| path.to_string_lossy().into_owned();
    EmrConfig {
        access,
        cluster_id,
        cluster,
        types_said: emr::types_said(settings),
        service_role_said: settings.says("iam_service_role") || extra.get("ServiceRole").is_some(),
        step_role: settings.text("emr_step_role").map(str::to_owned),
        bootstrap,
        bootstrap_files,
        libjars,
        streaming_jar,
        tmp_dir: tmp_dir.unwrap_or_default(),
        log_dir: log_dir.unwrap_or_default(),
        step_output: folder(settings, "step_output_dir", &["s3", "hdfs"], problems),
        prices: match settings.json("prices") {
            Some(Value::Object(prices)) => prices,
            _ => Map::new(),
        },
        poll: settings
            .json("check_cluster_every")
            .as_ref()
            .and_then(Value::as_f64)
            .unwrap_or(30.0)
            .max(0.01),
        action_on_failure: action.map(str::to_owned),
        input_format: settings.text("hadoop_input_format").map(str::to_owned),
        output_format: settings.text("hadoop_output_format").map(str::to_owned),
        shuffle: match settings.text("shuffle") {
            Some("text") => Shuffle::Text,
            _ => Shuffle::Block,
        },
        extra_args: settings.list("hadoop_extra_args"),
        inputs: remote.into_iter().map(text).collect(),
        read_logs: settings.bool("read_logs").unwrap_or(true),
        cleanup: cleanup::of(settings, "CLOUD_TMP"),
        ..EmrConfig::default()
    }
}

/// A folder in S3 or HDFS, without a `/` at its end.
fn folder(
    settings: &Settings,
    name: &str,
    systems: &[&str],
    problems: &mut Problems,
) -> Option<String> {
    let dir = settings.text(name)?;
    let known = |system: &&str| match *system {
        "s3" => is_s3(dir),
        other => dir.starts_with(&format!("{other}://")),
    };
    if !systems.iter().any(known) {
        problems.add(format_args!(
            "{} is `{dir}`, which isn't in S3\nhint: `s3://BUCKET/FOLDER/`",
            said(settings, name)
        ));
    }
    Some(dir.trim_end_matches('/').to_owned())
}
