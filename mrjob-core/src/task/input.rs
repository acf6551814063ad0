//! Splits read as blocks of whole records.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;

use super::longest::Longest;
use super::remote::Opener;
use super::spec::{Source, Split};
use super::trace::TaskError;
use crate::codec::{Codec, CodecError, Decoder, SHOWN, check_plain, peek};
use crate::protocol::Framing;

/// Bytes read at a time: enough that a system call costs nothing, few enough to stay in a core's cache.
const BLOCK: usize = 256 << 10;
const SMALLEST_BLOCK: usize = 4 << 10;
/// What the buffer grows by for a record that doesn't fit it. The allocation doubles, but only what is used takes memory.
const STEP: usize = 1 << 20;

/// Some whole records of one source, with their ends.
#[derive(Debug)]
pub(crate) struct Block<'b> {
    pub(crate) bytes: &'b [u8],
    /// Offset of the first of them in its source, or in the plain bytes of a compressed split.
    pub(crate) offset: u64,
    /// How many bytes of the source were read for them.
    pub(crate) read: u64,
    /// Bytes of memory that a long record takes beyond the usual.
    pub(crate) lent: usize,
}

/// Why there is no next block.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// The source can't be read.
    Io(io::Error),
    /// A record is longer than it may be.
    TooLong {
        /// Offset of its first byte.
        offset: u64,
        longest: Longest,
    },
    /// There is no room for a long record.
    Room(TaskError),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        ReadError::Io(error)
    }
}

impl From<TaskError> for ReadError {
    fn from(error: TaskError) -> Self {
        ReadError::Room(error)
    }
}

/// The records that begin in a split, block by block.
pub(crate) struct Blocks<'a> {
    from: Bytes<'a>,
    framing: Framing,
    /// Past the last byte in which a record may begin.
    end: u64,
    longest: Longest,
    buffer: Vec<u8>,
    /// The buffer's length but for records that don't fit it.
    usual: usize,
    filled: usize,
    /// The bytes at the buffer's front in which no line ends.
    searched: usize,
    /// The bytes at the buffer's front that were handed out.
    consumed: usize,
    /// Offset of the buffer's first byte.
    offset: u64,
    /// Bytes of a mark in front of the first record.
    mark: u64,
    codec: Option<Codec>,
    at_end: bool,
}

/// Where bytes come from.
enum Bytes<'a> {
    Plain(Box<dyn Read + 'a>),
    Compressed {
        decoder: Decoder,
        /// What of the source is the split's.
        end: u64,
        /// How far the source was read for the blocks that were handed out.
        counted: u64,
    },
}

impl Bytes<'_> {
    fn compressed(decoder: Decoder, start: u64, end: u64) -> Self {
        Bytes::Compressed {
            decoder,
            end: end.max(start),
            counted: start,
        }
    }

    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Bytes::Plain(from) => from.read(into),
            Bytes::Compressed { decoder, .. } => decoder.read(into),
        }
    }

    /// Where, in plain bytes, the next split's blocks begin, once that is known.
    fn boundary(&self) -> Option<u64> {
        match self {
            Bytes::Plain(_) => None,
            Bytes::Compressed { decoder, .. } => decoder.boundary(),
        }
    }

    /// How much was read since the last call, where that isn't the plain bytes.
    fn count(&mut self) -> Option<u64> {
        let Bytes::Compressed {
            decoder,
            end,
            counted,
        } = self
        else {
            return None;
        };
        let position = decoder.position().clamp(*counted, *end);
        Some(position - std::mem::replace(counted, position))
    }
}

impl<'a> Blocks<'a> {
    /// Opens a split, `remote` being asked for what isn't here; reading it may take `memory` bytes beside its records.
    ///
    /// Of a `source` of the job's, what begins it decides how it is read.
    pub(crate) fn open(
        remote: Opener,
        split: &Split,
        framing: Framing,
        longest: Longest,
        memory: usize,
        is_source: bool,
    ) -> io::Result<Self> {
        // The byte before tells whether a record begins at the start.
        let offset = match split.codec {
            None => split.start.saturating_sub(1),
            Some(_) => split.start,
        };
        let (from, size) = open(remote, &split.source, offset, split.end)?;
        let end = split.end.unwrap_or(u64::MAX);
        if !is_source || framing != Framing::Lines || split.start > 0 {
            let mut blocks =
                Self::within(from, split, split.codec, (size, framing, longest, memory))?;
            if split.start > 0 {
                blocks.skip_begun()?;
            }
            return Ok(blocks);
        }
        let name = split.source.name();
        let (start, from) = peek(from)?;
        let codec = Codec::of_lines(name, split.codec, &start)?;
        if let Some(codec) = codec.filter(|_| codec != split.codec && end < size) {
            return Err(CodecError::Divided { codec }.into());
        }
        let from = Box::new(from);
        let mut blocks = Self::within(from, split, codec, (size, framing, longest, memory))?;
        blocks.begin(name)?;
        Ok(blocks)
    }

