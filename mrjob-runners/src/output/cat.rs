//! Output to a stream.

use std::io::{self, ErrorKind, Read, Write};

use mrjob_core::emit::Part;

use super::OutputError;

const BUFFER: usize = 1 << 20;

/// How [`cat`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cat {
    /// Everything was written.
    Complete,
    /// The reader had enough and closed its end, as `head` does: no error.
    Closed,
}

/// Writes `parts` to `out`, one after the other.
///
/// # Errors
///
/// When a part can't be read or `out` not be written, but not when `out` is a pipe that its reader closed.
pub fn cat(parts: &[Part], out: &mut dyn Write) -> Result<Cat, OutputError> {
    let mut buffer = Vec::new();
    for part in parts {
        let copied = match part {
            Part::Memory(bytes) => out.write_all(bytes),
            Part::File(path) => {
                buffer.resize(BUFFER, 0);
                let action = || format!("read `{}`", path.display());
                let mut file = super::open(path).map_err(OutputError::io(action()))?;
                copy(file.as_mut(), out, &mut buffer).map_err(OutputError::io(action()))?
            }
            other => unreachable!("parts are files or memory, not {other:?}"),
        };
        if let Some(end) = ended(copied)? {
            return Ok(end);
        }
    }
    Ok(ended(out.flush())?.unwrap_or(Cat::Complete))
}

/// Copies to the end of `file`: its own errors outside, those of `out` inside.
fn copy(file: &mut dyn Read, out: &mut dyn Write, buffer: &mut [u8]) -> io::Result<io::Result<()>> {
    loop {
        let length = match file.read(buffer) {
            Ok(0) => return Ok(Ok(())),
            Ok(length) => length,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if let Err(error) = out.write_all(&buffer[..length]) {
            return Ok(Err(error));
        }
    }
}

fn ended(written: io::Result<()>) -> Result<Option<Cat>, OutputError> {
    match written {
        Ok(()) => Ok(None),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Some(Cat::Closed)),
        Err(error) => Err(OutputError::io("write to standard output")(error)),
    }
}
