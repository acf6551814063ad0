//! The sorted runs of a map task, written as blocks.

use std::io::{self, Write};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::rawbytes::length;
use super::route::{PREFIX, Prefix, prefix, route};
use super::{CHECKSUM, checksum};
use crate::shuffle::bytes::put_varint;
use crate::shuffle::error::ShuffleError;
use crate::shuffle::groups::ValueBytes;
use crate::shuffle::merge::{Merge, MergeOptions};
use crate::shuffle::passes::each_partition;
use crate::shuffle::runs::MapRuns;
use crate::shuffle::slice::Slice;

/// How a map task's runs are written as blocks.
#[derive(Debug, Clone)]
pub struct BlockOptions {
    /// Reduce tasks.
    pub partitions: NonZeroU32,
    /// Where partitions are ranges of keys: the first key of each but the first, in order; the runs have been sorted by
    /// [`Partitioning::Ranges`](crate::shuffle::Partitioning::Ranges). Else by
    /// [`Partitioning::Hash`](crate::shuffle::Partitioning::Hash) of so many.
    pub ranges: Option<Arc<[Vec<u8>]>>,
    /// Bytes of a block. One record more may be in it.
    pub block: usize,
    /// Whether every partition gets a block, an empty one if there is nothing for it: of a reduce task that gets none,
    /// Hadoop drops the output.
    pub to_all: bool,
}

/// Writes the records of `runs` as blocks, by partition; how many bytes that were.
///
/// # Errors
///
/// Where the runs can't be read, or the blocks not be written.
pub fn write_blocks(
    runs: &MapRuns,
    merge: &MergeOptions,
    options: &BlockOptions,
    to: &mut dyn Write,
) -> Result<u64, ShuffleError> {
    let mut writer = BlockWriter {
        options,
        to,
        partition: 0,
        prefix: [0; PREFIX],
        buffer: vec![0; CHECKSUM],
        key: Vec::new(),
        written: 0,
    };
    if let Some(firsts) = &options.ranges {
        let all = Merge::open(std::slice::from_ref(runs), &Slice::ALL, merge.clone())?;
        writer.write_ranges(firsts, all)?;
        return Ok(writer.written);
    }
    let mut next = 0;
    each_partition(runs, merge, |partition, records| {
        if options.to_all {
            (next..partition).try_for_each(|missed| writer.write_empty(missed))?;
            next = partition + 1;
        }
        writer.write_partition(partition, records)
    })?;
    if options.to_all {
        (next..options.partitions.get()).try_for_each(|missed| writer.write_empty(missed))?;
    }
    Ok(writer.written)
}

struct BlockWriter<'a> {
    options: &'a BlockOptions,
    to: &'a mut dyn Write,
    partition: u32,
    prefix: Prefix,
    /// The block that is filled.
    buffer: Vec<u8>,
    /// The key of its last record.
    key: Vec<u8>,
    written: u64,
}

impl BlockWriter<'_> {
    fn write_partition(&mut self, partition: u32, mut merge: Merge) -> Result<(), ShuffleError> {
        self.partition = partition;
        while let Some((key, values)) = merge.next_group()? {
            while let Some(value) = values.next_value()? {
                self.push(key, value)?;
            }
        }
        self.flush()
    }

    /// Writes all records, which are in order: those from the first key of a partition on are that one's.
    fn write_ranges(&mut self, firsts: &[Vec<u8>], mut all: Merge) -> Result<(), ShuffleError> {
        let mut before = self.written;
        while let Some((key, values)) = all.next_group()? {
            let is_next = |first: &Vec<u8>| key >= first.as_slice();
            while firsts.get(self.partition as usize).is_some_and(is_next) {
                before = self.end_range(before)?;
            }
            while let Some(value) = values.next_value()? {
                self.push(key, value)?;
            }
        }
        while self.partition < self.options.partitions.get() {
            before = self.end_range(before)?;
        }
        Ok(())
    }

    /// Goes on to the next partition; `before` was written when this one began.
    fn end_range(&mut self, before: u64) -> Result<u64, ShuffleError> {
        self.flush()?;
        if self.options.to_all && self.written == before {
            self.write_empty(self.partition)?;
        }
        self.partition += 1;
        Ok(self.written)
    }

    fn push(&mut self, key: &[u8], value: &[u8]) -> Result<(), ShuffleError> {
        const HEADER: usize = 16;
        if self.buffer.len() + key.len() + value.len() + HEADER > self.options.block {
            self.flush()?;
        }
        let is_first = self.buffer.len() == CHECKSUM;
        if is_first {
            self.prefix = prefix(key);
        }
        if !is_first && self.key == key {
            self.buffer.push(1);
            put_varint(value.len() as u64, &mut self.buffer);
        } else {
            put_varint((key.len() as u64) << 1, &mut self.buffer);
            put_varint(value.len() as u64, &mut self.buffer);
            self.buffer.extend_from_slice(key);
            self.key.clear();
            self.key.extend_from_slice(key);
        }
        self.buffer.extend_from_slice(value);
        Ok(())
    }

    /// Writes the block, if anything is in it.
    fn flush(&mut self) -> Result<(), ShuffleError> {
        if self.buffer.len() > CHECKSUM {
            self.write().map_err(unwritten)?;
            self.buffer.truncate(CHECKSUM);
            self.buffer.shrink_to(2 * self.options.block);
        }
        Ok(())
    }

    fn write_empty(&mut self, partition: u32) -> Result<(), ShuffleError> {
        self.partition = partition;
        self.prefix = prefix(b"");
        self.write().map_err(unwritten)
    }

    fn write(&mut self) -> io::Result<()> {
        let route = route(&self.prefix, self.partition, self.options.partitions);
        let checksum = checksum(&self.buffer[CHECKSUM..]);
        self.buffer[..CHECKSUM].copy_from_slice(&checksum.to_le_bytes());
        self.to.write_all(&length(PREFIX + route.len())?)?;
        self.to.write_all(&self.prefix)?;
        self.to.write_all(&route)?;
        self.to.write_all(&length(self.buffer.len())?)?;
        self.to.write_all(&self.buffer)?;
        self.written += (8 + PREFIX + route.len() + self.buffer.len()) as u64;
        Ok(())
    }
}

fn unwritten(source: io::Error) -> ShuffleError {
    let path: PathBuf = Path::new("standard output").into();
    ShuffleError::Write { path, source }
}
