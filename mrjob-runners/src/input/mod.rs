//! What the user named as input, found: files, folders, patterns and standard input.
//!
//! [`resolve`] takes all of them and says all that is wrong at once. `place` tells the forms apart, `walk` finds
//! the files of a folder, `pattern` those that a pattern means; `remote` finds those of other machines; `contents` looks into
//! files. `overlap` compares inputs with output folders.

mod contents;
mod error;
mod overlap;
mod pattern;
mod place;
mod remote;
mod resolve;
mod walk;

pub use contents::Contents;
pub use error::InputError;
pub(crate) use overlap::{addresses_overlap, overlaps};
pub(crate) use pattern::expand;
pub use resolve::resolve;

use std::path::PathBuf;
use std::sync::Arc;

use mrjob_core::task::RemoteFile;
use serde::Serialize;

/// One input, which exists.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Input {
    /// A regular file.
    File {
        /// Its path.
        path: PathBuf,
        /// As the user wrote it, or as found below what they wrote.
        name: String,
        /// Its size in bytes when the plan was made.
        bytes: u64,
    },
    /// Standard input.
    Stdin,
    /// A pipe with a name, which can be read once.
    Pipe {
        /// Its path.
        path: PathBuf,
        /// As the user wrote it.
        name: String,
    },
    /// A file on another machine.
    Remote(RemoteFile),
    /// Text in memory.
    #[serde(skip)]
    Memory(Arc<Vec<u8>>),
}
