//! Hadoop's own framing of Snappy and LZ4, as its `BlockCompressorStream` writes it: blocks of a length in plain bytes
//! and chunks, each of a length and compressed bytes. Lengths are four bytes, big-endian.

use std::io::{self, ErrorKind, Read, Write};

use super::tap::Tap;

/// Bytes that show whether a file is such a one.
pub(super) const START: usize = 8;
/// The largest block that is read, in plain bytes. Hadoop's are of 256 KiB unless its buffers are configured.
const LARGEST: usize = 16 << 20;
/// The blocks that are written, in plain bytes: they fit into any reader's buffer.
const WRITTEN: usize = 64 << 10;

/// What compressed the chunks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Inside {
    Lz4,
    Snappy,
}

/// Whether a file that begins like this is one, as far as can be told.
pub(super) fn is_start(start: &[u8]) -> bool {
    let number = |at: usize| {
        let bytes = start.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(bytes) as usize)
    };
    match (number(0), number(4)) {
        (None, _) => start.first() == Some(&0),
        (Some(0), _) => true,
        (Some(block), None) => block <= LARGEST,
        (Some(block), Some(chunk)) => {
            block <= LARGEST && (1..=largest_chunk(block)).contains(&chunk)
        }
    }
}

/// The most that compressing makes of `plain` bytes, by either codec.
fn largest_chunk(plain: usize) -> usize {
    plain + plain / 6 + 64
}

/// Plain bytes of such a file.
pub(super) struct Blocks {
    from: Tap,
    inside: Inside,
    /// Plain bytes that the current block still has.
    left: usize,
    compressed: Vec<u8>,
    plain: Vec<u8>,
    /// How much of `plain` was handed out.
    taken: usize,
}

impl Blocks {
    pub(super) fn new(from: Tap, inside: Inside) -> Self {
        Blocks {
            from,
            inside,
            left: 0,
            compressed: Vec::new(),
            plain: Vec::new(),
            taken: 0,
        }
    }

    fn number(&mut self) -> io::Result<usize> {
        let mut bytes = [0; 4];
        self.from.read_exact(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes) as usize)
    }

    /// Decompresses the next chunk; whether there was one.
    fn next_chunk(&mut self) -> io::Result<bool> {
        while self.left == 0 {
            if self.from.is_at_end()? {
                return Ok(false);
            }
            self.left = self.number()?;
            if self.left > LARGEST {
                return Err(damaged(format!("a block of {} bytes", self.left)));
            }
        }
        let length = self.number()?;
        if length > largest_chunk(self.left) {
            return Err(damaged(format!("a chunk of {length} bytes")));
        }
        self.compressed.clear();
        let read = (&mut self.from)
            .take(length as u64)
            .read_to_end(&mut self.compressed)?;
        if read < length {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.decompress()?;
        if self.plain.is_empty() {
            return Err(damaged("a chunk without bytes"));
        }
        self.left -= self.plain.len();
        self.taken = 0;
        Ok(true)
    }

    fn decompress(&mut self) -> io::Result<()> {
        match self.inside {
            Inside::Lz4 => {
                self.plain.resize(self.left, 0);
                let length = lz4_flex::block::decompress_into(&self.compressed, &mut self.plain)
                    .map_err(damaged)?;
                self.plain.truncate(length);
            }
            Inside::Snappy => {
                let length = snap::raw::decompress_len(&self.compressed).map_err(damaged)?;
                if length > self.left {
                    return Err(damaged("a chunk is larger than its block"));
                }
                self.plain.resize(length, 0);
                snap::raw::Decoder::new()
                    .decompress(&self.compressed, &mut self.plain)
                    .map_err(damaged)?;
            }
        }
        Ok(())
    }
}

fn damaged(problem: impl ToString) -> io::Error {
    io::Error::other(problem.to_string())
}

impl Read for Blocks {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.plain.len() && !self.next_chunk()? {
            return Ok(0);
        }
        let read = (&self.plain[self.taken..]).read(into)?;
        self.taken += read;
        Ok(read)
    }
}

/// Writes Hadoop's blocks of Snappy.
pub(super) struct SnappyWriter<W> {
    to: W,
    plain: Vec<u8>,
    compressed: Vec<u8>,
    encoder: snap::raw::Encoder,
}

impl<W: Write> SnappyWriter<W> {
    pub(super) fn new(to: W) -> Self {
        SnappyWriter {
            to,
            plain: Vec::with_capacity(WRITTEN),
            compressed: vec![0; START + snap::raw::max_compress_len(WRITTEN)],
            encoder: snap::raw::Encoder::new(),
        }
    }

    /// Writes what is left.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        if self.plain.is_empty() {
            return Ok(());
        }
        let (header, chunk) = self.compressed.split_at_mut(START);
        let length = self.encoder.compress(&self.plain, chunk)?;
        for (place, number) in header.chunks_exact_mut(4).zip([self.plain.len(), length]) {
            let number = u32::try_from(number).expect("a block is small");
            place.copy_from_slice(&number.to_be_bytes());
        }
        self.plain.clear();
        self.to.write_all(&self.compressed[..START + length])
    }
}

impl<W: Write> Write for SnappyWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(WRITTEN - self.plain.len());
        self.plain.extend_from_slice(&bytes[..taken]);
        if self.plain.len() == WRITTEN {
            self.finish()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
