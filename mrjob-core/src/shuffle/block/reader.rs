//! Blocks as Hadoop hands them to a reduce task, each checked.

use std::io::{self, ErrorKind, Read};
use std::num::NonZeroU32;
use std::sync::Arc;

use super::rawbytes::RawReader;
use super::route::{PREFIX, Prefix, ROUTE, prefix};
use super::{CHECKSUM, checksum};
use crate::partition::hash_partition;
use crate::shuffle::error::ShuffleError;
use crate::shuffle::sink::Store;
use crate::shuffle::source::Source;

/// Reads blocks.
pub(super) struct BlockReader<R> {
    from: RawReader<R>,
    /// The partition that all blocks have to be of, and how many there are.
    partition: Option<(u32, NonZeroU32)>,
    last: Prefix,
    /// What the sources of all blocks have in place of a file.
    store: Arc<Store>,
}

/// A block.
pub(super) struct Block {
    pub(super) prefix: Prefix,
    /// Its records; none where the block is empty.
    pub(super) records: Option<Source>,
}

impl<R: Read> BlockReader<R> {
    pub(super) fn new(from: R, partition: Option<(u32, NonZeroU32)>) -> Self {
        BlockReader {
            from: RawReader::new(from),
            partition,
            last: [0; PREFIX],
            store: Arc::new(Store::empty()),
        }
    }

    /// Bytes read.
    pub(super) fn offset(&self) -> u64 {
        self.from.offset
    }

    /// The next block; `None` after the last.
    pub(super) fn next(&mut self) -> Result<Option<Block>, ShuffleError> {
        let Some(key) = self.read()? else {
            return Ok(None);
        };
        let block = self.read()?.ok_or_else(|| self.damaged(CUT_OFF))?;
        let block = self.checked(&key, block)?;
        self.last = block.prefix;
        Ok(Some(block))
    }

    fn read(&mut self) -> Result<Option<Vec<u8>>, ShuffleError> {
        let offset = self.from.offset;
        self.from.next().map_err(|error| self.failed(offset, error))
    }

    fn checked(&self, key: &[u8], block: Vec<u8>) -> Result<Block, ShuffleError> {
        let damaged = |what| self.damaged(what);
        let (head, _) = key
            .split_first_chunk::<PREFIX>()
            .filter(|(_, route)| route.len() <= ROUTE)
            .ok_or_else(|| damaged(NO_BLOCK))?;
        let (sum, records) = block
            .split_first_chunk::<CHECKSUM>()
            .ok_or_else(|| damaged(NO_BLOCK))?;
        if u64::from_le_bytes(*sum) != checksum(records) {
            return Err(damaged("a block isn't what was written"));
        }
        if *head < self.last {
            return Err(damaged(ORDER));
        }
        let is_empty = records.is_empty();
        if let Some((partition, partitions)) = self.partition
            && hash_partition(key, partitions) != partition
        {
            return Err(damaged(PARTITION));
        }
        let mut source = Source::of_block(block, CHECKSUM, Arc::clone(&self.store));
        source.advance()?;
        if prefix(source.key()) != *head {
            return Err(damaged("a block doesn't begin with its key"));
        }
        Ok(Block {
            prefix: *head,
            records: (!is_empty).then_some(source),
        })
    }

    fn failed(&self, offset: u64, source: io::Error) -> ShuffleError {
        if source.kind() == ErrorKind::UnexpectedEof {
            return self.damaged(CUT_OFF);
        }
        ShuffleError::Read {
            path: INPUT.into(),
            offset,
            source,
        }
    }

    fn damaged(&self, what: &'static str) -> ShuffleError {
        ShuffleError::Damaged {
            path: INPUT.into(),
            offset: self.from.offset,
            what,
        }
    }
}

const INPUT: &str = "standard input";

const CUT_OFF: &str = "it ends within a block";

const NO_BLOCK: &str = "there is something that is no block\n\
    hint: a reduce task with a task file reads what the map tasks of its own step wrote, with `stream.reduce.input=rawbytes`";

const ORDER: &str = "the blocks aren't sorted\n\
    hint: they rely on Hadoop's own order of keys: leave `mapreduce.job.output.key.comparator.class` out";

const PARTITION: &str = "a block of another partition\n\
    hint: blocks rely on Hadoop's own partitioner, and on the number of reduce tasks that the map tasks were told: leave \
    `-partitioner` and further `-D mapreduce.job.reduces` out";
