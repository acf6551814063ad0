//! `mrjob cp`: files between here, S3 and HDFS.

use std::collections::BTreeSet;
use std::fs;
use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Arg, ArgAction, ArgMatches, Command};
use mrjob_runners::fs::{Access, FsError, Upload};
use mrjob_runners::run::signals::stop_on;
use mrjob_runners::stop::Stop;
use tempfile::{NamedTempFile, TempDir};

use super::place::{Entry, Place, access, options};
use crate::Failure;

pub(super) fn command() -> Command {
    let flag = |name: &'static str, short| {
        let flag = Arg::new(name).short(short).long(name);
        flag.action(ArgAction::SetTrue)
    };
    Command::new("cp")
        .about("Copy files between here, S3 and HDFS")
        .after_help(
            "Files, a pattern or a folder's content go into the folder TARGET; a single file becomes TARGET, unless that ends \
             with `/` or is a folder. In S3 and HDFS all copies appear at the end, or none.",
        )
        .arg(flag("recursive", 'r').help("Copy what is in a folder, and in those below"))
        .arg(flag("force", 'f').help("Replace what is there"))
        .arg(
            Arg::new("address")
                .value_names(["SOURCE", "TARGET"])
                .num_args(2..)
                .required(true)
                .help("Paths, s3://BUCKET/KEY or hdfs://HOST/PATH"),
        )
        .args(options())
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let access = access(matches);
    let mut given: Vec<&String> = matches.get_many("address").into_iter().flatten().collect();
    let target = given.pop().expect("there are two or more");
    let target = Place::of(target, &access)?;
    let copies = copies(&given, &target, matches.get_flag("recursive"), &access)?;
    if !matches.get_flag("force") {
        refuse_existing(&target, &copies)?;
    }
    match &target.system {
        None => copies
            .iter()
            .try_for_each(|(from, to)| here(from, Path::new(to))),
        Some(system) => away(system.upload(&Vec::new()), copies),
    }
}

/// Files, and what each becomes.
type Copies = Vec<(Entry, String)>;

fn copies(
    given: &[&String],
    target: &Place,
    recursive: bool,
    access: &Access,
) -> Result<Copies, Failure> {
    let mut named: Vec<(Entry, String)> = Vec::new();
    let mut into_folder = given.len() > 1
        || target.address.ends_with('/')
        || target.system.is_none() && Path::new(&target.address).is_dir();
    for given in given {
        let place = Place::of(given, access)?;
        let add = |entry: Entry| {
            let name = entry.name().to_owned();
            (entry, name)
        };
        if let Some(file) = place.file()? {
            named.push(add(file));
            continue;
        }
        into_folder = true;
        if place.is_pattern() {
            named.extend(place.matches(access)?.into_iter().map(add));
            continue;
        }
        let files = place.below()?.ok_or_else(|| place.missing())?;
        if !recursive {
            let message = format!("`{given}` is a folder\nhint: `-r` copies what is in it");
            return Err(vec![message].into());
        }
        let folder = place.folder();
        named.extend(files.into_iter().map(|file| {
            let name = file
                .file
                .address
                .strip_prefix(&folder)
                .unwrap_or(file.name());
            let name = name.to_owned();
            (file, name)
        }));
    }
    let place = |(entry, name): (Entry, String)| {
        let to = if into_folder {
            target.folder() + &name
        } else {
            target.address.clone()
        };
        (entry, to)
    };
    let copies: Copies = named.into_iter().map(place).collect();
    let mut seen = BTreeSet::new();
    match copies.iter().find(|(_, to)| !seen.insert(to)) {
        Some((_, twice)) => Err(vec![format!("two of the files would become `{twice}`")].into()),
        None => Ok(copies),
    }
}

fn refuse_existing(target: &Place, copies: &Copies) -> Result<(), Failure> {
    let there: BTreeSet<String> = match &target.system {
        None => BTreeSet::new(),
        Some(system) => {
            let found = system.below(target.address.trim_end_matches('/'));
            let found = found.map_err(|error| error.to_string())?;
            found.into_iter().map(|found| found.file.address).collect()
        }
    };
    let exists = |to: &String| match target.system {
        None => Path::new(to).symlink_metadata().is_ok(),
        Some(_) => there.contains(to),
    };
    match copies.iter().find(|(_, to)| exists(to)) {
        Some((_, to)) => {
            Err(vec![format!("`{to}` is there already\nhint: `-f` replaces it")].into())
        }
        None => Ok(()),
    }
}

/// Copies to a file of this machine, which is there when it is complete.
fn here(from: &Entry, to: &Path) -> Result<(), Failure> {
    let folder = match to.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let made = fs::create_dir_all(folder).and_then(|()| NamedTempFile::new_in(folder));
    let failed = |error: io::Error| {
        Failure::failed(format!(
            "failed to copy `{}` to `{}`: {error}",
            from.file.address,
            to.display()
        ))
    };
    let mut file = made.map_err(failed)?;
    from.open()
        .and_then(|mut content| io::copy(&mut content, &mut file))
        .map_err(failed)?;
    // As a file is made that isn't temporary.
    let mode = Permissions::from_mode(0o666 & !umask());
    file.as_file().set_permissions(mode).map_err(failed)?;
    file.persist(to).map_err(|error| failed(error.error))?;
    Ok(())
}

/// What a new file's permissions are without, as the system says it.
fn umask() -> u32 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("Umask:"));
    mask.and_then(|mask| u32::from_str_radix(mask.trim(), 8).ok())
        .unwrap_or(0o077)
}

/// Copies to other machines: all or none.
fn away(upload: Box<dyn Upload>, copies: Copies) -> Result<(), Failure> {
    let upload: Arc<dyn Upload> = upload.into();
    let stop = Arc::new(Stop::default());
    let (cancelled, undone) = (Arc::clone(&upload), Arc::clone(&upload));
    stop.on_request(move || cancelled.cancel());
    stop.note_undo(move || drop(undone.abort()));
    // Without it Ctrl-C leaves uploads behind, of which nobody is told.
    stop_on(&stop).map_err(|error| Failure::failed(format!("failed to catch signals: {error}")))?;
    let fetched = tempfile::tempdir();
    let fetched = fetched
        .map_err(|error| Failure::failed(format!("failed to make a temporary folder: {error}")))?;
    let files = local(copies, &fetched)?;
    let done = upload.send(&files).and_then(|()| upload.complete());
    match done {
        Ok(()) => {
            upload.keep();
            Ok(())
        }
        Err(error) => {
            let left = upload.abort().err();
            let left = left.map_or(String::new(), |left| {
                format!("\nsomething may be left: {left}")
            });
            Err(match error {
                FsError::Cancelled => Failure::interrupted(),
                error => Failure::failed(format!("{error}{left}")),
            })
        }
    }
}

/// The files on this machine; of others, copies.
fn local(copies: Copies, fetched: &TempDir) -> Result<Vec<(PathBuf, String)>, Failure> {
    let mut files = Vec::new();
    for (number, (from, to)) in copies.into_iter().enumerate() {
        let path = if from.is_here {
            PathBuf::from(&from.file.address)
        } else {
            let path = fetched.path().join(number.to_string());
            here(&from, &path)?;
            path
        };
        files.push((path, to));
    }
    Ok(files)
}
