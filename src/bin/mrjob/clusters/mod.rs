//! `mrjob create-cluster`, `list-clusters`, `terminate-cluster`, `terminate-idle-clusters`, `diagnose`, `fetch-logs`: clusters of EMR.

use clap::{ArgMatches, Command};

use crate::Failure;

#[cfg(feature = "emr")]
mod connect;
#[cfg(feature = "emr")]
mod create;
#[cfg(feature = "emr")]
mod diagnose;
#[cfg(feature = "emr")]
mod list;
#[cfg(feature = "emr")]
mod logs;
#[cfg(feature = "emr")]
mod terminate;

/// Names of the subcommands, and what they do.
const ALL: [(&str, &str); 6] = [
    (
        "create-cluster",
        "Make a cluster of EMR that stays until it has been idle for max_mins_idle",
    ),
    (
        "list-clusters",
        "List clusters of EMR: state, age, idle time, instance hours, tags",
    ),
    ("terminate-cluster", "End clusters of EMR"),
    (
        "terminate-idle-clusters",
        "End clusters of EMR that have nothing to do",
    ),
    (
        "diagnose",
        "Say what became of a cluster of EMR or of a step, and why it failed",
    ),
    (
        "fetch-logs",
        "Copy the logs of a cluster of EMR, or of a step, to this machine",
    ),
];

/// Whether it is one of these.
pub(crate) fn has(name: &str) -> bool {
    ALL.iter().any(|(known, _)| *known == name)
}

#[cfg(feature = "emr")]
pub(crate) fn commands() -> Vec<Command> {
    let command = |(name, about): &(&'static str, &'static str)| {
        let command = Command::new(*name).about(*about);
        let command = match *name {
            "create-cluster" => create::arguments(command),
            "list-clusters" => list::arguments(command),
            "terminate-cluster" => terminate::arguments(command),
            "terminate-idle-clusters" => terminate::idle_arguments(command),
            "diagnose" => diagnose::arguments(command),
            _ => logs::arguments(command),
        };
        command.args(connect::arguments())
    };
    ALL.iter().map(command).collect()
}

#[cfg(feature = "emr")]
pub(crate) fn run(name: &str, matches: &ArgMatches) -> Result<(), Failure> {
    let emr = connect::operator(matches)?;
    match name {
        "create-cluster" => create::run(&emr, matches),
        "list-clusters" => list::run(&emr, matches),
        "terminate-cluster" => terminate::run(&emr, matches),
        "terminate-idle-clusters" => terminate::run_idle(&emr, matches),
        "diagnose" => diagnose::run(&emr, matches),
        _ => logs::run(&emr, matches),
    }
}

#[cfg(not(feature = "emr"))]
pub(crate) fn commands() -> Vec<Command> {
    let command = |(name, about): &(&'static str, &'static str)| {
        let rest = clap::Arg::new("rest").num_args(0..).trailing_var_arg(true);
        let rest = rest.allow_hyphen_values(true).hide(true);
        Command::new(*name).about(*about).arg(rest)
    };
    ALL.iter().map(command).collect()
}

#[cfg(not(feature = "emr"))]
pub(crate) fn run(name: &str, _: &ArgMatches) -> Result<(), Failure> {
    let message = format!(
        "`mrjob {name}` is for clusters of EMR, which this tool was built without\n\
         hint: `cargo install --path . --features emr` builds it with EMR"
    );
    Err(vec![message].into())
}
