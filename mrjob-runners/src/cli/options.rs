//! The options that every job program has.

use crate::features;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgGroup, Command, ValueHint, value_parser};

use mrjob_core::codec::Codec;

use crate::options::{CLUSTERS, Kind, RunnerKind, find, size};
use crate::planner::{cleanup, jobconf};

/// Ids of the arguments. No field of a job's struct can have such a name.
pub(super) mod id {
    pub(crate) const INPUT: &str = "mrjob-input";
    pub(crate) const OUTPUT_COMPRESSION: &str = "mrjob-output-compression";
    pub(crate) const CAT_OUTPUT: &str = "mrjob-cat-output";
    pub(crate) const NO_OUTPUT: &str = "mrjob-no-output";
    pub(crate) const RUNNER: &str = "mrjob-runner";
    pub(crate) const JOBCONF: &str = "mrjob-jobconf";
    pub(crate) const CONF_PATH: &str = "mrjob-conf-path";
    pub(crate) const NO_CONF: &str = "mrjob-no-conf";
    #[cfg(feature = "completions")]
    pub(crate) const COMPLETIONS: &str = "mrjob-completions";
    pub(crate) const DRY_RUN: &str = "mrjob-dry-run";
    pub(crate) const STEPS: &str = "mrjob-steps";
    pub(crate) const MAPPER: &str = "mrjob-mapper";
    pub(crate) const COMBINER: &str = "mrjob-combiner";
    pub(crate) const REDUCER: &str = "mrjob-reducer";
    pub(crate) const STEP_NUM: &str = "mrjob-step-num";
    pub(crate) const QUIET: &str = "mrjob-quiet";
    pub(crate) const VERBOSE: &str = "mrjob-verbose";
    pub(crate) const LOG_FORMAT: &str = "mrjob-log-format";
    pub(crate) const HELP: &str = "mrjob-help";
    pub(crate) const VERSION: &str = "mrjob-version";
    /// What to do other than to run the job; one at most.
    pub(crate) const MODE: &str = "mrjob-mode";
    /// One of `--mapper`, `--combiner`, `--reducer`.
    pub(crate) const PHASE: &str = "mrjob-phase";
}

/// The options by which file systems are got at.
const FILE_SYSTEMS: [&str; 5] = [
    "region",
    "aws_profile",
    "hdfs_url",
    "hadoop_ca_file",
    "hadoop_patience",
];

/// Those that only clusters have.
#[cfg(feature = "cluster")]
const CLUSTER: [&str; 12] = [
    "hadoop_bin",
    "hadoop_streaming_jar",
    "hadoop_input_format",
    "hadoop_output_format",
    "hadoop_extra_args",
    "hadoop_tmp_dir",
    "shuffle",
    "splits",
    "total_order",
    "libjars",
    "read_logs",
    "check_input_paths",
];

/// Those that only EMR has.
#[cfg(feature = "cluster")]
const EMR: [&str; 17] = [
    "cluster_id",
    "cloud_tmp_dir",
    "cloud_log_dir",
    "release_label",
    "instance_type",
    "master_instance_type",
    "core_instance_type",
    "task_instance_type",
    "num_core_instances",
    "num_task_instances",
    "subnet",
    "max_mins_idle",
    "check_cluster_every",
    "ec2_key_pair",
    "iam_service_role",
    "iam_instance_profile",
    "emr_step_role",
];

/// Adds all of them to `command`. Of those that are only handed over, the job may have one of the same name.
pub(super) fn add(command: Command) -> Command {
    let is_free = |option: &Arg| {
        let mut own = command.get_arguments();
        !option.is_hide_set() || own.all(|own| own.get_long() != option.get_long())
    };
    let ours: Vec<Arg> = all().into_iter().filter(is_free).collect();
    command
        .args(ours)
        .group(ArgGroup::new(id::PHASE).args([id::MAPPER, id::COMBINER, id::REDUCER]))
        .group(ArgGroup::new(id::MODE).args([
            id::MAPPER,
            id::COMBINER,
            id::REDUCER,
            id::DRY_RUN,
            id::STEPS,
        ]))
}

/// All of them, in the order of `--help`.
pub(super) fn all() -> Vec<Arg> {
    [
        input_and_output(),
        running(),
        around_tasks(),
        file_systems(),
        #[cfg(feature = "cluster")]
        cluster(),
        #[cfg(feature = "cluster")]
        under("On Amazon EMR", EMR.map(for_emr).to_vec()),
        configuration(),
        tasks(),
        messages(),
    ]
    .concat()
}

