//! The job's output: all of it or nothing.

mod cat;
mod error;
mod staging;

pub use cat::{Cat, cat};
pub use error::OutputError;
pub(crate) use staging::Staging;
pub use staging::check;

use std::path::{Path, PathBuf};

/// The path of part `number` in `dir`: `dir/part-00007`.
pub fn part_path(dir: &Path, number: u32) -> PathBuf {
    dir.join(format!("part-{number:05}"))
}
