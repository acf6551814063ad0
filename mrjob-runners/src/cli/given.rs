//! What was typed, taken apart and not yet checked against the world.

use std::ffi::OsString;
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{ArgMatches, ValueEnum};
use mrjob_core::codec::Codec;
use mrjob_core::task::StreamPhase;
#[cfg(feature = "hadoop")]
use serde_json::Value;

use super::options::id;
#[cfg(feature = "hadoop")]
use super::options::{CLUSTER, EMR};
use crate::config::Choice;
#[cfg(feature = "hadoop")]
use crate::options::{Kind, find};
use crate::surroundings;

/// Everything that our options say.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) mode: Mode,
    pub(crate) runner: RunnerName,
    pub(crate) inputs: Vec<OsString>,
    pub(crate) output_dir: Option<PathBuf>,
    pub(crate) output_compression: Option<Codec>,
    /// Whether the output is to go to standard output, if that was said.
    pub(crate) cat_output: Option<bool>,
    pub(crate) step_output_dir: Option<PathBuf>,
    pub(crate) jobconf: Vec<(String, String)>,
    pub(crate) reducers: Option<NonZeroU32>,
    pub(crate) num_cores: Option<NonZeroU32>,
    pub(crate) memory: Option<u64>,
    pub(crate) temp_dir: Option<PathBuf>,
    #[cfg(feature = "emr")]
    pub(crate) region: Option<String>,
    #[cfg(feature = "emr")]
    pub(crate) aws_profile: Option<String>,
    pub(crate) label: Option<String>,
    pub(crate) owner: Option<String>,
    /// Environment variables of tasks.
    pub(crate) cmdenv: Vec<(String, String)>,
    /// What was said of options that are lists, by their names.
    pub(crate) lists: Vec<(&'static str, Vec<String>)>,
    pub(crate) sh_bin: Option<String>,
    pub(crate) cleanup: Option<Vec<String>>,
    pub(crate) cleanup_on_failure: Option<Vec<String>>,
    /// Options that only clusters have, by their names.
    #[cfg(feature = "hadoop")]
    pub(crate) cluster: Vec<(&'static str, Value)>,
    /// The configuration files to read.
    pub(crate) conf: Choice,
    pub(crate) messages: Messages,
}

/// What the program is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Run the job.
    Run,
    /// Print the plan.
    DryRun,
    /// Print the steps.
    Steps,
    /// Run one phase of one step, lines in and lines out.
    Stream { phase: StreamPhase, step: usize },
    /// Print what a shell needs to complete the command.
    #[cfg(feature = "completions")]
    Completions(clap_complete::Shell),
}

/// What is told on standard error, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Messages {
    pub(crate) verbosity: Verbosity,
    pub(crate) format: LogFormat,
}

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Errors.
    Quiet,
    /// What happens.
    Normal,
    /// In detail.
    Verbose,
}

// The values of these two have no doc comments: clap would print them as help and the help would be twice as long.

/// How messages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

/// Where a job runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RunnerName {
    Inline,
    Local,
    Hadoop,
    Emr,
}