fn input_and_output() -> Vec<Arg> {
    let options = vec![
        Arg::new(id::INPUT)
            .value_name("INPUT")
            .num_args(0..)
            .display_order(0)
            .value_parser(value_parser!(OsString))
            .value_hint(ValueHint::AnyPath)
            .help("Files, folders, patterns such as 'logs/*.txt', or - for standard input [default: -]"),
        option("output_dir").short('o'),
        Arg::new(id::OUTPUT_COMPRESSION)
            .long("output-compression")
            .value_name("CODEC")
            .value_parser(codec)
            .help("Compress the part files of --output-dir: gz, bz2, zst, lz4 or snappy"),
        flag(id::CAT_OUTPUT, "cat-output")
            .overrides_with(id::NO_OUTPUT)
            .help("Write the output to standard output [default without --output-dir]"),
        flag(id::NO_OUTPUT, "no-output")
            .alias("no-cat-output")
            .overrides_with(id::CAT_OUTPUT)
            .help("Don't write the output to standard output"),
        option("step_output_dir"),
    ];
    under("Input and output", options)
}

fn running() -> Vec<Arg> {
    let options = vec![
        Arg::new(id::RUNNER)
            .short('r')
            .long("runner")
            .value_name("RUNNER")
            .value_parser(RunnerKind::ALL.map(RunnerKind::name))
            .default_value("local")
            .help("Where to run; emr needs mrjob's feature emr"),
        Arg::new(id::JOBCONF)
            .short('D')
            .long("jobconf")
            .value_name("KEY=VALUE")
            .action(ArgAction::Append)
            .allow_hyphen_values(true)
            .value_parser(jobconf::parse)
            .help("Set a Hadoop property for all steps; may be repeated"),
        option("reducers"),
        option("num_cores"),
        option("memory"),
        option("local_tmp_dir"),
        flag(id::DRY_RUN, "dry-run").help("Print what would be done, and stop"),
        flag(id::STEPS, "steps").help("Print the steps as JSON, and stop"),
    ];
    under("Running", options)
}

fn around_tasks() -> Vec<Arg> {
    if !features::ENVIRONMENT {
        return Vec::new();
    }
    let options = vec![
        option("files").alias("file"),
        option("dirs").alias("dir"),
        option("archives").alias("archive"),
        option("cmdenv"),
        option("setup"),
        option("sh_bin"),
    ];
    under("Files and environment of tasks", options)
}

fn file_systems() -> Vec<Arg> {
    let is_built = |name: &&str| match *name {
        "region" | "aws_profile" => cfg!(feature = "cluster") || cfg!(feature = "s3"),
        _ => cfg!(feature = "hdfs"),
    };
    // Without S3 they are for a tool that takes the job over.
    let is_handed_over = |name: &str| !name.starts_with("h") && cfg!(not(feature = "s3"));
    let options = FILE_SYSTEMS.into_iter().filter(is_built);
    let options = options.map(|name| option(name).hide(is_handed_over(name)));
    under("Files on other machines", options.collect())
}

#[cfg(feature = "cluster")]
fn cluster() -> Vec<Arg> {
    under("On a cluster", CLUSTER.map(option).to_vec())
}

/// An option that a program without EMR hands over to a tool that has it.
#[cfg(feature = "cluster")]
fn for_emr(name: &'static str) -> Arg {
    option(name).hide(cfg!(not(feature = "emr")))
}

fn configuration() -> Vec<Arg> {
    let options = vec![
        Arg::new(id::CONF_PATH)
            .short('c')
            .long("conf-path")
            .value_name("FILE")
            .action(ArgAction::Append)
            .overrides_with(id::NO_CONF)
            .value_parser(value_parser!(PathBuf))
            .value_hint(ValueHint::FilePath)
            .help("Read options from this file; may be repeated [default: $MRJOB_CONF, ~/.mrjob.conf or /etc/mrjob.conf]"),
        flag(id::NO_CONF, "no-conf")
            .overrides_with(id::CONF_PATH)
            .help("Read options from no file"),
        option("label"),
        option("owner"),
        option("cleanup"),
        option("cleanup_on_failure"),
    ];
    under("Configuration", options)
}

fn tasks() -> Vec<Arg> {
    let options = vec![
        flag(id::MAPPER, "mapper").help("Run a step's mapper alone, lines in, lines out"),
        flag(id::COMBINER, "combiner").help("Run a step's combiner alone, on sorted lines"),
        flag(id::REDUCER, "reducer").help("Run a step's reducer alone, on sorted lines"),
        number(id::STEP_NUM, "step-num")
            .value_parser(value_parser!(usize))
            .requires(id::PHASE)
            .help("The step, counted from 0 [default: 0]"),
    ];
    under("Tasks by hand", options)
}

