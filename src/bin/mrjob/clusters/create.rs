//! `mrjob create-cluster`.

use clap::{Arg, ArgMatches, Command};
use mrjob_runners::emr::Operator;

use super::connect::{as_json, failed, told};
use crate::{Failure, print};

pub(super) fn arguments(command: Command) -> Command {
    command
        .arg(
            Arg::new("name")
                .long("name")
                .value_name("NAME")
                .help("Its name [default: cluster.USER.TIME]"),
        )
        .after_help("The cluster is what the section `emr` of the configuration says. Jobs run on it with `-r emr --cluster-id ID`.")
}

pub(super) fn run(emr: &Operator, matches: &ArgMatches) -> Result<(), Failure> {
    let name: Option<&String> = matches.get_one("name");
    let id = emr
        .create(name.map(String::as_str), &told)
        .map_err(failed)?;
    print(&match as_json(matches) {
        true => format!("{{\"id\":\"{id}\"}}\n"),
        false => format!("{id}\n"),
    })
    .map_err(Failure::from)
}