impl Given {
    /// Reads it from what clap found.
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        let path = |id| matches.get_one::<PathBuf>(id).cloned();
        let lists = [
            ("files", id::FILES),
            ("dirs", id::DIRS),
            ("archives", id::ARCHIVES),
            ("setup", id::SETUP),
        ];
        Given {
            mode: Mode::from_matches(matches),
            runner: matches
                .get_one(id::RUNNER)
                .copied()
                .unwrap_or(RunnerName::Local),
            inputs: matches
                .get_many(id::INPUT)
                .unwrap_or_default()
                .cloned()
                .collect(),
            output_dir: path(id::OUTPUT_DIR),
            output_compression: matches.get_one(id::OUTPUT_COMPRESSION).copied(),
            cat_output: match (
                matches.get_flag(id::CAT_OUTPUT),
                matches.get_flag(id::NO_OUTPUT),
            ) {
                (true, _) => Some(true),
                (_, true) => Some(false),
                _ => None,
            },
            step_output_dir: path(id::STEP_OUTPUT_DIR),
            jobconf: matches
                .get_many(id::JOBCONF)
                .unwrap_or_default()
                .cloned()
                .collect(),
            reducers: matches.get_one(id::REDUCERS).copied(),
            num_cores: matches.get_one(id::NUM_CORES).copied(),
            memory: matches.get_one(id::MEMORY).copied(),
            temp_dir: path(id::LOCAL_TMP_DIR),
            #[cfg(feature = "emr")]
            region: matches.get_one(id::REGION).cloned(),
            #[cfg(feature = "emr")]
            aws_profile: matches.get_one(id::AWS_PROFILE).cloned(),
            label: matches.get_one(id::LABEL).cloned(),
            owner: matches.get_one(id::OWNER).cloned(),
            cmdenv: all(matches, id::CMDENV),
            lists: if surroundings::BUILT_IN {
                lists.map(|(name, id)| (name, all(matches, id))).into()
            } else {
                Vec::new()
            },
            sh_bin: all(matches, id::SH_BIN).pop(),
            cleanup: matches.get_one(id::CLEANUP).cloned(),
            cleanup_on_failure: matches.get_one(id::CLEANUP_ON_FAILURE).cloned(),
            #[cfg(feature = "hadoop")]
            cluster: CLUSTER
                .into_iter()
                .chain(EMR)
                .filter_map(|name| Some((name, cluster(matches, name)?)))
                .collect(),
            conf: match matches.get_many(id::CONF_PATH) {
                Some(paths) => Choice::Files(paths.cloned().collect()),
                None if matches.get_flag(id::NO_CONF) => Choice::Files(Vec::new()),
                None => Choice::Search,
            },
            messages: Messages::from_matches(matches),
        }
    }
}

/// All values of an argument that only programs with surroundings have.
fn all<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, id: &str) -> Vec<T> {
    if !surroundings::BUILT_IN {
        return Vec::new();
    }
    matches.get_many(id).unwrap_or_default().cloned().collect()
}

/// What was typed of an option that only clusters have.
#[cfg(feature = "hadoop")]
fn cluster(matches: &ArgMatches, name: &str) -> Option<Value> {
    let row = find(name)?;
    let id = format!("mrjob-{}", row.switch()?);
    if !matches.try_contains_id(&id).ok()? {
        return None;
    }
    Some(match row.kind {
        Kind::Bool => Value::from(*matches.get_one::<bool>(&id)?),
        Kind::Whole(_) => Value::from(*matches.get_one::<u32>(&id)?),
        Kind::Number => Value::from(*matches.get_one::<f64>(&id)?),
        Kind::Path => Value::from(matches.get_one::<PathBuf>(&id)?.to_string_lossy()),
        Kind::List | Kind::Paths => {
            let texts = matches.get_many::<String>(&id)?;
            texts.map(String::as_str).collect()
        }
        _ => Value::from(matches.get_one::<String>(&id)?.as_str()),
    })
}

impl Mode {
    fn from_matches(matches: &ArgMatches) -> Self {
        #[cfg(feature = "completions")]
        if let Some(shell) = matches.get_one(id::COMPLETIONS) {
            return Mode::Completions(*shell);
        }
        let step = matches.get_one(id::STEP_NUM).copied().unwrap_or(0);
        let phases = [
            (id::MAPPER, StreamPhase::Mapper),
            (id::COMBINER, StreamPhase::Combiner),
            (id::REDUCER, StreamPhase::Reducer),
        ];
        if let Some((_, phase)) = phases.into_iter().find(|(id, _)| matches.get_flag(id)) {
            return Mode::Stream { phase, step };
        }
        match (matches.get_flag(id::DRY_RUN), matches.get_flag(id::STEPS)) {
            (true, _) => Mode::DryRun,
            (_, true) => Mode::Steps,
            _ => Mode::Run,
        }
    }
}

impl Messages {
    fn from_matches(matches: &ArgMatches) -> Self {
        let verbosity = match (matches.get_flag(id::QUIET), matches.get_flag(id::VERBOSE)) {
            (true, _) => Verbosity::Quiet,
            (_, true) => Verbosity::Verbose,
            _ => Verbosity::Normal,
        };
        Messages {
            verbosity,
            format: matches
                .get_one(id::LOG_FORMAT)
                .copied()
                .unwrap_or(LogFormat::Text),
        }
    }
}
