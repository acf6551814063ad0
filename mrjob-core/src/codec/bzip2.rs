//! bzip2: streams of blocks, read from the first block that begins in a split.
//!
//! A block begins at any bit, behind a mark of 48 bits. The library reads streams from their headers, so that from the
//! middle of one it is given a header of ours and the bits moved to where bytes begin. It is fed up to the next mark
//! only: when it has decoded everything and asks for more, the block ends there. When it asks for more before it has
//! decoded anything, the mark was none but data that look like one, and it is fed up to the one after.

use std::io::{self, BufRead, ErrorKind, Read};

use bzip2::{Decompress, Status};

use super::Codec;
use super::decoder::other;
use super::marks::{self, Mark};
use super::tap::Tap;

/// Bytes that are looked through at a time for the first block of a split.
const SCAN: usize = 64 << 10;
/// No block is as long, in compressed bytes: it has 900,001 symbols at most, of 20 bits.
const LONGEST_BLOCK: usize = 4 << 20;
/// Bits from a stream's last mark to its end: the mark and a checksum.
const TRAILER: u64 = marks::LENGTH + 32;

/// The plain bytes of the blocks that begin in a split, and of what follows on them.
pub(super) struct Bzip2 {
    from: Tap,
    /// The bit at which the split ends.
    end: Option<u64>,
    at: At,
    library: Decompress,
    /// The library was given the stream from its header on, and checks its checksum.
    whole_stream: bool,
    /// What looks like the split's first block may be none.
    may_be_none: bool,
    /// What the library is given next, and how much of it was given.
    feed: Vec<u8>,
    given: usize,
    /// The bit of the file that `feed` goes up to.
    fed: u64,
    /// Plain bytes so far.
    produced: u64,
}

/// What comes next, and at which bit.
#[derive(Debug, Clone, Copy)]
enum At {
    /// The first block of the split, here or later.
    Search(u64),
    /// A stream's header, or the end of the file.
    Stream(u64),
    /// A mark.
    Mark(u64),
    /// A block.
    Block(Block),
    /// Nothing.
    End,
}

/// A block that is being decoded.
#[derive(Debug, Clone, Copy)]
struct Block {
    /// The bit at which it begins.
    start: u64,
    /// The bit of the last mark that was found.
    next: u64,
    /// Whether some of it was decoded.
    decoded: bool,
}

impl Bzip2 {
    /// The blocks that begin in the bytes `start..end` of a file; `from` stands at `start`.
    pub(super) fn new(mut from: Tap, start: u64, end: Option<u64>) -> io::Result<Self> {
        if start == 0 {
            let start = from.peek(4)?;
            let is_header = match start {
                [b'B', b'Z', b'h', level, ..] => matches!(level, b'1'..=b'9'),
                _ => b"BZh".starts_with(start),
            };
            if !is_header {
                return Err(other(Codec::Bzip2, "`BZh`", start));
            }
        }
        Ok(Bzip2 {
            from,
            end: end.map(|end| end * 8),
            at: match start {
                0 => At::Stream(0),
                _ => At::Search(start * 8),
            },
            library: Decompress::new(false),
            whole_stream: false,
            may_be_none: false,
            feed: Vec::new(),
            given: 0,
            fed: 0,
            produced: 0,
        })
    }

    /// Finds the first block of the split.
    fn search(&mut self, mut bit: u64) -> io::Result<()> {
        self.at = loop {
            if self.end.is_some_and(|end| bit >= end) {
                break At::End;
            }
            let (bytes, from) = self.bytes_at(bit, SCAN)?;
            let length = bytes.len();
            bit = match Mark::find(bytes, from) {
                Some((found, Mark::Block)) => {
                    let start = bit - from as u64 + found as u64;
                    if self.end.is_none_or(|end| start < end) {
                        self.begin(b"BZh9", start);
                        self.may_be_none = true;
                    }
                    break match self.end {
                        Some(end) if start >= end => At::End,
                        _ => At::Mark(start),
                    };
                }
                Some((found, Mark::End)) => bit - from as u64 + found as u64 + 1,
                None if length < SCAN => break At::End,
                None => bit - from as u64 + 8 * (length - marks::REACH + 1) as u64,
            };
        };
        Ok(())
    }

    /// Reads a stream's header.
    fn stream(&mut self, bit: u64) -> io::Result<()> {
        let (start, _) = self.bytes_at(bit, 4)?;
        let header: [u8; 4] = match start {
            [] => {
                self.at = At::End;
                return Ok(());
            }
            [b'B', b'Z', b'h', level @ b'1'..=b'9', ..] => [b'B', b'Z', b'h', *level],
            [b'B'] | [b'B', b'Z'] | [b'B', b'Z', b'h'] => return Err(cut_off()),
            [0, ..] if bit > 0 => {
                self.from.skip_padding()?;
                if !self.from.is_at_end()? {
                    return Err(io::Error::other("no stream begins where one ends"));
                }
                self.at = At::End;
                return Ok(());
            }
            _ => return Err(io::Error::other("no stream begins where one ends")),
        };
        self.begin(&header, bit + 32);
        self.whole_stream = true;
        self.may_be_none = false;
        self.at = At::Mark(self.fed);
        Ok(())
    }

    /// Begins with the library again: a header, then the bits of the file from `bit` on.
    fn begin(&mut self, header: &[u8; 4], bit: u64) {
        self.library = Decompress::new(false);
        self.feed.clear();
        self.feed.extend_from_slice(header);
        self.given = 0;
        self.fed = bit;
        self.whole_stream = false;
    }

