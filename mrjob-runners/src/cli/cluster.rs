//! What the command line and the options say of a cluster.

use std::ffi::OsString;
#[cfg(feature = "hadoop")]
use std::path::{Path, PathBuf};
#[cfg(feature = "hadoop")]
use std::time::Duration;

#[cfg(feature = "hadoop")]
use super::cleanup;
#[cfg(feature = "hadoop")]
use super::problems::{Problems, said};
#[cfg(feature = "hadoop")]
use crate::config::Settings;
#[cfg(feature = "hadoop")]
use crate::hadoop::{HadoopConfig, ServiceUrl};
#[cfg(feature = "hadoop")]
use crate::streaming::{Shuffle, Splits};

/// Whether an input is a cluster's: a URI that isn't of this machine.
pub(super) fn is_remote(given: &OsString) -> bool {
    let text = given.to_string_lossy();
    let scheme = text.split_once(":/").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        scheme != "file"
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

/// What the options say of a cluster.
#[cfg(feature = "hadoop")]
pub(super) fn config(
    settings: &Settings,
    remote: Vec<OsString>,
    problems: &mut Problems,
) -> HadoopConfig {
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
        if !is_remote(&path.into()) && !Path::new(path).is_file() {
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
    config.cleanup = cleanup::on_cluster(
        settings.words("cleanup"),
        settings.words("cleanup_on_failure"),
    );
    config
}

/// Arguments of Hadoop Streaming that a step has already, and what says the same.
#[cfg(feature = "hadoop")]
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
#[cfg(feature = "hadoop")]
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
