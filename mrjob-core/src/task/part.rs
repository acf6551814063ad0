//! Where a task's output goes while it is written.

use std::fs::{DirBuilder, File};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ends::Ends;
use super::spec::{Part, PartTarget, TaskReport};
use super::trace::TaskError;
use crate::codec::Encoder;

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

impl TaskReport {
    /// Adds what the task's output says of itself.
    pub(crate) fn wrote(&mut self, written: Written) {
        self.records_out = written.records;
        self.bytes_out = written.bytes;
        self.part = written.part;
    }
}

impl PartWriter {
    /// A writer to `target`; `ends` has the pipe of a task that streams.
    pub(crate) fn create(target: &PartTarget, ends: &Ends<'_>) -> Result<Self, TaskError> {
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
                    encoder.map_err(TaskError::io(format!("write `{}`", path.display())))?;
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

fn create(path: &Path) -> Result<File, TaskError> {
    File::create(path).map_err(TaskError::io(format!("create `{}`", path.display())))
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
