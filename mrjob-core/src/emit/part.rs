//! Where a task's output goes while it is written.

use std::fs::{DirBuilder, File};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ends::Ends;
use crate::codec::{Codec, Encoder};
use serde::{Deserialize, Serialize};

/// Where a part of a step's output is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum PartTarget {
    /// A new file at this path.
    File(#[serde(with = "crate::path_bytes")] PathBuf),
    /// A new compressed file.
    Compressed {
        /// Its path.
        #[serde(with = "crate::path_bytes")]
        path: PathBuf,
        /// How it is compressed.
        codec: Codec,
    },
    /// Memory, moved to a new file at this path when it grows past `limit` bytes.
    Memory {
        /// Where it goes when it is large; its folder is made then.
        #[serde(with = "crate::path_bytes")]
        path: PathBuf,
        /// Bytes to keep at most.
        limit: usize,
    },
    /// The pipe that a streaming task writes to.
    #[serde(skip)]
    Pipe,
}

/// A part of a step's output: records in the step's protocol.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Part {
    /// In a file.
    File(#[serde(with = "crate::path_bytes")] PathBuf),
    /// In memory.
    Memory(Arc<Vec<u8>>),
}

/// Writes a part of the output to a file, or to memory while it is small; or a stream that is no part.
pub(crate) enum PartWriter {
    File {
        path: PathBuf,
        file: File,
    },
    Compressed {
        path: PathBuf,
        encoder: Box<Encoder>,
    },
    Memory {
        path: PathBuf,
        bytes: Vec<u8>,
        limit: usize,
    },
    Stream(Box<dyn Write + Send>),
}

/// What was written.
pub(crate) struct Written {
    pub(crate) part: Option<Part>,
    pub(crate) records: u64,
    pub(crate) bytes: u64,
}

/// A file that can't be made.
#[derive(Debug)]
pub(crate) struct PartError {
    /// What was tried.
    pub(crate) action: String,
    pub(crate) source: io::Error,
}

impl PartError {
    fn io(action: String) -> impl FnOnce(io::Error) -> Self {
        move |source| PartError { action, source }
    }
}

impl PartWriter {
    /// A writer to `target`; `ends` has the pipe of a task that streams.
    pub(crate) fn create(target: &PartTarget, ends: &Ends<'_>) -> Result<Self, PartError> {
        match target {
            PartTarget::Pipe => Ok(PartWriter::Stream(
                ends.output().expect("a task that streams has a pipe"),
            )),
            PartTarget::File(path) => Ok(PartWriter::File {
                path: path.clone(),
                file: create(path)?,
            }),
            PartTarget::Compressed { path, codec } => {
                let encoder = Encoder::new(*codec, create(path)?);
                let encoder =
                    encoder.map_err(PartError::io(format!("write `{}`", path.display())))?;
                Ok(PartWriter::Compressed {
                    path: path.clone(),
                    encoder: Box::new(encoder),
                })
            }
            PartTarget::Memory { path, limit } => Ok(PartWriter::Memory {
                path: path.clone(),
                bytes: Vec::new(),
                limit: *limit,
            }),
        }
    }

    /// The part, whole; a stream is none.
    pub(crate) fn finish(self) -> io::Result<Option<Part>> {
        Ok(match self {
            PartWriter::File { path, .. } => Some(Part::File(path)),
            PartWriter::Compressed { path, encoder } => {
                encoder.finish()?;
                Some(Part::File(path))
            }
            PartWriter::Memory { bytes, .. } => Some(Part::Memory(Arc::new(bytes))),
            PartWriter::Stream(_) => None,
        })
    }
}

fn create(path: &Path) -> Result<File, PartError> {
    File::create(path).map_err(PartError::io(format!("create `{}`", path.display())))
}

/// Creates a file, and before it the folder that most jobs never come to need.
fn create_in_its_folder(path: &Path) -> io::Result<File> {
    if let Some(dir) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    }
    File::create(path)
}

/// The same error, with the file's name in front.
fn named(path: &Path) -> impl FnOnce(io::Error) -> io::Error + '_ {
    move |error| io::Error::new(error.kind(), format!("`{}`: {error}", path.display()))
}

impl Write for PartWriter {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        match self {
            PartWriter::File { path, file } => file.write(more).map_err(named(path)),
            PartWriter::Compressed { encoder, .. } => encoder.write(more),
            PartWriter::Stream(stream) => stream.write(more),
            PartWriter::Memory { bytes, limit, .. } if bytes.len() + more.len() <= *limit => {
                bytes.extend_from_slice(more);
                Ok(more.len())
            }
            PartWriter::Memory { path, bytes, .. } => {
                let mut file = create_in_its_folder(path).map_err(named(path))?;
                file.write_all(bytes).map_err(named(path))?;
                *self = PartWriter::File {
                    path: std::mem::take(path),
                    file,
                };
                self.write(more)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            PartWriter::Stream(stream) => stream.flush(),
            _ => Ok(()),
        }
    }
}
