//! The records of one run, read through one buffer.

use std::ops::Range;
use std::sync::Arc;

use super::bytes::{varint, word};
use super::error::ShuffleError;
use super::sink::Store;

/// A part of a run to be read.
#[derive(Debug, Clone)]
pub(super) struct Extent {
    pub(super) store: Arc<Store>,
    /// A block's beginning, in the file.
    pub(super) start: u64,
    pub(super) end: u64,
}

/// Keys outside of these bounds are left out; see [`Slice::Range`](super::Slice::Range).
#[derive(Debug, Clone, Default)]
pub(super) struct Bounds {
    pub(super) from: Option<Arc<[u8]>>,
    pub(super) to: Option<Arc<[u8]>>,
}

/// A run being read: stands on a record, or is at its end.
#[derive(Debug)]
pub(super) struct Source {
    /// The first eight bytes of the key; the greatest word at the end.
    pub(super) word: u64,
    ended: bool,
    store: Arc<Store>,
    to: Option<Arc<[u8]>>,
    /// As large as it is, but filled only up to `filled`.
    buffer: Vec<u8>,
    filled: usize,
    key: Range<usize>,
    value: Range<usize>,
    /// Where in the file the bytes after `filled` are.
    unread: u64,
    end: u64,
}

impl Source {
    /// Stands on the first record within the bounds.
    pub(super) fn open(
        extent: Extent,
        bounds: &Bounds,
        buffer: usize,
    ) -> Result<Self, ShuffleError> {
        let bytes = usize::try_from(extent.end - extent.start).unwrap_or(usize::MAX);
        let mut source = Self {
            word: 0,
            ended: false,
            store: extent.store,
            to: bounds.to.clone(),
            buffer: vec![0; buffer.min(bytes)],
            filled: 0,
            key: 0..0,
            value: 0..0,
            unread: extent.start,
            end: extent.end,
        };
        source.advance()?;
        if let Some(from) = &bounds.from {
            while !source.ended && source.key() < from {
                source.advance()?;
            }
        }
        Ok(source)
    }

    /// The records of a block in memory, which begin at `start`. [`advance`](Self::advance) goes to the first.
    #[cfg(feature = "streaming")]
    pub(super) fn of_block(block: Vec<u8>, start: usize, store: Arc<Store>) -> Self {
        Self {
            word: 0,
            ended: false,
            store,
            to: None,
            filled: block.len(),
            buffer: block,
            key: start..start,
            value: start..start,
            unread: 0,
            end: 0,
        }
    }

    /// Bytes of memory held.
    #[cfg(feature = "streaming")]
    pub(super) fn memory(&self) -> usize {
        self.buffer.capacity()
    }

    #[inline]
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    #[inline]
    pub(super) fn key(&self) -> &[u8] {
        &self.buffer[self.key.clone()]
    }

    #[inline]
    pub(super) fn value(&self) -> &[u8] {
        &self.buffer[self.value.clone()]
    }

    /// Bytes that weren't read from the file yet.
    pub(super) fn unread(&self) -> u64 {
        self.end - self.unread
    }

    /// Goes on to the next record; true where it is written as one of the same key.
    #[inline]
    pub(super) fn advance(&mut self) -> Result<bool, ShuffleError> {
        let at = self.value.end;
        let Some((header, at)) = varint(&self.buffer[..self.filled], at) else {
            return self.advance_slowly();
        };
        let Some((value, at)) = varint(&self.buffer[..self.filled], at) else {
            return self.advance_slowly();
        };
        let same = header & 1 == 1;
        let (key, value) = ((header >> 1) as usize, value as usize);
        // A damaged length can be anything: the subtractions don't overflow where additions would.
        let left = self.filled - at;
        if key > left || value > left - key {
            return self.advance_slowly();
        }
        self.value = at + key..at + key + value;
        if !same {
            self.key = at..at + key;
            self.word = word(&self.buffer[at..at + key]);
            if self.to.is_some() {
                self.check_bound();
            }
        }
        Ok(same)
    }

    /// Reads more and tries again.
    #[cold]
    #[inline(never)]
    fn advance_slowly(&mut self) -> Result<bool, ShuffleError> {
        if self.value.end == self.filled && self.unread == self.end {
            self.finish();
            return Ok(false);
        }
        let unread = self.end - self.unread;
        if unread == 0 {
            return Err(self.damaged());
        }
        self.refill(unread)?;
        self.advance()
    }

    /// Moves the key and what follows the record to the buffer's front, and fills the rest. The buffer grows only where
    /// that is full already: for a record that is larger than the buffer.
    fn refill(&mut self, unread: u64) -> Result<(), ShuffleError> {
        let (key, rest) = (self.key.len(), self.value.end..self.filled);
        let kept = key + rest.len();
        let needed = kept + self.missing(rest.clone());
        let size = self.buffer.len().max(needed);
        let size = size.min(usize::try_from(unread).map_or(size, |unread| kept + unread));
        if size > self.buffer.len() {
            // What was read moves once, to a buffer of the right size.
            let mut buffer = vec![0; size];
            buffer[..key].copy_from_slice(&self.buffer[self.key.clone()]);
            buffer[key..kept].copy_from_slice(&self.buffer[rest]);
            self.buffer = buffer;
        } else {
            self.buffer.copy_within(self.key.clone(), 0);
            self.buffer.copy_within(rest, key);
        }
        self.key = 0..key;
        self.value = key..key;
        self.store
            .read_exact_at(&mut self.buffer[kept..size], self.unread)?;
        self.unread += (size - kept) as u64;
        self.filled = size;
        Ok(())
    }

    /// Bytes that the record at the front of `rest` is known to lack.
    fn missing(&self, rest: Range<usize>) -> usize {
        const HEADER: usize = 12;
        let bytes = &self.buffer[rest];
        let lengths = varint(bytes, 0).and_then(|(header, at)| {
            let (value, at) = varint(bytes, at)?;
            let record = (header >> 1).checked_add(value)?.checked_add(at as u64)?;
            usize::try_from(record).ok()
        });
        match lengths {
            Some(record) => record
                .saturating_sub(bytes.len())
                .min(isize::MAX as usize / 2),
            None => HEADER,
        }
    }

    #[cold]
    fn check_bound(&mut self) {
        if self.to.as_deref().is_some_and(|to| self.key() >= to) {
            self.finish();
        }
    }

    fn finish(&mut self) {
        self.ended = true;
        self.word = u64::MAX;
        self.buffer = Vec::new();
        (self.key, self.value, self.filled) = (0..0, 0..0, 0);
        self.unread = self.end;
    }

    fn damaged(&self) -> ShuffleError {
        self.store.damaged(self.unread, "a record is cut off")
    }
}
