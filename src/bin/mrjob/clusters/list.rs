//! `mrjob list-clusters`.

use clap::{Arg, ArgAction, ArgMatches, Command};
use mrjob_runners::emr::{ALIVE, Api, ClusterWork, EmrError, Operator, now};
use serde_json::{Value, json};

use super::connect::{as_json, failed, told};
use crate::{Failure, print};

pub(super) fn arguments(command: Command) -> Command {
    command.arg(
        Arg::new("all")
            .long("all")
            .action(ArgAction::SetTrue)
            .help("List those that have ended, too, as long as EMR remembers them"),
    )
}

pub(super) fn run(emr: &Operator, matches: &ArgMatches) -> Result<(), Failure> {
    let states: &[&str] = if matches.get_flag("all") { &[] } else { &ALIVE };
    let found = looked(emr, states).map_err(failed)?;
    print(&match as_json(matches) {
        true => format!("{:#}\n", found.iter().map(as_value).collect::<Value>()),
        false => table(&found),
    })
    .map_err(Failure::from)
}

/// All clusters in these states, looked at.
pub(super) fn looked(emr: &Operator, states: &[&str]) -> Result<Vec<ClusterWork>, EmrError> {
    let api = emr.api(&told);
    let found = api.clusters(states)?.into_iter();
    found.map(|cluster| emr.look(&api, &cluster.id)).collect()
}

/// A line for each.
pub(super) fn table(found: &[ClusterWork]) -> String {
    let head = ["ID", "STATE", "AGE", "IDLE", "HOURS", "NAME", "TAGS"].map(str::to_owned);
    let rows = found.iter().map(|looked| {
        let cluster = &looked.cluster;
        let end = cluster.ended.unwrap_or_else(now);
        let age = cluster.created.map(|created| end - created);
        let tags = cluster
            .tags
            .iter()
            .map(|(key, value)| format!("{key}={value}"));
        [
            cluster.id.clone(),
            cluster.state.clone(),
            span(age),
            span(looked.idle),
            cluster.hours.to_string(),
            cluster.name.clone(),
            tags.collect::<Vec<String>>().join(" "),
        ]
    });
    let rows: Vec<[String; 7]> = std::iter::once(head).chain(rows).collect();
    let width = |column: usize| {
        let widths = rows.iter().map(|row| row[column].chars().count());
        widths.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..7).map(width).collect();
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(&widths);
        let cells = cells.map(|(cell, &width)| format!("{cell:width$}"));
        text += cells.collect::<Vec<String>>().join("  ").trim_end();
        text += "\n";
    }
    text
}

/// `3:05:09`.
fn span(seconds: Option<i64>) -> String {
    seconds.map_or("-".to_owned(), |seconds| {
        format!(
            "{}:{:02}:{:02}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        )
    })
}

/// The same as data; times are seconds.
pub(super) fn as_value(looked: &ClusterWork) -> Value {
    let cluster = &looked.cluster;
    let tags = cluster.tags.iter();
    let tags: serde_json::Map<String, Value> = tags
        .map(|(key, value)| (key.clone(), value.clone().into()))
        .collect();
    let end = cluster.ended.unwrap_or_else(now);
    json!({
        "id": cluster.id,
        "name": cluster.name,
        "state": cluster.state,
        "reason": cluster.reason,
        "release": cluster.release,
        "age": cluster.created.map(|created| end - created),
        "idle": looked.idle,
        "instance_hours": cluster.hours,
        "tags": tags,
        "logs": cluster.log_uri,
    })
}