    /// Reads the records that begin in a split. `from` stands at the split's start. Offsets in a compressed source count from its
    /// first plain byte.
    fn within(
        from: Box<dyn Read + Send>,
        split: &Split,
        codec: Option<Codec>,
        (size, framing, longest, memory): (u64, Framing, Longest, usize),
    ) -> io::Result<Self> {
        let end = split.end.unwrap_or(u64::MAX);
        let Some(codec) = codec else {
            let offset = split.start.saturating_sub(1);
            let expected = end.min(size).saturating_sub(offset).min(BLOCK as u64) as usize;
            let mut blocks = Self::new(Bytes::Plain(from), framing, longest, expected + 1);
            blocks.offset = offset;
            blocks.end = end;
            return Ok(blocks);
        };
        let decoder = match codec {
            Codec::Bzip2 => Decoder::split(from, split.start, split.end)?,
            _ => Decoder::new(codec, from, memory)?,
        };
        let from = Bytes::compressed(decoder, split.start, end.min(size));
        let blocks = Self::new(from, framing, longest, BLOCK);
        Ok(Blocks {
            codec: Some(codec),
            ..blocks
        })
    }

    /// Records as they come through a pipe.
    pub(crate) fn stream(from: impl Read + 'a, framing: Framing, longest: Longest) -> Self {
        Self::new(Bytes::Plain(Box::new(from)), framing, longest, BLOCK)
    }

    fn new(from: Bytes<'a>, framing: Framing, longest: Longest, buffer: usize) -> Self {
        let usual = buffer.max(SMALLEST_BLOCK);
        Blocks {
            from,
            framing,
            end: u64::MAX,
            longest,
            buffer: vec![0; usual],
            usual,
            filled: 0,
            searched: 0,
            consumed: 0,
            offset: 0,
            mark: 0,
            codec: None,
            at_end: false,
        }
    }

    /// How the source is compressed.
    pub(crate) fn codec(&self) -> Option<Codec> {
        self.codec
    }

    /// Looks at the first plain bytes: a byte order mark is no data, and what isn't read as lines is an error.
    fn begin(&mut self, name: &str) -> io::Result<()> {
        while self.filled < SHOWN && !self.at_end {
            self.fill()?;
        }
        self.consumed = check_plain(name, self.codec, &self.buffer[..self.filled])?;
        self.mark = self.consumed as u64;
        self.discard();
        self.keep_first();
        Ok(())
    }

    /// Keeps the record behind a mark: it begins where the source does.
    fn keep_first(&mut self) {
        if self.mark > 0 {
            self.end = self.end.max(self.mark + 1);
        }
    }

