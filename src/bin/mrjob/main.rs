//! `mrjob`: the tool beside the jobs.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Command;
use mrjob::Exit;
use mrjob_runners::report::visible;

mod build;
mod clusters;
#[cfg(feature = "completions")]
mod completions;
mod conf;
mod files;
#[cfg(feature = "emr")]
mod launch;
mod new;

/// Why a subcommand did nothing: what is wrong, a paragraph each.
type Refused = Vec<String>;

/// Why a subcommand didn't do all.
struct Failure {
    exit: Exit,
    /// A paragraph each.
    messages: Vec<String>,
}

impl From<Refused> for Failure {
    fn from(messages: Refused) -> Self {
        Failure {
            exit: Exit::Usage,
            messages,
        }
    }
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        vec![message].into()
    }
}

impl Failure {
    /// Something went wrong on the way.
    fn failed(message: String) -> Self {
        Failure {
            exit: Exit::Failed,
            messages: vec![message],
        }
    }

    /// The user stopped it.
    fn interrupted() -> Self {
        Failure {
            exit: Exit::Interrupted,
            messages: vec!["interrupted".to_owned()],
        }
    }
}

fn main() -> ExitCode {
    let matches = command().get_matches();
    #[cfg(feature = "emr")]
    if let Some(("launch", matches)) = matches.subcommand() {
        return launch::run(matches);
    }
    let done = match matches.subcommand() {
        Some(("conf", matches)) => conf::run(matches).map_err(Failure::from),
        Some(("new", matches)) => new::run(matches).map_err(Failure::from),
        Some(("build", matches)) => build::run(matches).map_err(Failure::from),
        #[cfg(feature = "completions")]
        Some(("completions", matches)) => completions::run(matches).map_err(Failure::from),
        Some((name, matches)) if clusters::has(name) => clusters::run(name, matches),
        Some((name @ ("ls" | "cat" | "cp" | "rm"), matches)) => files::run(name, matches),
        _ => unreachable!("clap asks for one of these"),
    };
    match done {
        Ok(()) => Exit::Done.into(),
        Err(ended) => {
            ended
                .messages
                .iter()
                .for_each(|message| say("error", message));
            ended.exit.into()
        }
    }
}

fn command() -> Command {
    let command = Command::new("mrjob")
        .about("The tool beside the jobs: their configuration, files and clusters, and new ones")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(conf::command())
        .subcommand(new::command())
        .subcommand(build::command())
        .subcommands(files::commands())
        .subcommands(clusters::commands());
    #[cfg(feature = "completions")]
    let command = command.subcommand(completions::command());
    #[cfg(feature = "emr")]
    let command = command.subcommand(launch::command());
    command
}

/// Writes to standard output.
fn print(text: &str) -> Result<(), Refused> {
    let written = mrjob_runners::launch::print(text);
    written.map_err(|error| vec![format!("failed to write to standard output: {error}")])
}

/// Writes a message to standard error, where there is nobody to tell if that fails.
fn say(kind: &str, message: impl Display) {
    let message = message.to_string();
    let _ = writeln!(io::stderr(), "{kind}: {}", visible::text(&message));
}
