//! What all subcommands about clusters share: the configuration, EMR by it, and a question.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, value_parser};
use mrjob_runners::config::{Choice, Files, environment};
use mrjob_runners::emr::{EmrError, Operator};
use mrjob_runners::fs::Access;
use mrjob_runners::options::RunnerKind;

use crate::{Failure, say};

pub(super) fn arguments() -> [Arg; 4] {
    [
        Arg::new("conf-path")
            .short('c')
            .long("conf-path")
            .value_name("FILE")
            .action(ArgAction::Append)
            .value_parser(value_parser!(PathBuf))
            .help("Read options from this file; may be repeated [default: $MRJOB_CONF, ~/.mrjob.conf or /etc/mrjob.conf]"),
        Arg::new("region")
            .long("region")
            .value_name("REGION")
            .help("AWS region of the clusters"),
        Arg::new("aws-profile")
            .long("aws-profile")
            .value_name("NAME")
            .help("Profile of AWS's files"),
        Arg::new("json")
            .long("json")
            .action(ArgAction::SetTrue)
            .help("Print JSON"),
    ]
}

/// EMR as files and the command line say it.
pub(super) fn operator(matches: &ArgMatches) -> Result<Operator, Failure> {
    let paths = matches.get_many("conf-path");
    let choice = paths.map_or(Choice::Search, |paths| {
        Choice::Files(paths.cloned().collect())
    });
    let wrong = |error: mrjob_runners::config::ConfigError| {
        let problems = error.problems().iter().map(ToString::to_string);
        Failure::from(problems.collect::<Vec<String>>())
    };
    let files = Files::read(&choice, &environment).map_err(wrong)?;
    let settings = files
        .settings(RunnerKind::Emr, &environment)
        .map_err(wrong)?;
    for warning in files.warnings(Some(RunnerKind::Emr)) {
        say("warning", warning);
    }
    let mut typed = Access::default();
    for (option, id) in [("region", "region"), ("aws_profile", "aws-profile")] {
        if let Some(value) = matches.get_one::<String>(id) {
            typed.set(option, value);
        }
    }
    Operator::connect(&settings, typed).map_err(Failure::from)
}

/// Something that went wrong on the way.
pub(super) fn told(message: String) {
    say("warning", message);
}

pub(super) fn failed(error: EmrError) -> Failure {
    Failure {
        exit: error.exit(),
        messages: vec![error.to_string()],
    }
}

/// Whether JSON is wanted.
pub(super) fn as_json(matches: &ArgMatches) -> bool {
    matches.get_flag("json")
}

/// The option that goes without a question.
pub(super) fn yes() -> Arg {
    Arg::new("yes")
        .short('y')
        .long("yes")
        .action(ArgAction::SetTrue)
        .help("Don't ask")
}

/// Asks whether to do `what`. Where nobody can be asked that is refused, unless it was said before.
pub(super) fn sure(matches: &ArgMatches, what: &str) -> Result<(), Failure> {
    if matches.get_flag("yes") {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        let message =
            format!("{what}, and nobody can be asked\nhint: `--yes` goes without a question");
        return Err(Failure::from(vec![message]));
    }
    let mut answer = String::new();
    let asked = write!(io::stderr(), "{what}. Are you sure? [y/N] ")
        .and_then(|()| io::stdin().lock().read_line(&mut answer));
    match asked {
        Ok(_) if ["y", "yes"].contains(&answer.trim()) => Ok(()),
        _ => Err(Failure::from(vec!["nothing was done".to_owned()])),
    }
}
