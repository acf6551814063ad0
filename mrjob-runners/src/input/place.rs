//! What an input is by its looks: `-`, a path, a pattern or a URI.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::InputError;
#[cfg(feature = "emr")]
use crate::fs::is_hdfs;

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
    #[cfg(feature = "emr")]
    Remote(String),
}

impl Place {
    /// Tells what `given` is, where HDFS is within reach as well.
    #[cfg(feature = "emr")]
    pub(super) fn anywhere(given: &OsStr) -> Result<Self, InputError> {
        match given.to_str() {
            Some(text) if is_hdfs(text) && Path::new(text).symlink_metadata().is_err() => {
                Ok(Place::Remote(text.to_owned()))
            }
            _ => Self::of(given),
        }
    }

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
        #[cfg(feature = "emr")]
        if is_s3(text) {
            return Ok(Place::Remote(text.to_owned()));
        }
        #[cfg(not(feature = "emr"))]
        if is_s3(text) {
            return Err(InputError::NoS3(text.to_owned()));
        }
        let remote = |system| InputError::Remote {
            uri: text.to_owned(),
            system,
        };
        match local(text).map_err(remote)? {
            path if !is_pattern(path) || Path::new(path).symlink_metadata().is_ok() => {
                Ok(Place::Path(path.into()))
            }
            pattern => Ok(Place::Pattern(pattern.to_owned())),
        }
    }
}

/// The local path that `text` names, which may be a `file:` URI; otherwise the system that it is in.
pub(crate) fn local(text: &str) -> Result<&str, String> {
    if let Some(rest) = text.strip_prefix("file:") {
        // Hadoop writes `file:/path` as well as `file:///path`.
        let path = rest
            .strip_prefix("//localhost")
            .or(rest.strip_prefix("//"))
            .unwrap_or(rest);
        if path.starts_with('/') {
            return Ok(path);
        }
    }
    match text.split_once("://") {
        Some((scheme, _)) if is_scheme(scheme) => Err(match scheme {
            "s3" | "s3a" | "s3n" => IN_S3.to_owned(),
            "hdfs" | "viewfs" | "webhdfs" => IN_HDFS.to_owned(),
            "file" => "on another host".to_owned(),
            other => format!("a `{other}` URI"),
        }),
        _ => Ok(text),
    }
}

/// What [`local`] calls HDFS.
pub(super) const IN_HDFS: &str = "in HDFS";

/// What [`local`] calls S3.
const IN_S3: &str = "in S3";

/// Whether `text` is the name of something in S3.
pub(crate) fn is_s3(text: &str) -> bool {
    local(text).is_err_and(|system| system == IN_S3)
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}
