//! `cargo xtask test`: runs stages one after the other and says what became of each check.

use std::env;
use std::ffi::OsStr;
use std::io;
use std::process::{Command, ExitCode, ExitStatus};
use std::time::Instant;

use crate::command;
use crate::hadoop::TestCluster;
use crate::harness::{self, Services};
use crate::stage::{Counts, Service, Stage};
use crate::tally::Tally;
use crate::tool::Missing;
use crate::trouble::Trouble;

/// Variables that a command gets.
type Environment<'a> = &'a [(&'static str, &'a OsStr)];

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
    let running = stage.service.map(|Service::Hadoop| TestCluster::start());
    let cluster = match &running {
        Some(Ok(cluster)) => Some(cluster),
        Some(Err(Trouble::Missing(why))) => {
            // Each test that needs it says so.
            println!("no Hadoop cluster: {why}");
            None
        }
        Some(Err(trouble)) => return Tally::failed(format!("no Hadoop cluster: {trouble}")),
        None => None,
    };
    let mut environment: Vec<(&str, &OsStr)> = stage
        .environment
        .iter()
        .map(|&(name, value)| (name, value.as_ref()))
        .collect();
    if let Some(cluster) = cluster {
        environment.push(("MRJOB_TEST_HADOOP", cluster.dir().as_os_str()));
    }
    match stage.counts {
        Counts::Itself => check(stage, &environment),
        Counts::Tests => tests(stage, &environment),
    }
}

/// Runs the commands until one fails; their outcome together counts as one.
fn check(stage: &Stage, environment: Environment<'_>) -> Tally {
    for arguments in stage.commands {
        match cargo(environment, arguments).status() {
            Ok(status) if status.success() => {}
            Ok(status) => return Tally::failed(broken(arguments, status)),
            Err(error) => return Tally::failed(unstarted(arguments, &error)),
        }
    }
    Tally::passed()
}

/// Runs all commands and counts the tests that they report. A command that only builds counts when it fails.
fn tests(stage: &Stage, environment: Environment<'_>) -> Tally {
    let mut all = Tally::default();
    for arguments in stage.commands {
        all += match command::tee(cargo(environment, arguments), &mut io::stdout()) {
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

fn cargo(environment: Environment<'_>, arguments: &str) -> Command {
    println!("$ cargo {arguments}");
    let mut command = command::cargo(arguments.split_whitespace());
    command.envs(environment.iter().copied());
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
