//! Files that tasks write beside their output: kept of attempts that succeed, as a cluster's committer does.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The folder, in that of a step's output, in which those of attempts are.
pub(super) const ATTEMPTS: &str = "_temporary";

/// Why an attempt's files couldn't be moved.
#[derive(Debug, thiserror::Error)]
pub(super) enum SideError {
    /// Another task's has the name.
    #[error(
        "another task wrote a file of this name\nhint: `task().partition()` in the name makes it the task's own"
    )]
    Taken,
    /// A part has it, or will.
    #[error(
        "the output itself has files of this name\nhint: names that begin with `part-` or `_` are taken"
    )]
    Reserved,
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Moves what is in `from`, an attempt's folder that may not be there, to `to`.
///
/// # Errors
///
/// The file that couldn't be moved, and why.
pub(super) fn keep(from: &Path, to: &Path) -> Result<(), (PathBuf, SideError)> {
    let reserved = |name: &[u8]| {
        name.starts_with(b"part-") || name.starts_with(b"_") || name.starts_with(b".mrjob-")
    };
    for path in entries(from).map_err(|error| (from.to_owned(), error.into()))? {
        let name = path.file_name().unwrap_or_default();
        if reserved(name.as_encoded_bytes()) {
            return Err((name.into(), SideError::Reserved));
        }
        merge(&path, &to.join(name)).map_err(|error| (name.into(), error))?;
    }
    Ok(())
}

/// Moves a file, or what is in a folder, to where no such file is.
fn merge(from: &Path, to: &Path) -> Result<(), SideError> {
    match fs::symlink_metadata(to) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(fs::rename(from, to)?),
        Err(error) => Err(error.into()),
        Ok(there) if there.is_dir() && fs::symlink_metadata(from)?.is_dir() => {
            for path in entries(from)? {
                merge(&path, &to.join(path.file_name().unwrap_or_default()))?;
            }
            Ok(fs::remove_dir(from)?)
        }
        Ok(_) => Err(SideError::Taken),
    }
}

fn entries(dir: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(dir) {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect(),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
