//! `mrjob rm`: deletes files and folders, which nothing brings back.

use std::fs;
use std::path::Path;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::place::{Entry, Place, access, options};
use crate::Failure;

pub(super) fn command() -> Command {
    Command::new("rm")
        .about("Delete files, here, in S3 or HDFS")
        .arg(
            Arg::new("recursive")
                .short('r')
                .long("recursive")
                .action(ArgAction::SetTrue)
                .help("Delete folders with all that is in them"),
        )
        .arg(
            Arg::new("yes")
                .short('y')
                .long("yes")
                .action(ArgAction::SetTrue)
                .help("Delete folders, and what a pattern means, without asking"),
        )
        .arg(
            Arg::new("address")
                .value_name("ADDRESS")
                .num_args(1..)
                .required(true)
                .help("Files, folders or patterns: paths, s3://BUCKET/KEY or hdfs://HOST/PATH"),
        )
        .args(options())
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let access = access(matches);
    let mut doomed = Vec::new();
    // All is looked at before anything is deleted.
    for given in matches.get_many::<String>("address").into_iter().flatten() {
        let place = Place::of(given, &access)?;
        if let Some(file) = place.file()? {
            doomed.push((place, vec![file], false));
        } else if place.is_pattern() {
            let files = place.matches(&access)?;
            refuse_unsure(matches, given, &files)?;
            doomed.push((place, files, false));
        } else {
            let files = place.below()?.ok_or_else(|| place.missing())?;
            if !matches.get_flag("recursive") {
                let message =
                    format!("`{given}` is a folder\nhint: `-r` deletes it with all that is in it");
                return Err(vec![message].into());
            }
            refuse_root(&place)?;
            refuse_unsure(matches, given, &files)?;
            doomed.push((place, files, true));
        }
    }
    for (place, files, is_folder) in &doomed {
        delete(place, files, *is_folder).map_err(Failure::failed)?;
    }
    Ok(())
}

/// Refuses to delete more than the files that were named, unless the user says that it is meant.
fn refuse_unsure(matches: &ArgMatches, given: &str, files: &[Entry]) -> Result<(), Failure> {
    if matches.get_flag("yes") {
        return Ok(());
    }
    let bytes: u64 = files.iter().map(|file| file.file.bytes).sum();
    let count = match files.len() {
        1 => "1 file".to_owned(),
        count => format!("{count} files"),
    };
    Err(vec![format!(
        "`{given}`: {count}, {bytes} bytes, would be deleted, and nothing brings them back\n\
         hint: `--yes` deletes them; `mrjob ls -R '{given}'` lists them"
    )]
    .into())
}

fn refuse_root(place: &Place) -> Result<(), Failure> {
    let what = match place.system {
        Some(_) if place.is_root() => "a whole bucket or file system",
        None if fs::canonicalize(&place.address).is_ok_and(|path| path == Path::new("/")) => {
            "the whole machine"
        }
        _ => return Ok(()),
    };
    Err(vec![format!(
        "`{}` is {what}\nhint: name folders in it",
        place.address
    )]
    .into())
}

fn delete(place: &Place, files: &[Entry], is_folder: bool) -> Result<(), String> {
    match (&place.system, is_folder) {
        (Some(system), true) => system
            .delete_below(&place.folder())
            .map_err(|error| error.to_string()),
        (Some(system), false) => {
            let addresses: Vec<String> =
                files.iter().map(|file| file.file.address.clone()).collect();
            system.delete(&addresses).map_err(|error| error.to_string())
        }
        (None, true) => fs::remove_dir_all(&place.address)
            .map_err(|error| format!("failed to delete `{}`: {error}", place.address)),
        (None, false) => files.iter().try_for_each(|file| {
            let address = &file.file.address;
            fs::remove_file(address)
                .map_err(|error| format!("failed to delete `{address}`: {error}"))
        }),
    }
}
