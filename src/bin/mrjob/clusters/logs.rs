//! `mrjob fetch-logs`.

use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};

use clap::{Arg, ArgMatches, Command, ValueHint, value_parser};
use mrjob_core::task::Remote;
use mrjob_runners::emr::Operator;
use mrjob_runners::fs::Files;
use serde_json::json;

use super::connect::{as_json, failed, told};
use super::diagnose::{meant, what};
use crate::{Failure, print};

pub(super) fn arguments(command: Command) -> Command {
    command.arg(what()).arg(
        Arg::new("to")
            .long("to")
            .value_name("DIR")
            .value_parser(value_parser!(PathBuf))
            .value_hint(ValueHint::DirPath)
            .help("The folder to copy them to [default: logs-CLUSTER]"),
    )
}

pub(super) fn run(emr: &Operator, matches: &ArgMatches) -> Result<(), Failure> {
    let (id, step) = meant(emr, matches)?;
    let looked = emr.look(&emr.api(&told), &id).map_err(failed)?;
    let (logs, folder) = emr.logs(&looked.cluster, step).map_err(failed)?;
    if logs.is_empty() {
        let message = format!(
            "there are no logs in {folder} yet\nhint: EMR writes them every few minutes, and when the cluster ends"
        );
        return Err(Failure::failed(message));
    }
    let to = matches.get_one::<PathBuf>("to").cloned();
    let to = to.unwrap_or_else(|| format!("logs-{id}").into());
    for log in &logs {
        let name = log.file.address.strip_prefix(&folder);
        let name = Path::new(name.unwrap_or(&log.file.address));
        // Names in S3 may have anything in them.
        if !name
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
        {
            return Err(Failure::failed(format!(
                "`{}` can't be the name of a file here",
                name.display()
            )));
        }
        let path = to.join(name);
        let parent = path.parent().unwrap_or(&to);
        let copied = fs::create_dir_all(parent)
            .and_then(|()| Files.open(&log.file, 0, log.file.bytes))
            .and_then(|mut from| io::copy(&mut from, &mut File::create(&path)?));
        copied.map_err(|error| {
            let from = &log.file.address;
            Failure::failed(format!(
                "failed to copy `{from}` to `{}`: {error}",
                path.display()
            ))
        })?;
    }
    let to = to.display().to_string();
    print(&match as_json(matches) {
        true => format!("{}\n", json!({"files": logs.len(), "to": to})),
        false => format!("{} files in {to}\n", logs.len()),
    })
    .map_err(Failure::from)
}
