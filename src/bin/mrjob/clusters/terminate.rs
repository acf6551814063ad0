//! `mrjob terminate-cluster`, `mrjob terminate-idle-clusters`.

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use mrjob_runners::emr::{Api, ClusterWork, Operator};
use serde_json::{Value, json};

use super::connect::{as_json, failed, sure, told, yes};
use super::list::{as_value, looked, table};
use crate::{Failure, print};

pub(super) fn arguments(command: Command) -> Command {
    command
        .arg(
            Arg::new("cluster")
                .value_name("CLUSTER")
                .num_args(1..)
                .required(true)
                .help("Ids of clusters: j-…"),
        )
        .arg(yes())
}

pub(super) fn idle_arguments(command: Command) -> Command {
    command
        .arg(
            Arg::new("max-mins-idle")
                .long("max-mins-idle")
                .value_name("N")
                .required(true)
                .value_parser(value_parser!(u32))
                .help("Those that have had nothing to do for more minutes than this"),
        )
        .arg(
            Arg::new("dry-run")
                .long("dry-run")
                .action(ArgAction::SetTrue)
                .help("Print which, and stop"),
        )
        .arg(yes())
}

pub(super) fn run(emr: &Operator, matches: &ArgMatches) -> Result<(), Failure> {
    let api = emr.api(&told);
    let ids = matches.get_many::<String>("cluster").into_iter().flatten();
    let found: Result<Vec<ClusterWork>, _> = ids.map(|id| emr.look(&api, id)).collect();
    let mut found = found.map_err(failed)?;
    // What has ended costs nothing.
    found.retain(|looked| !looked.cluster.state.starts_with("TERMINATED"));
    terminate(emr, matches, &found)
}

pub(super) fn run_idle(emr: &Operator, matches: &ArgMatches) -> Result<(), Failure> {
    let minutes: u32 = *matches.get_one("max-mins-idle").expect("clap asks for it");
    let mut found = looked(emr, &["WAITING"]).map_err(failed)?;
    let most = i64::from(minutes) * 60;
    found.retain(|looked| looked.idle.is_some_and(|idle| idle > most));
    if matches.get_flag("dry-run") {
        return show(matches, &found);
    }
    terminate(emr, matches, &found)
}

fn terminate(emr: &Operator, matches: &ArgMatches, found: &[ClusterWork]) -> Result<(), Failure> {
    if found.is_empty() {
        return show(matches, found);
    }
    let named = |looked: &ClusterWork| format!("{} ({})", looked.cluster.id, looked.cluster.name);
    let names: Vec<String> = found.iter().map(named).collect();
    sure(
        matches,
        &format!("{} would be ended, with what runs there", names.join(", ")),
    )?;
    let ids: Vec<String> = found
        .iter()
        .map(|looked| looked.cluster.id.clone())
        .collect();
    emr.api(&told).terminate(&ids).map_err(failed)?;
    print(&match as_json(matches) {
        true => format!("{}\n", json!({"terminated": ids})),
        false => ids.iter().map(|id| format!("{id} ends\n")).collect(),
    })
    .map_err(Failure::from)
}

fn show(matches: &ArgMatches, found: &[ClusterWork]) -> Result<(), Failure> {
    print(&match (as_json(matches), found) {
        (true, _) => format!("{:#}\n", found.iter().map(as_value).collect::<Value>()),
        (false, []) => "there is none to end\n".to_owned(),
        (false, found) => table(found),
    })
    .map_err(Failure::from)
}
