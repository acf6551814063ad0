//! `mrjob diagnose`.

use clap::{Arg, ArgMatches, Command};
use mrjob_runners::emr::{Operator, Step};
use serde_json::{Value, json};

use super::connect::{as_json, failed, told};
use super::list::as_value;
use crate::{Failure, print};

pub(super) fn arguments(command: Command) -> Command {
    command.arg(what())
}

/// A cluster or a step.
pub(super) fn what() -> Arg {
    Arg::new("what")
        .value_name("CLUSTER|STEP")
        .required(true)
        .help("The id of a cluster, j-…, or of a step, s-…")
}

/// The cluster that is meant, and the step if it is one.
pub(super) fn meant<'a>(
    emr: &Operator,
    matches: &'a ArgMatches,
) -> Result<(String, Option<&'a str>), Failure> {
    let what: &String = matches.get_one("what").expect("clap asks for it");
    if !what.starts_with("s-") {
        return Ok((what.clone(), None));
    }
    match emr.cluster_of(&emr.api(&told), what).map_err(failed)? {
        Some(id) => Ok((id, Some(what))),
        None => Err(Failure::from(vec![format!(
            "none of the newest clusters here has a step {what}\nhint: give the id of its cluster"
        )])),
    }
}

pub(super) fn run(emr: &Operator, matches: &ArgMatches) -> Result<(), Failure> {
    let (id, step) = meant(emr, matches)?;
    let looked = emr.look(&emr.api(&told), &id).map_err(failed)?;
    let cluster = &looked.cluster;
    let steps = looked.steps.iter();
    let steps = steps.filter(|found| step.is_none_or(|step| step == found.id));
    let mut all: Vec<(&Step, Vec<String>)> = Vec::new();
    for step in steps {
        let cause = match step.state.as_str() {
            "FAILED" => emr.cause(cluster, step).map_err(failed)?,
            _ => Vec::new(),
        };
        all.push((step, cause));
    }
    if as_json(matches) {
        let mut value = as_value(&looked);
        let step = |(step, cause): &(&Step, Vec<String>)| json!({"id": step.id, "name": step.name, "state": step.state, "reason": step.reason, "cause": cause});
        value["steps"] = all.iter().map(step).collect::<Value>();
        return print(&format!("{value:#}\n")).map_err(Failure::from);
    }
    let because = |reason: &Option<String>| match reason {
        Some(reason) if !reason.is_empty() => format!(": {reason}"),
        _ => String::new(),
    };
    let mut text = format!(
        "cluster {} ({}) is {}{}\n",
        cluster.id,
        cluster.name,
        cluster.state,
        because(&cluster.reason)
    );
    for (step, cause) in all {
        let Step {
            id,
            name,
            state,
            reason,
            ..
        } = step;
        text += &format!("step {id} ({name}) is {state}{}\n", because(reason));
        cause.iter().for_each(|line| text += &format!("  {line}\n"));
    }
    print(&text).map_err(Failure::from)
}
