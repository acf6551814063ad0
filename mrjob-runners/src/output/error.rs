//! Why output couldn't be written.

use std::io;
use std::path::PathBuf;

use mrjob_core::visible::line;

/// Why output couldn't be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// There is something in the folder already.
    #[error("failed to write to `{}`: the folder isn't empty\nhint: choose another one, or remove it first", line(&dir.to_string_lossy()))]
    NotEmpty {
        /// The folder.
        dir: PathBuf,
    },
    /// There is a file in the folder's place.
    #[error("failed to write to `{}`: it is not a folder\nhint: output goes to a new folder of part files", line(&dir.to_string_lossy()))]
    NotFolder {
        /// The folder that was to be.
        dir: PathBuf,
    },
    /// The folder is in an input, or an input in it.
    #[error(
        "failed to write to `{output}`: the folder overlaps with the input `{input}`, so another run would read what this \
         one writes\nhint: take a folder outside of the input; within it, names that begin with `_` aren't read",
        output = line(output),
        input = line(input)
    )]
    Overlap {
        /// The folder, as the user wrote it.
        output: String,
        /// The input, as the user wrote it.
        input: String,
    },
    /// A folder on a file system that this program was built without.
    #[error("failed to write to `{uri}`, which is {}: this program was built without that\nhint: {}", .system.place, .system.absent)]
    NoSystem {
        /// As the user wrote it.
        uri: String,
        /// The file system.
        system: &'static crate::fs::SystemDef,
    },
    /// A folder on other machines can't be looked into, or written to.
    #[error("failed to write to `{address}`: {source}")]
    Fs {
        /// As the user wrote it.
        address: String,
        /// Why.
        source: crate::fs::FsError,
    },
    /// A folder of a system that isn't known here.
    #[error(
        "failed to write to `{uri}`, which is {place}: this version doesn't write there yet\n\
         hint: write to a local folder, and copy it"
    )]
    Elsewhere {
        /// As the user wrote it.
        uri: String,
        /// Where it is: ``a `ftp` URI``.
        place: String,
    },
    /// The folder can't be made.
    #[error("failed to make the output folder `{}`: {source}", line(&dir.to_string_lossy()))]
    NotMade {
        /// The folder that was to be.
        dir: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Another run put its output there while this one ran.
    #[error("failed to write to `{}`: another run's output is there by now\nhint: give each run its own folder", line(&dir.to_string_lossy()))]
    Lost {
        /// The folder.
        dir: PathBuf,
    },
    /// The run was told to stop.
    #[error("interrupted")]
    Interrupted,
    /// A file or folder couldn't be made, read or written.
    #[error("failed to {action}: {source}")]
    Io {
        /// What was tried: "write `out/part-00000`".
        action: String,
        /// Why it failed.
        source: io::Error,
    },
}

impl OutputError {
    /// Whether it is found before anything runs: exit code 2.
    pub(crate) fn is_usage(&self) -> bool {
        matches!(
            self,
            OutputError::NotEmpty { .. }
                | OutputError::NotFolder { .. }
                | OutputError::NotMade { .. }
        )
    }

    /// A failure of `action`, for `map_err`.
    pub(super) fn io(action: impl Into<String>) -> impl FnOnce(io::Error) -> OutputError {
        let action = action.into();
        move |source| OutputError::Io { action, source }
    }
}