    /// The next records. `make_room` is called, with the bytes that it then takes, before a long record takes more memory
    /// than usual, and once that is over.
    pub(crate) fn next_block(
        &mut self,
        make_room: &mut dyn FnMut(usize) -> Result<(), TaskError>,
    ) -> Result<Option<Block<'_>>, ReadError> {
        loop {
            self.discard();
            if self.buffer.len() > self.usual && self.filled <= self.usual / 2 {
                self.shrink(make_room)?;
            }
            if self.offset >= self.end {
                return Ok(None);
            }
            if !self.at_end {
                if self.filled == self.buffer.len() {
                    self.grow(make_room)?;
                }
                self.fill()?;
            }
            self.consumed = self.whole_records();
            self.searched = self.filled;
            if self.consumed > 0 {
                return Ok(Some(Block {
                    bytes: &self.buffer[..self.consumed],
                    offset: self.offset,
                    read: self.from.count().unwrap_or(self.consumed as u64),
                    lent: self.buffer.len() - self.usual,
                }));
            }
            if self.at_end {
                return match self.filled {
                    0 => Ok(None),
                    _ => Err(ReadError::Io(io::Error::new(
                        io::ErrorKind::UnexpectedEof,
                        "the last record is cut off",
                    ))),
                };
            }
        }
    }

    /// What was read of the split beside its records.
    pub(crate) fn rest(&mut self) -> u64 {
        self.from.count().unwrap_or(self.mark)
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
        self.searched = self.searched.saturating_sub(self.consumed);
        self.offset += self.consumed as u64;
        self.consumed = 0;
    }

    /// Reads on.
    fn fill(&mut self) -> io::Result<()> {
        loop {
            match self.from.read(&mut self.buffer[self.filled..]) {
                Ok(read) => {
                    self.at_end = read == 0;
                    self.filled += read;
                    self.see_boundary();
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Learns where a split of a compressed source ends: a record that begins with the next one's blocks is still its.
    fn see_boundary(&mut self) {
        if let Some(boundary) = self.from.boundary() {
            self.end = boundary + 1;
            self.keep_first();
        }
    }

    #[cold]
    fn grow(
        &mut self,
        make_room: &mut dyn FnMut(usize) -> Result<(), TaskError>,
    ) -> Result<(), ReadError> {
        // Its end may be the next byte.
        let most = self.longest.bytes.saturating_add(2);
        if self.filled >= most {
            return Err(ReadError::TooLong {
                offset: self.offset,
                longest: self.longest,
            });
        }
        let larger = (self.filled + STEP).min(most.max(self.usual));
        make_room(larger - self.usual)?;
        self.buffer.resize(larger, 0);
        Ok(())
    }

    #[cold]
    fn shrink(
        &mut self,
        make_room: &mut dyn FnMut(usize) -> Result<(), TaskError>,
    ) -> Result<(), ReadError> {
        self.buffer.truncate(self.usual);
        self.buffer.shrink_to_fit();
        Ok(make_room(0)?)
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
        let from = last_byte.max(self.searched);
        if let Some(line_end) = memchr::memchr(b'\n', &read[from..]) {
            return from + line_end + 1;
        }
        if self.at_end {
            return read.len();
        }
        memchr::memrchr(b'\n', &read[self.searched..]).map_or(0, |end| self.searched + end + 1)
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

/// Opens a source at an offset, to be read up to about `end`; its size where it is known.
pub(crate) fn open(
    remote: Opener,
    source: &Source,
    offset: u64,
    end: Option<u64>,
) -> io::Result<(Box<dyn Read + Send>, u64)> {
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
        // It was read once, by whoever has it.
        Source::Pipe { .. } => Err(io::ErrorKind::Unsupported.into()),
        Source::Remote(file) => {
            let end = end.unwrap_or(file.bytes);
            let from = remote.open(file, offset, end.saturating_sub(offset))?;
            Ok((from, file.bytes))
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
            Source::File { name, .. } | Source::Memory { name, .. } | Source::Pipe { name } => name,
            Source::Remote(file) => &file.address,
        }
    }
}

impl Source {
    /// Whether it is on another machine.
    pub(crate) fn is_remote(&self) -> bool {
        matches!(self, Source::Remote(_))
    }
}

impl Split {
    /// The number, from 1, of the line that begins at `offset` as [`Block`] has it; `None` when the source can't be read
    /// again.
    pub(crate) fn line_at(&self, remote: Opener, offset: u64, memory: usize) -> Option<u64> {
        let (from, size) = open(remote, &self.source, 0, Some(offset)).ok()?;
        let mut from = match self.codec {
            None => Bytes::Plain(from),
            // Of what is before the split only the blocks tell where it begins.
            Some(Codec::Bzip2) => {
                let end = Some(self.start).filter(|start| *start > 0);
                Bytes::compressed(Decoder::split(from, 0, end).ok()?, 0, size)
            }
            Some(codec) => Bytes::compressed(Decoder::new(codec, from, memory).ok()?, 0, size),
        };
        let mut buffer = vec![0; BLOCK];
        let (mut lines, mut at) = (1, 0);
        loop {
            let read = from.read(&mut buffer).ok()? as u64;
            let end = match (&self.codec, self.start) {
                (None, _) | (_, 0) => Some(offset),
                _ => from.boundary().map(|boundary| boundary + offset),
            };
            let before = end.map_or(read, |end| read.min(end - at)) as usize;
            lines += memchr::memchr_iter(b'\n', &buffer[..before]).count() as u64;
            at += read;
            if read == 0 || end.is_some_and(|end| at >= end) {
                return Some(lines);
            }
        }
    }
}
