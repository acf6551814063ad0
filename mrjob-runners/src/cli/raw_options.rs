//! What was typed, as clap found it.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::ArgMatches;
use mrjob_core::step::StreamPhase;
use serde_json::Value;

use super::options::id;
use crate::config::Choice;
use crate::options::{Kind, OptionRow, RunnerKind, rows};
use crate::planner::raw_options::{Mode, RawOptions, RawValue};
use crate::report::{LogFormat, Messages, Verbosity};

/// Reads what was typed from what clap found.
pub(crate) fn raw_options(matches: &ArgMatches) -> RawOptions {
    let runner = matches.get_one::<String>(id::RUNNER);
    let runner = runner.and_then(|name| RunnerKind::named(name));
    RawOptions {
        mode: mode(matches),
        runner: runner.unwrap_or(RunnerKind::Local),
        inputs: matches
            .get_many(id::INPUT)
            .unwrap_or_default()
            .cloned()
            .collect(),
        output_compression: matches.get_one(id::OUTPUT_COMPRESSION).copied(),
        options: rows()
            .filter_map(|row| Some((row, typed(matches, row)?)))
            .collect(),
        conf: match matches.get_many(id::CONF_PATH) {
            Some(paths) => Choice::Files(paths.cloned().collect()),
            None if matches.get_flag(id::NO_CONF) => Choice::Files(Vec::new()),
            None => Choice::Search,
        },
        messages: messages(matches),
    }
}

/// What was typed of the option `row`, if anything was.
fn typed(matches: &ArgMatches, row: &'static OptionRow) -> Option<RawValue> {
    if row.name == "cat_output" {
        return match (
            matches.get_flag(id::CAT_OUTPUT),
            matches.get_flag(id::NO_OUTPUT),
        ) {
            (true, _) => Some(RawValue::One(true.into())),
            (_, true) => Some(RawValue::One(false.into())),
            _ => None,
        };
    }
    let id = format!("mrjob-{}", row.switch()?);
    // A program may lack an option that the table has.
    if !matches.try_contains_id(&id).ok()? {
        return None;
    }
    Some(RawValue::One(match row.kind {
        Kind::Bool => Value::from(*matches.get_one::<bool>(&id)?),
        Kind::Whole(0) => Value::from(*matches.get_one::<u32>(&id)?),
        Kind::Whole(_) => Value::from(matches.get_one::<NonZeroU32>(&id)?.get()),
        Kind::Number => Value::from(*matches.get_one::<f64>(&id)?),
        Kind::Size => Value::from(matches.get_one::<u64>(&id)?.to_string()),
        Kind::Cleanup => Value::from(matches.get_one::<Vec<String>>(&id)?.clone()),
        Kind::Path => return Some(RawValue::Path(matches.get_one::<PathBuf>(&id)?.clone())),
        Kind::List | Kind::Paths => {
            return Some(RawValue::List(matches.get_many(&id)?.cloned().collect()));
        }
        Kind::Env | Kind::Jobconf => {
            return Some(RawValue::Pairs(matches.get_many(&id)?.cloned().collect()));
        }
        _ => Value::from(matches.get_one::<String>(&id)?.as_str()),
    }))
}

/// What the program is to do.
fn mode(matches: &ArgMatches) -> Mode {
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

/// What is told, and how, as the command line has it.
fn messages(matches: &ArgMatches) -> Messages {
    let verbosity = match (matches.get_flag(id::QUIET), matches.get_flag(id::VERBOSE)) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    let json = matches.get_one::<String>(id::LOG_FORMAT);
    Messages {
        verbosity,
        format: match json.map(String::as_str) {
            Some("json") => LogFormat::Json,
            _ => LogFormat::Text,
        },
    }
}
