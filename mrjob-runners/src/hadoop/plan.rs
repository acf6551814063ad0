//! The plan of a run on a Hadoop cluster.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::prepare::ClusterPlan;
use crate::cluster::{Shuffle, Splits, ship};
use crate::config::{Problems, Settings, said};
use crate::fs::{self, Address};
use crate::hadoop::{Hadoop, HadoopConfig, ServiceUrl};
use crate::options::RunnerKind;
use crate::plan::Output;
use crate::planner::cleanup;
use crate::planner::outputs::output_folder;
use crate::planner::plan::{Ask, Planned, RunnerDef, cluster_inputs, common, finish_output};
use crate::run::RunError;

/// The runner `hadoop`.
pub(crate) const RUNNER: RunnerDef = RunnerDef {
    kind: RunnerKind::Hadoop,
    plan,
};

fn plan(ask: &Ask<'_>, problems: &mut Problems) -> Planned {
    let (remote, local) = cluster_inputs(ask, problems);
    let mut output = Output {
        dir: output_folder(ask.settings, "output_dir"),
        ..Output::default()
    };
    finish_output(&mut output, ask, problems);
    let plan = common(ask, local, output, problems);
    let config = config(ask.settings, remote, problems);
    let program = env::current_exe().ok();
    let uploads = ship::described(&plan, ask.shipped, program.as_deref());
    let (found, refusal) = match problems.is_empty() {
        // Nothing that is wrong already is worth asking a cluster about.
        false => (None, None),
        true => match ClusterPlan::look(&plan, &config, ask.shipped, ask.stop, &fs::tell) {
            Ok(found) => (Some(found), None),
            Err(error) => (None, Some(RunError::from(error))),
        },
    };
    Planned {
        plan,
        runner: Box::new(Hadoop {
            config,
            found,
            uploads,
        }),
        refusal,
    }
}

/// What the options say of a cluster.
fn config(settings: &Settings, remote: Vec<OsString>, problems: &mut Problems) -> HadoopConfig {
    let mut config = HadoopConfig::default();
    let mut text = |path: PathBuf| match path.into_os_string().into_string() {
        Ok(text) => text,
        Err(path) => {
            problems.add(format_args!(
                "`{}` isn't UTF-8, as names on a cluster are",
                path.display()
            ));
            String::new()
        }
    };
    config.inputs = remote.into_iter().map(|uri| text(uri.into())).collect();
    config.output = settings.path("output_dir").map(&mut text);
    config.step_output = settings.path("step_output_dir").map(&mut text);
    if let Some(dir) = settings.path("hadoop_tmp_dir") {
        config.tmp_dir = text(dir);
    }
    config.bin = settings.command("hadoop_bin").unwrap_or_default();
    if let Some(url) = settings.text("hdfs_url") {
        config.hdfs_url = ServiceUrl::parse(url);
        if config.hdfs_url.is_none() {
            // It isn't shown: there may be a password in it.
            problems.add(format_args!(
                "{} isn't the address of a web service\nhint: an address is `https://HOST:PORT`, with a path where it isn't \
                 `/webhdfs/v1`, such as `https://knox.example:8443/gateway/default/webhdfs/v1`",
                said(settings, "hdfs_url")
            ));
        }
    }
    config.authorities = settings.path("hadoop_ca_file");
    if let Some(file) = config.authorities.as_ref().filter(|file| !file.is_file()) {
        problems.add(format_args!(
            "`{}`, which is {}, isn't a file",
            file.display(),
            said(settings, "hadoop_ca_file")
        ));
    }
    if let Some(seconds) = settings.count("hadoop_patience") {
        config.patience = Duration::from_secs(seconds);
    }
    config.streaming_jar = settings.path("hadoop_streaming_jar");
    config.extra_args = settings.list("hadoop_extra_args");
    config.libjars = settings.list("libjars");
    config.input_format = settings.text("hadoop_input_format").map(str::to_owned);
    config.output_format = settings.text("hadoop_output_format").map(str::to_owned);
    if settings.text("shuffle") == Some("text") {
        config.shuffle = Shuffle::Text;
    }
    check_extra_args(&config, problems);
    for path in &config.libjars {
        if Address::of(path).is_local() && !Path::new(path).is_file() {
            problems.add(format_args!(
                "`{path}`, which is among `libjars`, isn't a file"
            ));
        }
    }
    config.splits = match settings.text("splits") {
        Some("own") => Some(Splits::Own),
        Some("hadoop") => Some(Splits::Hadoop),
        _ => None,
    };
    config.total_order = settings.bool("total_order").unwrap_or(false);
    config.read_logs = settings.bool("read_logs").unwrap_or(true);
    config.check_input_paths = settings.bool("check_input_paths").unwrap_or(true);
    config.cleanup = cleanup::of(settings, "HADOOP_TMP");
    config
}

/// Arguments of Hadoop Streaming that a step has already, and what says the same.
const OURS: [(&str, &str); 15] = [
    ("-input", "inputs are the job's arguments"),
    ("-output", "`--output-dir` names the output"),
    ("-mapper", "the job has one"),
    ("-reducer", "the job has one"),
    ("-combiner", "the job has one"),
    (
        "-inputformat",
        "`hadoop_input_format` is for the first step",
    ),
    (
        "-outputformat",
        "`hadoop_output_format` is for the last step",
    ),
    (
        "-inputreader",
        "`hadoop_input_format: StreamInputFormat`, and properties `stream.recordreader.…`",
    ),
    ("-numReduceTasks", "`--reducers N`"),
    ("-files", "`files` are for the working directory of tasks"),
    ("-file", "`files` are for the working directory of tasks"),
    (
        "-archives",
        "`archives` are for the working directory of tasks",
    ),
    ("-libjars", "`libjars` are for Hadoop's class path"),
    ("-cmdenv", "`cmdenv` sets variables of tasks"),
    ("-io", "the job says how its tasks read and write"),
];

/// Refuses what would undo a step's own arguments.
fn check_extra_args(config: &HadoopConfig, problems: &mut Problems) {
    for argument in &config.extra_args {
        if let Some((name, hint)) = OURS.iter().find(|(name, _)| name == argument) {
            problems.add(format_args!(
                "`{name}` can't be among `hadoop_extra_args`: each step has its own\nhint: {hint}"
            ));
        }
        if argument == "-partitioner" && config.shuffle == Shuffle::Block {
            problems.add(
                "`-partitioner` can't be among `hadoop_extra_args`: the job itself divides its keys\n\
                 hint: `--shuffle text` leaves that to Hadoop",
            );
        }
    }
}