    /// Reads a mark: another block, or the end of the stream.
    fn mark(&mut self, bit: u64) -> io::Result<()> {
        let (bytes, from) = self.bytes_at(bit, TRAILER.div_ceil(8) as usize + 1)?;
        let length = 8 * (bytes.len() - from / 8) as u64;
        self.at = match Mark::at(bytes, from) {
            Some(Mark::Block) => {
                let boundary = &self.from.gauge.boundary;
                if self.end.is_some_and(|end| bit >= end) {
                    // The first one counts.
                    boundary.get_or_init(|| self.produced);
                }
                At::Block(Block {
                    start: bit,
                    next: bit,
                    decoded: false,
                })
            }
            Some(Mark::End) if length >= from as u64 % 8 + TRAILER => {
                self.end_stream(bit + TRAILER)?;
                At::Stream((bit + TRAILER).next_multiple_of(8))
            }
            None if length >= 8 * marks::REACH as u64 => {
                return Err(io::Error::other(
                    "neither a block nor the end follows on a block",
                ));
            }
            _ => return Err(cut_off()),
        };
        Ok(())
    }

    /// Has the library check a whole stream's checksum.
    fn end_stream(&mut self, end: u64) -> io::Result<()> {
        if !self.whole_stream {
            return Ok(());
        }
        self.feed_to(end)?;
        match self.library.decompress(&self.feed[self.given..], &mut [0]) {
            Ok(Status::StreamEnd) => Ok(()),
            _ => Err(io::Error::other("a stream's checksum is wrong")),
        }
    }

    /// Decodes some of a block: how many bytes, 0 if that wasn't to be had yet.
    fn decode(&mut self, mut block: Block, into: &mut [u8]) -> io::Result<usize> {
        let (taken, made) = (self.library.total_in(), self.library.total_out());
        let outcome = self.library.decompress(&self.feed[self.given..], into);
        self.given += (self.library.total_in() - taken) as usize;
        let made = (self.library.total_out() - made) as usize;
        block.decoded |= made > 0;
        self.produced += made as u64;
        self.at = match outcome {
            // Whoever has the block before this one reads on to here, and would notice if it were one.
            Err(_) if self.may_be_none && !block.decoded => At::Search(block.start + 1),
            Err(_) | Ok(Status::StreamEnd) => {
                return Err(io::Error::other("a block's data or checksum are wrong"));
            }
            Ok(_) if made > 0 || self.given < self.feed.len() => At::Block(block),
            Ok(_) if block.decoded => {
                self.may_be_none = false;
                At::Mark(block.next)
            }
            Ok(_) => self.feed_more(block)?,
        };
        Ok(made)
    }

    /// Gives the library all up to the next mark.
    fn feed_more(&mut self, mut block: Block) -> io::Result<At> {
        let mut length = SCAN;
        let mut bit = block.next + marks::LENGTH;
        loop {
            let start = block.start;
            let (bytes, from) = self.bytes_from(start, bit, length)?;
            let at_end = bytes.len() < length;
            let searched = 8 * (bytes.len() + 1).saturating_sub(marks::REACH) as u64;
            if let Some((found, _)) = Mark::find(bytes, from) {
                block.next = start / 8 * 8 + found as u64;
                self.feed_to(block.next + marks::LENGTH)?;
                return Ok(At::Block(block));
            }
            if at_end || length >= LONGEST_BLOCK {
                return match at_end {
                    _ if self.may_be_none => Ok(At::Search(start + 1)),
                    true => Err(cut_off()),
                    false => Err(io::Error::other("a block doesn't end")),
                };
            }
            bit = bit.max(start / 8 * 8 + searched);
            length *= 2;
        }
    }

    /// Puts the bits of the file up to `bit`, or some more, into the feed.
    fn feed_to(&mut self, bit: u64) -> io::Result<()> {
        self.feed.drain(..self.given);
        self.given = 0;
        let (shift, index) = (self.fed % 8, (self.fed / 8 - self.from.position()) as usize);
        let count = bit.saturating_sub(self.fed).div_ceil(8) as usize;
        let bytes = self.from.peek(index + count + 1)?;
        let bytes = &bytes[index..bytes.len().min(index + count + 1)];
        let before = self.feed.len();
        if shift == 0 {
            self.feed
                .extend_from_slice(&bytes[..bytes.len().min(count)]);
        } else {
            let moved = |pair: &[u8]| pair[0] << shift | pair[1] >> (8 - shift);
            self.feed.extend(bytes.windows(2).map(moved));
        }
        self.fed += 8 * (self.feed.len() - before) as u64;
        Ok(())
    }

    /// The bytes from the one of `bit` on, about `length` of them, and the bit in them. What was before is forgotten.
    fn bytes_at(&mut self, bit: u64, length: usize) -> io::Result<(&[u8], usize)> {
        self.bytes_from(bit, bit, length)
    }

    /// The same, with the bytes from that of the bit `keep` on.
    fn bytes_from(&mut self, keep: u64, bit: u64, length: usize) -> io::Result<(&[u8], usize)> {
        let skipped = (keep / 8).saturating_sub(self.from.position()) as usize;
        let there = self.from.peek(skipped)?.len();
        self.from.consume(skipped.min(there));
        let from = bit - 8 * self.from.position();
        Ok((self.from.peek(length)?, from as usize))
    }
}

fn cut_off() -> io::Error {
    ErrorKind::UnexpectedEof.into()
}

impl Read for Bzip2 {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.at {
                At::Search(bit) => self.search(bit)?,
                At::Stream(bit) => self.stream(bit)?,
                At::Mark(bit) => self.mark(bit)?,
                At::Block(block) => match self.decode(block, into)? {
                    0 => {}
                    made => return Ok(made),
                },
                At::End => return Ok(0),
            }
        }
    }
}
