//! `cargo xtask test`: runs stages one after the other and says what became of each check.

use std::env;
use std::io;
use std::process::{Command, ExitCode, ExitStatus};
use std::time::Instant;

use crate::command;
use crate::harness::{self, Services};
use crate::stage::{Counts, Stage};
use crate::tally::Tally;
use crate::tool::Missing;

/// Runs the stages, a failing one too not stopping the next.
pub(crate) fn run(stages: &[&Stage]) -> ExitCode {
    let mut all = Tally::default();
    for stage in stages {
        println!("\n==> {}: {}", stage.name, stage.about);
        let start = Instant::now();
        let tally = run_stage(stage);
        println!(
            "<== {}: {tally} ({:.1} s)",
            stage.name,
            start.elapsed().as_secs_f64()
        );
        all += tally.of_stage(stage.name);
    }
    println!("\n{}{all}", all.names());
    if all.failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn run_stage(stage: &Stage) -> Tally {
    match stage.tool.map_or(Ok(()), |tool| tool.prepare()) {
        Ok(()) => {}
        Err(Missing::Optional(why)) => return Tally::skipped(why),
        Err(Missing::Required(why)) => return Tally::failed(why),
    }
    match stage.counts {
        Counts::Itself => check(stage),
        Counts::Tests => tests(stage),
    }
}

/// Runs the commands until one fails; their outcome together counts as one.
fn check(stage: &Stage) -> Tally {
    for arguments in stage.commands {
        match cargo(stage, arguments).status() {
            Ok(status) if status.success() => {}
            Ok(status) => return Tally::failed(broken(arguments, status)),
            Err(error) => return Tally::failed(unstarted(arguments, &error)),
        }
    }
    Tally::passed()
}

/// Runs all commands and counts the tests that they report. A command that only builds counts when it fails.
fn tests(stage: &Stage) -> Tally {
    let mut all = Tally::default();
    for arguments in stage.commands {
        all += match command::tee(cargo(stage, arguments), &mut io::stdout()) {
            Ok((status, output)) => reported(arguments, status, &output),
            Err(error) => Tally::failed(unstarted(arguments, &error)),
        };
    }
    all
}

fn reported(arguments: &str, status: ExitStatus, output: &str) -> Tally {
    let mut tally = harness::read(output, services());
    // What doesn't compile has no test to report.
    if !status.success() && tally.failed.is_empty() {
        tally += Tally::failed(broken(arguments, status));
    }
    tally
}

fn cargo(stage: &Stage, arguments: &str) -> Command {
    println!("$ cargo {arguments}");
    let mut command = command::cargo(arguments.split_whitespace());
    command.envs(stage.environment.iter().copied());
    command
}

fn broken(arguments: &str, status: ExitStatus) -> String {
    format!("`cargo {arguments}`: {status}")
}

fn unstarted(arguments: &str, error: &io::Error) -> String {
    format!("failed to run `cargo {arguments}`: {error}")
}

/// In CI every service is there, so that a test without one shows a broken set-up.
fn services() -> Services {
    match env::var_os("CI") {
        Some(value) if !value.is_empty() => Services::Required,
        _ => Services::Optional,
    }
}
