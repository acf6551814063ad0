//! The files of a folder, recursively.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::InputError;

/// Whether `name` is left out where nobody asked for it by name.
pub(super) fn is_hidden(name: &OsStr) -> bool {
    matches!(name.as_encoded_bytes().first(), Some(b'_' | b'.'))
}

/// The files below `folder`, sorted by name, without those whose names, or folders' names, begin with `_` or `.`.
/// Links are followed.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>, InputError> {
    let mut files = Vec::new();
    for entry in entries(folder) {
        let entry = entry.map_err(|error| failure(error, folder))?;
        if !entry.file_type().is_dir() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

/// `folder` and all folders below it that aren't hidden, sorted by name.
pub(super) fn folders(folder: &Path) -> Result<Vec<PathBuf>, InputError> {
    let mut folders = Vec::new();
    for entry in entries(folder) {
        let entry = entry.map_err(|error| failure(error, folder))?;
        if entry.file_type().is_dir() {
            folders.push(entry.into_path());
        }
    }
    Ok(folders)
}

fn entries(folder: &Path) -> impl Iterator<Item = walkdir::Result<walkdir::DirEntry>> {
    let walk = WalkDir::new(folder).follow_links(true).sort_by_file_name();
    walk.into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.file_name()))
}

fn failure(error: walkdir::Error, folder: &Path) -> InputError {
    let path = error.path().unwrap_or(folder).to_owned();
    if let Some(ancestor) = error.loop_ancestor() {
        return InputError::Cycle {
            link: path,
            ancestor: ancestor.to_owned(),
        };
    }
    InputError::Unreadable {
        name: path.display().to_string(),
        source: error
            .into_io_error()
            .expect("an error of a walk is a loop or the system's"),
    }
}
