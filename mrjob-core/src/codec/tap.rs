//! The compressed bytes of a file, and how far they were read.

use std::io::{self, BufRead, ErrorKind, Read};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, OnceLock};

/// Bytes read at a time.
const BUFFER: usize = 64 << 10;

/// What a decoder's owner sees of it.
#[derive(Debug, Default)]
pub(super) struct Gauge {
    /// Offset in the file of the next byte that will be decoded.
    pub(super) position: Offset,
    /// How much of the file was read, ahead of the position.
    pub(super) read: Offset,
    /// The decoder wanted more than the file has.
    pub(super) starved: Flag,
    /// The file couldn't be read.
    pub(super) failed: Flag,
    /// Offset in the decoded bytes of what belongs to the next split, once it is known.
    pub(super) boundary: OnceLock<u64>,
}

/// An offset that its decoder's owner may read meanwhile.
#[derive(Debug, Default)]
pub(super) struct Offset(AtomicU64);

impl Offset {
    pub(super) fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }

    fn set(&self, offset: u64) {
        self.0.store(offset, Relaxed);
    }
}

/// Something that became true.
#[derive(Debug, Default)]
pub(super) struct Flag(AtomicBool);

impl Flag {
    pub(super) fn get(&self) -> bool {
        self.0.load(Relaxed)
    }

    fn set(&self) {
        self.0.store(true, Relaxed);
    }
}

/// A buffered reader that can look ahead.
pub(super) struct Tap {
    from: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    pub(super) gauge: Arc<Gauge>,
}

impl Tap {
    /// Reads `from`, which stands at offset `position` of its file.
    pub(super) fn new(from: Box<dyn Read + Send>, position: u64) -> Self {
        let gauge = Gauge::default();
        gauge.position.set(position);
        gauge.read.set(position);
        Tap {
            from,
            buffer: vec![0; BUFFER],
            start: 0,
            end: 0,
            gauge: Arc::new(gauge),
        }
    }

    /// Offset in the file of the next byte.
    pub(super) fn position(&self) -> u64 {
        self.gauge.position.get()
    }

    /// The bytes that come next, at least `length` of them if there are as many.
    pub(super) fn peek(&mut self, length: usize) -> io::Result<&[u8]> {
        while self.end - self.start < length {
            if self.read_on(length)? == 0 {
                break;
            }
        }
        Ok(&self.buffer[self.start..self.end])
    }

    /// Whether all bytes were taken.
    pub(super) fn is_at_end(&mut self) -> io::Result<bool> {
        Ok(self.peek(1)?.is_empty())
    }

    /// Leaves out zeros: they fill up the blocks of a tape.
    pub(super) fn skip_padding(&mut self) -> io::Result<()> {
        while self.peek(1)?.starts_with(&[0]) {
            let zeros = self.peek(1)?.iter().take_while(|byte| **byte == 0).count();
            self.consume(zeros);
        }
        Ok(())
    }

    /// Leaves out `length` bytes.
    pub(super) fn skip(&mut self, length: u64) -> io::Result<()> {
        match io::copy(&mut self.take(length), &mut io::sink())? {
            skipped if skipped == length => Ok(()),
            _ => Err(ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Reads more bytes behind those that are there, of which there will be `length` at least.
    fn read_on(&mut self, length: usize) -> io::Result<usize> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.buffer.len() < length.max(self.end + 1) {
            self.buffer.resize(length.max(2 * self.buffer.len()), 0);
        }
        loop {
            match self.from.read(&mut self.buffer[self.end..]) {
                Ok(read) => {
                    self.end += read;
                    self.gauge.read.set(self.gauge.read.get() + read as u64);
                    return Ok(read);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.gauge.failed.set();
                    return Err(error);
                }
            }
        }
    }
}

impl BufRead for Tap {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.peek(1)?.is_empty() {
            self.gauge.starved.set();
        }
        Ok(&self.buffer[self.start..self.end])
    }

    fn consume(&mut self, length: usize) {
        self.start += length;
        self.gauge.position.set(self.position() + length as u64);
    }
}

impl Read for Tap {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}
