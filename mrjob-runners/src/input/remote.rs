//! Files, folders and patterns on other machines.

use super::InputError;
use crate::fs::glob::{Names, is_hidden};
use crate::fs::{Access, Address, FileEntry, FileSystem, FsError, is_pattern, system};

/// The files that `given` means, sorted as those of local folders are.
pub(super) fn find(given: &str, access: &Access) -> Result<Vec<FileEntry>, InputError> {
    let failed = |source| InputError::Fs {
        name: given.to_owned(),
        source,
    };
    let system = system(given, access).map_err(failed)?;
    let system = system.ok_or_else(|| InputError::Elsewhere {
        uri: given.to_owned(),
        place: Address::of(given).to_string(),
    })?;
    // What exists by that very name is that, whatever else the name could mean.
    if let Some(file) = system.file(given).map_err(failed)? {
        return Ok(vec![file]);
    }
    let mut files = if is_pattern(given) {
        matches(system.as_ref(), given)?
    } else {
        below(system.as_ref(), given).map_err(failed)?
    };
    if files.is_empty() {
        return Err(match is_pattern(given) {
            true => InputError::NoMatch(given.to_owned()),
            false => InputError::Missing {
                name: given.to_owned(),
                near: None,
            },
        });
    }
    files.sort_by(|one, other| {
        let names = |found: &'_ FileEntry| {
            found
                .file
                .address
                .split('/')
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        names(one).cmp(&names(other))
    });
    Ok(files)
}

/// The files of the folder `address` that aren't hidden.
fn below(system: &dyn FileSystem, address: &str) -> Result<Vec<FileEntry>, FsError> {
    let folder = format!("{}/", address.trim_end_matches('/'));
    let mut files = system.below(&folder)?;
    files.retain(|found| {
        let rest = found.file.address.strip_prefix(&folder);
        rest.is_some_and(|rest| !rest.split('/').any(is_hidden))
    });
    Ok(files)
}

/// The files that a pattern means.
fn matches(system: &dyn FileSystem, pattern: &str) -> Result<Vec<FileEntry>, InputError> {
    let names = Names::of(pattern).map_err(|reason| InputError::BadPattern {
        pattern: pattern.to_owned(),
        reason,
    })?;
    let plain = pattern.find(['*', '?', '[', '{']).unwrap_or(pattern.len());
    let files = system.below(&pattern[..plain]);
    let mut files = files.map_err(|source| InputError::Fs {
        name: pattern.to_owned(),
        source,
    })?;
    files.retain(|found| names.mean(&found.file.address));
    Ok(files)
}
