//! The job's output: all of it or nothing.

mod cat;
mod error;
mod remote;
mod staging;

pub use cat::{Cat, cat};
pub use error::OutputError;
pub(crate) use remote::{RemoteStaging, check as check_remote};
pub(crate) use staging::Staging;
pub use staging::check;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use mrjob_core::codec::{Codec, Decoder};

/// The path of part `number` in `dir`: `dir/part-00007`, or `dir/part-00007.gz`.
pub fn part_path(dir: &Path, number: u32, compression: Option<Codec>) -> PathBuf {
    let suffix = compression.map_or(String::new(), |codec| format!(".{}", codec.suffix()));
    dir.join(format!("part-{number:05}{suffix}"))
}

/// Opens a file of output to read it, decompressed if its name says that it is compressed.
pub(crate) fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    let file = File::open(path)?;
    Ok(match Codec::of(&path.to_string_lossy()) {
        Some(codec) => Box::new(Decoder::new(codec, file, READING)?),
        None => Box::new(file),
    })
}

/// Bytes of memory for reading a compressed part, which is one of ours.
const READING: usize = 64 << 20;
