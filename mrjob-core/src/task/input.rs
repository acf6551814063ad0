//! Splits read as blocks of whole records.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;

use super::spec::{Source, Split};
use crate::protocol::Framing;

/// Bytes read at a time: enough that a system call costs nothing, few enough to stay in a core's cache.
const BLOCK: usize = 256 << 10;
const SMALLEST_BLOCK: usize = 4 << 10;

/// Some whole records of one source, with their ends.
#[derive(Debug)]
pub(crate) struct Block<'b> {
    pub(crate) bytes: &'b [u8],
    /// Offset of the first of them in its source.
    pub(crate) offset: u64,
}

/// The records that begin in a split, block by block.
pub(crate) struct Blocks<'a> {
    from: Box<dyn Read + 'a>,
    framing: Framing,
    /// Past the last byte in which a record may begin.
    end: u64,
    /// The longest record that is read.
    longest: usize,
    buffer: Vec<u8>,
    filled: usize,
    /// The bytes at the buffer's front that were handed out.
    consumed: usize,
    /// Offset of the buffer's first byte.
    offset: u64,
    at_end: bool,
}

impl<'a> Blocks<'a> {
    /// Opens a split whose records may be up to `longest` bytes long.
    pub(crate) fn open(split: &Split, framing: Framing, longest: usize) -> io::Result<Self> {
        // The byte before tells whether a record begins at the start.
        let offset = split.start.saturating_sub(1);
        let (from, size) = open(&split.source, offset)?;
        let end = split.end.unwrap_or(u64::MAX);
        let expected = end.min(size).saturating_sub(offset).min(BLOCK as u64) as usize;
        let mut blocks = Self::new(from, framing, longest, expected + 1);
        blocks.offset = offset;
        blocks.end = end;
        if split.start > 0 {
            blocks.skip_begun()?;
        }
        Ok(blocks)
    }

    /// Records as they come through a pipe.
    pub(crate) fn stream(from: impl Read + 'a, framing: Framing, longest: usize) -> Self {
        Self::new(Box::new(from), framing, longest, BLOCK)
    }

    fn new(from: Box<dyn Read + 'a>, framing: Framing, longest: usize, buffer: usize) -> Self {
        Blocks {
            from,
            framing,
            end: u64::MAX,
            longest,
            buffer: vec![0; buffer.max(SMALLEST_BLOCK)],
            filled: 0,
            consumed: 0,
            offset: 0,
            at_end: false,
        }
    }

    /// The next records.
    pub(crate) fn next_block(&mut self) -> io::Result<Option<Block<'_>>> {
        loop {
            self.discard();
            if self.offset >= self.end {
                return Ok(None);
            }
            if !self.at_end {
                self.fill()?;
            }
            self.consumed = self.whole_records();
            if self.consumed > 0 {
                return Ok(Some(Block {
                    bytes: &self.buffer[..self.consumed],
                    offset: self.offset,
                }));
            }
            if self.at_end {
                return match self.filled {
                    0 => Ok(None),
                    _ => Err(io::Error::new(
                        io::ErrorKind::UnexpectedEof,
                        "the last record is cut off",
                    )),
                };
            }
        }
    }

    /// Skips the rest of a record that began before the split.
    fn skip_begun(&mut self) -> io::Result<()> {
        while !self.at_end {
            self.fill()?;
            let end = memchr::memchr(b'\n', &self.buffer[..self.filled]);
            self.consumed = end.map_or(self.filled, |end| end + 1);
            self.discard();
            if end.is_some() {
                break;
            }
        }
        Ok(())
    }

    /// Moves what wasn't handed out to the front.
    fn discard(&mut self) {
        self.buffer.copy_within(self.consumed..self.filled, 0);
        self.filled -= self.consumed;
        self.offset += self.consumed as u64;
        self.consumed = 0;
    }

    /// Reads on, into a larger buffer if this one is full.
    fn fill(&mut self) -> io::Result<()> {
        if self.filled == self.buffer.len() {
            self.grow()?;
        }
        loop {
            match self.from.read(&mut self.buffer[self.filled..]) {
                Ok(read) => {
                    self.at_end = read == 0;
                    self.filled += read;
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    #[cold]
    fn grow(&mut self) -> io::Result<()> {
        if self.filled >= self.longest {
            let message = format!(
                "the record at byte {} is longer than {} bytes",
                self.offset, self.longest
            );
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        let larger = (self.buffer.len() * 2)
            .max(BLOCK)
            .min(self.longest.max(BLOCK));
        self.buffer.resize(larger, 0);
        Ok(())
    }

    /// How much of the buffer is whole records that begin before the end.
    fn whole_records(&self) -> usize {
        let read = &self.buffer[..self.filled];
        match self.framing {
            Framing::Lines => self.whole_lines(read),
            Framing::Lengths => whole_framed(read),
        }
    }

    fn whole_lines(&self, read: &[u8]) -> usize {
        // The last line is the one that holds the byte before the end.
        let last_byte = (self.end - self.offset - 1).min(read.len() as u64) as usize;
        if let Some(line_end) = memchr::memchr(b'\n', &read[last_byte..]) {
            return last_byte + line_end + 1;
        }
        if self.at_end {
            return read.len();
        }
        memchr::memrchr(b'\n', read).map_or(0, |line_end| line_end + 1)
    }
}

fn whole_framed(read: &[u8]) -> usize {
    let mut whole = 0;
    while let Some((_, rest)) = framed(&read[whole..]) {
        whole = read.len() - rest.len();
    }
    whole
}

/// The first record that is framed by its length, and what follows it.
#[inline]
pub(crate) fn framed(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}

/// Opens a source at an offset; its size where it is known.
fn open(source: &Source, offset: u64) -> io::Result<(Box<dyn Read>, u64)> {
    match source {
        Source::File { path, .. } => {
            let mut file = File::open(path)?;
            let size = file.metadata()?.len();
            if offset > 0 {
                file.seek(SeekFrom::Start(offset))?;
            }
            Ok((Box::new(file), size))
        }
        Source::Memory { bytes, .. } => {
            let mut cursor = Cursor::new(SharedBytes(Arc::clone(bytes)));
            cursor.set_position(offset);
            Ok((Box::new(cursor), bytes.len() as u64))
        }
    }
}

struct SharedBytes(Arc<Vec<u8>>);

impl AsRef<[u8]> for SharedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Source {
    /// What messages call it.
    pub fn name(&self) -> &str {
        match self {
            Source::File { name, .. } | Source::Memory { name, .. } => name,
        }
    }

    /// The number, from 1, of the line that begins at `offset`; `None` when the source can't be read again.
    pub(crate) fn line_at(&self, offset: u64) -> Option<u64> {
        let (from, _) = open(self, 0).ok()?;
        let mut before = from.take(offset);
        let mut buffer = vec![0; BLOCK];
        let mut lines = 1;
        loop {
            match before.read(&mut buffer).ok()? {
                0 => return Some(lines),
                read => lines += memchr::memchr_iter(b'\n', &buffer[..read]).count() as u64,
            }
        }
    }
}
