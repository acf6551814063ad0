//! Any compressed file as its plain bytes.

use std::io::{self, ErrorKind, Read};
use std::sync::Arc;

use super::bzip2::Bzip2;
use super::tap::{Gauge, Tap};
use super::{Codec, CodecError, gzip, lz4, snappy, zstd};

/// The plain bytes of a compressed file.
///
/// An empty file has none. Whatever else isn't whole and undamaged is an error, a [`CodecError`] in an
/// [`io::Error`], as far as the format tells: snappy's two have no mark of their end, and a Hadoop block no checksum.
pub struct Decoder {
    codec: Codec,
    bytes: Box<dyn Read + Send>,
    gauge: Arc<Gauge>,
}

impl Decoder {
    /// Reads `from`, which takes at most about `memory` bytes.
    ///
    /// # Errors
    ///
    /// When `from` can't be read, or isn't compressed like that.
    pub fn new(codec: Codec, from: impl Read + Send + 'static, memory: usize) -> io::Result<Self> {
        Self::open(codec, Box::new(from), 0, None, memory)
    }

    /// The blocks of a bzip2 file that begin in `start..end`, and all that follow; `from` stands at `start`.
    pub(crate) fn split(
        from: impl Read + Send + 'static,
        start: u64,
        end: Option<u64>,
    ) -> io::Result<Self> {
        Self::open(Codec::Bzip2, Box::new(from), start, end, 0)
    }

    fn open(
        codec: Codec,
        from: Box<dyn Read + Send>,
        start: u64,
        end: Option<u64>,
        memory: usize,
    ) -> io::Result<Self> {
        let mut tap = Tap::new(from, start);
        let gauge = Arc::clone(&tap.gauge);
        let bytes: Box<dyn Read + Send> = match codec {
            _ if start == 0 && tap.is_at_end()? => Box::new(io::empty()),
            Codec::Gzip => gzip::decoder(tap)?,
            Codec::Bzip2 => Box::new(Bzip2::new(tap, start, end)?),
            Codec::Zstd => zstd::decoder(tap, codec.memory(memory) as u64)?,
            Codec::Lz4 => lz4::decoder(tap)?,
            Codec::Snappy => snappy::decoder(tap)?,
        };
        Ok(Decoder {
            codec,
            bytes,
            gauge,
        })
    }

    /// Offset in the compressed file of what will be read next.
    pub(crate) fn position(&self) -> u64 {
        self.gauge.position.get()
    }

    /// How many of the plain bytes belong to the split, once that is known.
    pub(crate) fn boundary(&self) -> Option<u64> {
        self.gauge.boundary.get().copied()
    }

    /// What an error of the decoder's means to the user.
    fn explain(&self, error: io::Error) -> io::Error {
        if self.gauge.failed.get() || CodecError::of(&error).is_some() {
            return error;
        }
        let codec = self.codec;
        if self.gauge.starved.get() || error.kind() == ErrorKind::UnexpectedEof {
            let offset = self.gauge.read.get();
            return CodecError::CutOff { codec, offset }.into();
        }
        let offset = self.position();
        let problem = error.to_string();
        CodecError::Damaged {
            codec,
            offset,
            problem,
        }
        .into()
    }
}

impl Read for Decoder {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.bytes.read(into).map_err(|error| self.explain(error))
    }
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder")
            .field("codec", &self.codec)
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}

/// Refuses a file that begins otherwise than `codec` does.
pub(super) fn other(codec: Codec, expected: &'static str, start: &[u8]) -> io::Error {
    let start = start[..start.len().min(8)].to_vec();
    CodecError::Other {
        codec,
        expected,
        start,
    }
    .into()
}
