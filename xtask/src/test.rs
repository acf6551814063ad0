//! `cargo xtask test`: runs stages one after the other and says what became of each check.

use std::env;
use std::ffi::OsStr;
use std::io;
use std::process::{Command, ExitCode, ExitStatus};
use std::time::{Duration, Instant};

use crate::command;
use crate::hadoop::{Scheme, TestCluster};
use crate::harness::{self, Services};
use crate::stage::{Counts, Service, Stage};
use crate::tally::Tally;
use crate::tool::{Missing, Tool};
use crate::trouble::Trouble;

/// Time without a line after which a test program is killed: no test alone takes as long, even on a busy machine.
const SILENCE: Duration = Duration::from_secs(20 * 60);

/// Variables that a command gets.
type Environment<'a> = &'a [(&'static str, &'a OsStr)];

/// Runs the stages, a failing one too not stopping the next.
pub(crate) fn run(stages: &[&Stage]) -> ExitCode {
    let mut all = Tally::default();
    let mut clusters = Clusters::default();
    let mut ran = Vec::new();
    let mut times = String::new();
    for stage in stages {
        println!("\n==> {}: {}", stage.name, stage.about);
        let start = Instant::now();
        let tally = match prepare(stage, &mut clusters) {
            Ok(()) => {
                ran.push(stage.name);
                run_stage(stage, clusters.of(stage))
            }
            Err(instead) => instead,
        };
        let line = format!(
            "{}: {tally} ({:.1} s)",
            stage.name,
            start.elapsed().as_secs_f64()
        );
        println!("<== {line}");
        times += &format!("{line}\n");
        all += tally.of_stage(stage.name);
    }
    // Before the results, which would stand above what it says.
    drop(clusters);
    all.left.retain(|stage, _| !ran.contains(&&**stage));
    println!("\n{times}\n{}{all}", all.names());
    if all.failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The cluster that stages share, or why there is none.
type Shared = Option<Result<TestCluster, Trouble>>;

/// Those with and without TLS.
#[derive(Default)]
struct Clusters {
    plain: Shared,
    secured: Shared,
}

impl Clusters {
    /// The one that the stage needs, if it runs.
    fn of(&self, stage: &Stage) -> Option<&TestCluster> {
        let shared = match stage.service? {
            Service::Hadoop => &self.plain,
            Service::HadoopTls => &self.secured,
        };
        shared.as_ref()?.as_ref().ok()
    }
}

/// Sees to it that the stage has its tool and its service, or tells what it counts as without them.
fn prepare(stage: &Stage, clusters: &mut Clusters) -> Result<(), Tally> {
    stage
        .tool
        .map_or(Ok(()), Tool::prepare)
        .map_err(|missing| match missing {
            Missing::Optional(why) => Tally::skipped(why),
            Missing::Required(why) => Tally::failed(why),
        })?;
    match stage.service {
        None => Ok(()),
        Some(Service::Hadoop) => shared(&mut clusters.plain, Scheme::Http),
        Some(Service::HadoopTls) => shared(&mut clusters.secured, Scheme::Https),
    }
}

/// Starts the cluster for the first stage that needs it. If that goes wrong, it is one failure.
fn shared(cluster: &mut Shared, scheme: Scheme) -> Result<(), Tally> {
    let first = cluster.is_none();
    let why = match cluster.get_or_insert_with(|| TestCluster::start(scheme)) {
        Ok(_) => return Ok(()),
        Err(why) => why,
    };
    let text = format!("no Hadoop cluster: {why}");
    Err(match (why, services()) {
        (Trouble::Missing(_), Services::Optional) => Tally::skipped(text),
        _ if first => Tally::failed(text),
        _ => Tally::skipped("no Hadoop cluster; the reason is above"),
    })
}

fn run_stage(stage: &Stage, cluster: Option<&TestCluster>) -> Tally {
    let mut environment: Vec<(&str, &OsStr)> = stage
        .environment
        .iter()
        .map(|&(name, value)| (name, value.as_ref()))
        .collect();
    if let (Some(service), Some(cluster)) = (stage.service, cluster) {
        environment.push((service.variable(), cluster.dir().as_os_str()));
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
        all += match command::tee(cargo(environment, arguments), &mut io::stdout(), SILENCE) {
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
