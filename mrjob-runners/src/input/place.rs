//! What an input is by its looks: `-`, a path, a pattern or a URI.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::InputError;
use crate::fs::{Address, is_pattern};

/// Names of standard input. By the path, a worker would open its own.
const STDIN: [&str; 4] = ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];

/// An input before anything is looked up below it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// `-`, and what the shell calls the same.
    Stdin,
    /// A file or folder, or nothing yet.
    Path(PathBuf),
    /// A pattern for files and folders.
    Pattern(String),
    /// Files, folders or a pattern on other machines.
    Remote(String),
}

impl Place {
    /// Tells what `given` is. What exists by that very name is that, whatever else the name could mean.
    pub(super) fn of(given: &OsStr) -> Result<Self, InputError> {
        if STDIN.iter().any(|name| given == *name) {
            return Ok(Place::Stdin);
        }
        let path = Path::new(given);
        let Some(text) = given.to_str() else {
            return Ok(Place::Path(path.to_owned()));
        };
        if path.symlink_metadata().is_ok() {
            return Ok(Place::Path(path.to_owned()));
        }
        match Address::of(text) {
            Address::Local(path)
                if !is_pattern(path) || Path::new(path).symlink_metadata().is_ok() =>
            {
                Ok(Place::Path(path.into()))
            }
            Address::Local(pattern) => Ok(Place::Pattern(pattern.to_owned())),
            Address::Known(system) if system.built.is_some() => Ok(Place::Remote(text.to_owned())),
            Address::Known(system) => Err(InputError::NoSystem {
                uri: text.to_owned(),
                system,
            }),
            other => Err(InputError::Elsewhere {
                uri: text.to_owned(),
                place: other.to_string(),
            }),
        }
    }
}
