//! The files and folders of this machine that a pattern means.
//!
//! A pattern is taken apart at `/` and looked up folder by folder, so that only folders which can match are read.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{InputError, walk};
use crate::fs::glob::{Part, alternatives, parts};

/// Everything that `pattern` matches on this machine, sorted, each once. A leading `.` or `_` of a name is matched only by itself.
pub(crate) fn expand(pattern: &str) -> Result<Vec<PathBuf>, InputError> {
    let bad = |reason: String| InputError::BadPattern {
        pattern: pattern.to_owned(),
        reason,
    };
    let mut found = BTreeSet::new();
    for plain in alternatives(pattern).map_err(bad)? {
        let parts = parts(&plain).map_err(|error| bad(error.msg.to_owned()))?;
        let start = if plain.starts_with('/') { "/" } else { "" };
        search(PathBuf::from(start), &parts, &mut found)?;
    }
    Ok(found.into_iter().collect())
}

fn search(base: PathBuf, parts: &[Part], found: &mut BTreeSet<PathBuf>) -> Result<(), InputError> {
    let Some((part, rest)) = parts.split_first() else {
        if base.symlink_metadata().is_ok() {
            found.insert(base);
        }
        return Ok(());
    };
    match part {
        Part::Name(name) => search(base.join(name), rest, found),
        Part::Like { glob, hidden } => {
            for name in names(&base)? {
                if glob.matches(&name.to_string_lossy()) && (*hidden || !walk::is_hidden(&name)) {
                    search(base.join(name), rest, found)?;
                }
            }
            Ok(())
        }
        Part::Folders if !here(&base).is_dir() => Ok(()),
        Part::Folders => {
            for folder in walk::folders(here(&base))? {
                let below = folder
                    .strip_prefix(here(&base))
                    .expect("a walk stays below its start");
                search(base.join(below), rest, found)?;
            }
            Ok(())
        }
    }
}

/// The names in `folder`; none if it isn't one.
fn names(folder: &Path) -> Result<Vec<std::ffi::OsString>, InputError> {
    let folder = here(folder);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let names = fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.file_name())).collect());
    names.map_err(|source| InputError::Unreadable {
        name: folder.display().to_string(),
        source,
    })
}

/// The empty path is the working directory.
fn here(path: &Path) -> &Path {
    if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    }
}
