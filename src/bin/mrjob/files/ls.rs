//! `mrjob ls`: sizes, times and names of files.

use clap::{Arg, ArgAction, ArgMatches, Command};
use mrjob_runners::fs::date;

use super::place::{Entry, Place, access, options};
use crate::{Failure, print};

pub(super) fn command() -> Command {
    Command::new("ls")
        .about("List files, here, in S3 or HDFS")
        .after_help("A line a file: its size in bytes, when it was written (UTC), its address. A folder's ends with `/`.")
        .arg(
            Arg::new("recursive")
                .short('R')
                .long("recursive")
                .action(ArgAction::SetTrue)
                .help("List what is in folders, too"),
        )
        .arg(
            Arg::new("address")
                .value_name("ADDRESS")
                .num_args(0..)
                .default_value(".")
                .help("Files, folders or patterns: paths, s3://BUCKET/KEY or hdfs://HOST/PATH"),
        )
        .args(options())
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let access = access(matches);
    let mut lines = String::new();
    for given in matches.get_many::<String>("address").into_iter().flatten() {
        let place = Place::of(given, &access)?;
        if let Some(file) = place.file()? {
            lines += &line(&file);
        } else if place.is_pattern() {
            place
                .matches(&access)?
                .iter()
                .for_each(|file| lines += &line(file));
        } else if matches.get_flag("recursive") {
            let files = place.below()?.ok_or_else(|| place.missing())?;
            files.iter().for_each(|file| lines += &line(file));
        } else {
            let (files, folders) = place.children()?.ok_or_else(|| place.missing())?;
            let files = files
                .iter()
                .map(|file| (file.file.address.clone(), line(file)));
            let folders = folders.into_iter().map(|folder| {
                (
                    folder.clone(),
                    format!("{:>14}  {:19}  {folder}\n", "-", "-"),
                )
            });
            let mut all: Vec<(String, String)> = files.chain(folders).collect();
            all.sort();
            lines.extend(all.into_iter().map(|(_, line)| line));
        }
    }
    print(&lines).map_err(Failure::from)
}

fn line(entry: &Entry) -> String {
    let written = entry.modified.map_or("-".to_owned(), date);
    let archived = match &entry.archived {
        Some(archive) => format!("  ({})", archive.class),
        None => String::new(),
    };
    format!(
        "{:>14}  {written:19}  {}{archived}\n",
        entry.file.bytes, entry.file.address
    )
}
