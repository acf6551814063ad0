//! The sparse index of a run: a few bytes for each block.

use super::bytes::{put_varint, varint};
use super::error::ShuffleError;
use super::format::{INDEX_KEY, Run};
use super::sink::Store;
use super::slice::Slice;

/// The index of the run being written, encoded.
#[derive(Debug)]
pub(super) struct IndexWriter {
    bytes: Vec<u8>,
    with_keys: bool,
    last: (u32, u64, u64),
}

impl IndexWriter {
    pub(super) fn new(with_keys: bool) -> Self {
        Self {
            bytes: Vec::new(),
            with_keys,
            last: (0, 0, 0),
        }
    }

    /// A block begins at `offset` of the run, after `records`.
    pub(super) fn push(&mut self, partition: u32, offset: u64, records: u64, key: &[u8]) {
        let key = if self.with_keys { cut_key(key) } else { &[] };
        let (last_partition, last_offset, last_records) = self.last;
        put_varint(
            u64::from(partition.wrapping_sub(last_partition)),
            &mut self.bytes,
        );
        put_varint(offset - last_offset, &mut self.bytes);
        put_varint(records - last_records, &mut self.bytes);
        put_varint(key.len() as u64, &mut self.bytes);
        self.bytes.extend_from_slice(key);
        self.last = (partition, offset, records);
    }

    /// The whole index; the next run's begins.
    pub(super) fn take(&mut self) -> Vec<u8> {
        self.last = (0, 0, 0);
        std::mem::take(&mut self.bytes)
    }

    pub(super) fn memory(&self) -> usize {
        self.bytes.capacity()
    }
}

/// What an index entry keeps of a key.
pub(super) fn cut_key(key: &[u8]) -> &[u8] {
    &key[..key.len().min(INDEX_KEY)]
}

/// A block of a run, as its index knows it.
#[derive(Debug)]
pub(super) struct Block<'a> {
    pub(super) partition: u32,
    /// In the file.
    pub(super) offset: u64,
    /// The first key, cut.
    pub(super) key: &'a [u8],
}

/// A run's index, read.
pub(super) struct Index {
    bytes: Vec<u8>,
    run: Run,
}

impl Index {
    pub(super) fn read(store: &Store, run: Run) -> Result<Self, ShuffleError> {
        let bytes = store.read_vec(run.index, (run.end - run.index) as usize)?;
        let index = Self { bytes, run };
        let (mut at, mut partition, mut offset) = (0, 0, run.start);
        while at < index.bytes.len() {
            let Some((block, next)) = index.decode(at, partition, offset) else {
                return Err(store.damaged(run.index, "the index of a run is damaged"));
            };
            (at, partition, offset) = (next, block.partition, block.offset);
        }
        Ok(index)
    }

    pub(super) fn blocks(&self) -> impl Iterator<Item = Block<'_>> {
        let mut at = 0;
        let mut partition = 0u32;
        let mut offset = self.run.start;
        std::iter::from_fn(move || {
            let (block, next) = self.decode(at, partition, offset)?;
            (at, partition, offset) = (next, block.partition, block.offset);
            Some(block)
        })
    }

    fn decode(&self, at: usize, partition: u32, offset: u64) -> Option<(Block<'_>, usize)> {
        let (step, at) = varint(&self.bytes, at)?;
        let (bytes, at) = varint(&self.bytes, at)?;
        let (_records, at) = varint(&self.bytes, at)?;
        let (len, at) = varint(&self.bytes, at)?;
        let end = at.checked_add(usize::try_from(len).ok()?)?;
        let block = Block {
            partition: partition.wrapping_add(step as u32),
            offset: offset.checked_add(bytes)?,
            key: self.bytes.get(at..end)?,
        };
        (block.offset < self.run.index).then_some((block, end))
    }

    /// The first and last byte in the file that may hold records of the slice; equal where there are none.
    pub(super) fn extent(&self, slice: &Slice) -> (u64, u64) {
        let (mut start, mut end) = (None, self.run.index);
        for block in self.blocks() {
            if slice.ends_before(&block) {
                end = block.offset;
                break;
            }
            if start.is_none() || slice.may_begin_at(&block) {
                start = Some(block.offset);
            }
            if let Slice::Partition(partition) = slice
                && block.partition < *partition
            {
                start = None;
            }
        }
        (start.unwrap_or(end), end)
    }
}
