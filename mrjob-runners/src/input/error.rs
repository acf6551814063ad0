//! What can be wrong with an input.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;

use mrjob_core::codec::{Codec, CodecError};
use mrjob_core::visible::{line, shell};

use crate::fs::{FsError, SystemDef};

/// Why something that was named as input can't be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// Nothing has this name.
    #[error("input `{name}` doesn't exist{}", near.as_ref().map(|near| format!("\nhint: did you mean `{}`?", line(near))).unwrap_or_default(), name = line(name))]
    Missing {
        /// As the user wrote it.
        name: String,
        /// What is there and has a name much like it.
        near: Option<String>,
    },
    /// No file has a name like this.
    #[error(
        "input `{}` matches no file\nhint: `*` and `?` don't match `/` or a leading `.` or `_`; `**` matches folders",
        line(.0)
    )]
    NoMatch(String),
    /// The pattern isn't one.
    #[error("input `{pattern}` is neither a file nor a pattern: {reason}")]
    BadPattern {
        /// As the user wrote it.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A folder without files.
    #[error(
        "input `{}` is a folder without files\nhint: names in it that begin with `_` or `.` are left out",
        line(.0)
    )]
    EmptyFolder(String),
    /// A file or folder that can't be read.
    #[error("failed to read input `{name}`: {source}", name = line(name))]
    Unreadable {
        /// As the user wrote it, or as found below what they wrote.
        name: String,
        /// Why.
        source: io::Error,
    },
    /// A link to a folder that it is in.
    #[error("input `{link}` leads back to `{ancestor}`", link = link.display(), ancestor = ancestor.display())]
    Cycle {
        /// The link.
        link: PathBuf,
        /// The folder.
        ancestor: PathBuf,
    },
    /// A device or socket, or a pipe that nobody named.
    #[error(
        "input `{}` is neither a file nor a folder\nhint: pass its data by standard input: `… - < {}`",
        line(.0),
        shell(.0)
    )]
    Special(String),
    /// Its name says that it is compressed, or an archive, in a way that isn't read.
    #[error(
        "input `{name}` is compressed in a way that isn't read\n\
         hint: decompress it on the way, as in `{command} {file} | … -`; .gz, .bz2, .zst, .lz4 and .snappy are read",
        name = line(name),
        file = shell(name)
    )]
    Compressed {
        /// As the user wrote it, or as found below what they wrote.
        name: String,
        /// What decompresses it.
        command: &'static str,
    },
    /// The name is that of a compression or an archive, and the first bytes are of neither.
    #[error(
        "input `{name}` isn't what its name says: `.{suffix}` files begin otherwise\nhint: give the file the name of what it is",
        name = line(name)
    )]
    Misnamed {
        /// As the user wrote it, or as found below what they wrote.
        name: String,
        /// What the name ends in.
        suffix: &'static str,
    },
    /// The first bytes contradict the name, or are those of a kind that isn't read.
    #[error("failed to read input `{name}`: {source}\nhint: {hint}", name = line(name), hint = hint(source))]
    Content {
        /// As the user wrote it, or as found below what they wrote.
        name: String,
        /// What is the matter.
        source: io::Error,
    },
    /// Its name says that it is compressed, and this program can't decompress.
    #[error(
        "input `{name}` is compressed ({codec}), and this program was built without reading that\n\
         hint: build it with mrjob's feature `compression`, or decompress the file on the way, as in `… -dc {name} | … -`",
        name = line(name)
    )]
    NotBuiltIn {
        /// As the user wrote it, or as found below what they wrote.
        name: String,
        /// How it is compressed.
        codec: Codec,
    },
    /// `-` more than once.
    #[error("standard input (`-`) is given more than once")]
    StdinTwice,
    /// A file on a file system that this program was built without.
    #[error("input `{uri}` is {}, which this program was built without\nhint: {}", .system.place, .system.absent)]
    NoSystem {
        /// As the user wrote it.
        uri: String,
        /// The file system.
        system: &'static SystemDef,
    },
    /// What an address names can't be found out.
    #[error("failed to find input `{name}`: {source}")]
    Fs {
        /// As the user wrote it.
        name: String,
        /// Why.
        source: FsError,
    },
    /// It can't be read before someone has restored it.
    #[error("input {0}")]
    Archived(FsError),
    /// A file of a system that isn't known here.
    #[error(
        "input `{uri}` is {place}, which this version doesn't read yet\nhint: copy it to a local file first"
    )]
    Elsewhere {
        /// As the user wrote it.
        uri: String,
        /// Where it is: ``a `ftp` URI``.
        place: String,
    },
}

/// What to do about a file whose first bytes are the matter.
fn hint(error: &io::Error) -> Cow<'static, str> {
    CodecError::of(error).map_or("is it damaged?".into(), CodecError::hint)
}