fn messages() -> Vec<Arg> {
    let options = vec![
        flag(id::QUIET, "quiet")
            .short('q')
            .help("Print errors only"),
        flag(id::VERBOSE, "verbose")
            .short('v')
            .help("Print more of what happens"),
        Arg::new(id::LOG_FORMAT)
            .long("log-format")
            .value_name("FORMAT")
            .value_parser(["text", "json"])
            .default_value("text")
            .help("How messages are written to standard error"),
        #[cfg(feature = "completions")]
        Arg::new(id::COMPLETIONS)
            .long("completions")
            .value_name("SHELL")
            .value_parser(value_parser!(clap_complete::Shell))
            .help("Print a script by which a shell completes this command"),
        Arg::new(id::HELP)
            .short('h')
            .long("help")
            .action(ArgAction::Help)
            .help(if CLUSTERS {
                "Print this help; --help=hadoop and --help=emr print all options of these runners"
            } else {
                "Print this help"
            }),
        Arg::new(id::VERSION)
            .short('V')
            .long("version")
            .action(ArgAction::Version)
            .help("Print the versions of this program and of mrjob"),
    ];
    under("Messages", options)
}

fn under(heading: &'static str, options: Vec<Arg>) -> Vec<Arg> {
    options
        .into_iter()
        .map(|option| option.help_heading(heading))
        .collect()
}

fn flag(id: &'static str, name: &'static str) -> Arg {
    Arg::new(id).long(name).action(ArgAction::SetTrue)
}

/// The switch of an option of the table, whose argument has its name.
fn option(name: &'static str) -> Arg {
    let row = find(name).expect("the table has this option");
    let switch = row.switch().expect("this option works");
    let help = match row.default {
        "" => row.help.to_owned(),
        default => format!("{} [default: {default}]", row.help),
    };
    let option = Arg::new(format!("mrjob-{switch}")).long(switch).help(help);
    match row.kind {
        Kind::Whole(0) => option.value_name("N").value_parser(value_parser!(u32)),
        Kind::Number => option.value_name("NUMBER").value_parser(amount),
        Kind::Whole(_) => option.value_name("N").value_parser(positive),
        Kind::Size => option.value_name("SIZE").value_parser(size::parse_size),
        Kind::Path => option
            .value_name("DIR")
            .value_parser(value_parser!(PathBuf))
            .value_hint(ValueHint::DirPath),
        Kind::Bool => option
            .value_name("BOOL")
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_parser(value_parser!(bool)),
        Kind::Choice(words) => option.value_name("WORD").value_parser(words.to_vec()),
        Kind::Cleanup => option.value_name("MODES").value_parser(cleanup::parse),
        Kind::Paths if features::ENVIRONMENT => option
            .value_name("PATH[#NAME]")
            .action(ArgAction::Append)
            .value_delimiter(',')
            .value_hint(ValueHint::AnyPath),
        Kind::List if name == "setup" => option
            .value_name("LINE")
            .action(ArgAction::Append)
            .allow_hyphen_values(true),
        Kind::Env if features::ENVIRONMENT => option
            .value_name("NAME=VALUE")
            .action(ArgAction::Append)
            .allow_hyphen_values(true)
            .value_parser(variable),
        Kind::Command if features::ENVIRONMENT => {
            option.value_name("COMMAND").allow_hyphen_values(true)
        }
        Kind::List | Kind::Paths => option
            .value_name("TEXT")
            .action(ArgAction::Append)
            .allow_hyphen_values(true),
        _ => option.value_name("TEXT"),
    }
}

fn number(id: &'static str, name: &'static str) -> Arg {
    Arg::new(id).long(name).value_name("N")
}

/// Reads `NAME=VALUE`; the value may contain `=` and be empty.
fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("a variable is set by `NAME=VALUE`, such as `TZ=UTC`".to_owned()),
    }
}

/// Reads the suffix of a codec.
fn codec(text: &str) -> Result<Codec, String> {
    Codec::of(&format!("part.{text}"))
        .ok_or_else(|| "it is one of gz, bz2, zst, lz4 and snappy".to_owned())
}

/// Reads a number from 0, with decimals or without.
fn amount(text: &str) -> Result<f64, String> {
    let number = text.parse().ok();
    let number = number.filter(|number: &f64| *number >= 0.0 && number.is_finite());
    number.ok_or_else(|| "it must be a number, 0 or more".to_owned())
}

/// Reads a number from 1.
fn positive(text: &str) -> Result<std::num::NonZeroU32, String> {
    text.parse()
        .map_err(|_| "it must be a whole number, 1 or more".to_owned())
}
