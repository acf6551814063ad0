//! Where the output goes, and how it is compressed.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use mrjob_core::codec::Codec;

use super::jobconf;
use crate::config::problems::Problems;
use crate::config::{Settings, said};
use crate::fs::Address;
use crate::fs::s3::is_s3;
use crate::input;
use crate::output::{self, OutputError};
use crate::plan::{Output, RemoteFolder};
use crate::planner::raw_options::RawOptions;

/// Tags that S3 lets an object have.
const MOST_TAGS: usize = 10;

/// Makes an output folder whose file system is built in one on other machines, if it is empty.
pub(crate) fn make_remote(output: &mut Output, settings: &Settings, problems: &mut Problems) {
    let Some(dir) = output.dir.as_ref().and_then(|dir| dir.to_str()) else {
        return;
    };
    match Address::of(dir) {
        Address::Known(system) if system.built.is_some() => {}
        _ => return,
    }
    let folder = RemoteFolder {
        address: dir.trim_end_matches('/').to_owned(),
        access: crate::planner::plan::access(settings),
        tags: settings.pairs("tags"),
    };
    if is_s3(dir) && folder.tags.len() > MOST_TAGS {
        problems.add(format_args!(
            "{}: an object in S3 has {MOST_TAGS} tags at most",
            said(settings, "tags")
        ));
    }
    problems.keep(output::check_remote(&folder));
    output.dir = None;
    output.remote = Some(folder);
}

/// Checks that folders for output on this machine can be made, are empty, and apart from the inputs.
pub(crate) fn check_outputs(given: &RawOptions, settings: &Settings, problems: &mut Problems) {
    if check_overlaps(given, settings, problems) {
        return;
    }
    let dirs = ["output_dir", "step_output_dir"].map(|name| output_folder(settings, name));
    for (number, dir) in dirs.iter().enumerate() {
        let Some(dir) = dir else { continue };
        let uri = dir.display().to_string();
        match Address::of(&uri) {
            Address::Local(_) => drop(problems.keep(output::check(dir))),
            // It is looked into by itself.
            Address::Known(system) if number == 0 && system.built.is_some() => {}
            Address::Known(system) if system.built.is_none() => {
                problems.add(OutputError::NoSystem { uri, system });
            }
            other => {
                let place = other.to_string();
                problems.add(OutputError::Elsewhere { uri, place });
            }
        }
    }
    if let [Some(output), Some(steps)] = &dirs
        && (output.starts_with(steps) || steps.starts_with(output))
    {
        let [one, other] = ["output_dir", "step_output_dir"].map(|name| said(settings, name));
        problems.add(format_args!(
            "{one} and {other} must be different folders, and neither in the other"
        ));
    }
}

/// Refuses an output folder that another run would read, and says whether one was.
pub(crate) fn check_overlaps(
    given: &RawOptions,
    settings: &Settings,
    problems: &mut Problems,
) -> bool {
    let part = |folder: &str, codec| output::part_path(Path::new(folder), 0, codec);
    let mut found = false;
    for (name, part) in [
        ("output_dir", part("", given.output_compression)),
        ("step_output_dir", part("0000", None)),
    ] {
        let Some(dir) = settings.path(name) else {
            continue;
        };
        let dir = dir.to_string_lossy();
        let overlaps = |input: &&OsString| match Address::of(&dir).path() {
            Some(local) => input::overlaps(input, Path::new(local), &part),
            None => {
                input::addresses_overlap(&input.to_string_lossy(), &dir, &part.to_string_lossy())
            }
        };
        if let Some(input) = given.inputs.iter().find(overlaps) {
            found = true;
            problems.add(OutputError::Overlap {
                output: dir.into_owned(),
                input: input.to_string_lossy().into_owned(),
            });
        }
    }
    found
}

/// The folder that an option names, perhaps by a `file:` URI.
pub(crate) fn output_folder(settings: &Settings, name: &str) -> Option<PathBuf> {
    let dir = settings.path(name)?;
    let local = dir.to_str().and_then(|text| Address::of(text).path());
    Some(local.map_or(dir.clone(), PathBuf::from))
}

/// How the output is compressed: by the option, else by properties.
pub(crate) fn compression(
    given: &RawOptions,
    settings: &Settings,
    in_folder: bool,
    problems: &mut Problems,
) -> Option<Codec> {
    let asked = match given.output_compression {
        Some(codec) => {
            if !in_folder {
                problems.add(
                    "`--output-compression` needs `--output-dir`: standard output isn't compressed\n\
                     hint: `… | gzip > out.gz` compresses it",
                );
            }
            Some(codec)
        }
        None => problems
            .keep(jobconf::compression(&settings.pairs("jobconf")))
            .flatten(),
    };
    if asked.is_some() && !Codec::BUILT_IN {
        problems.add(
            "output can't be compressed: this program was built without mrjob's feature `compression`",
        );
    }
    asked
}
