//! `mrjob launch`: jobs on EMR of programs that were built without it, which call it themselves.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use mrjob_runners::launch::handover::find::TAKES_OVER;
use mrjob_runners::launch::launch_foreign;

use crate::print;

pub(crate) fn command() -> Command {
    Command::new("launch")
        .about("Launch the job of a program that was built without the runner")
        .hide(true)
        .arg(
            Arg::new("check")
                .long("check")
                .action(ArgAction::SetTrue)
                .help("Print what this tool launches"),
        )
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required_unless_present("check")
                .value_parser(value_parser!(PathBuf))
                .help("What the program says of itself"),
        )
}

pub(crate) fn run(matches: &ArgMatches) -> ExitCode {
    match matches.get_one::<PathBuf>("file") {
        Some(file) if !matches.get_flag("check") => launch_foreign(file),
        _ => match print(&format!("{TAKES_OVER}\n")) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
    }
}
