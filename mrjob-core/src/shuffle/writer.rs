//! Sorted records on their way into runs.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::bytes::{put_varint, word};
use super::error::ShuffleError;
use super::format::{Run, encode_footer};
use super::index::IndexWriter;
use super::options::{PairLimit, Partitioning, ShuffleOptions};
use super::runs::{FileRuns, MapRuns, MemoryRuns};
use super::sink::{Sink, Store};

const BLOCK: usize = 64 << 10;
const SMALLEST_BLOCK: usize = 4 << 10;

/// Writes records that come sorted by partition and key, in one run after the other.
#[derive(Debug)]
pub struct RunsWriter {
    sink: Sink,
    /// What wasn't written yet: whole records, of one block or of several small ones.
    buffer: Vec<u8>,
    block_size: usize,
    limit: PairLimit,
    /// What the next record may go on from; no block is open without it.
    last: Option<Last>,
    index: IndexWriter,
    /// Where the current run started.
    start: u64,
    records: u64,
    runs: Vec<Run>,
}

/// The last record of the open block.
#[derive(Debug)]
struct Last {
    partition: u32,
    word: u64,
    /// The key's place in the buffer.
    key: Range<usize>,
}

impl RunsWriter {
    /// A writer that keeps within a small part of `options.memory`, but for [`RunOutput::Memory`](super::RunOutput::Memory)'s quarter of it.
    ///
    /// # Errors
    ///
    /// Where the file can't be made.
    pub fn new(options: &ShuffleOptions) -> Result<Self, ShuffleError> {
        let sink = Sink::new(options.output.clone(), options.memory / 4)?;
        Ok(Self {
            limit: PairLimit::within(options.memory),
            ..Self::with_sink(sink, options.partitioning, options.memory)
        })
    }

    /// Runs of one partition in a file without a name.
    pub(super) fn unnamed(dir: &Path, memory: usize) -> Result<Self, ShuffleError> {
        let sink = Sink::unnamed(dir)?;
        Ok(Self::with_sink(sink, Partitioning::Ranges, memory))
    }

    fn with_sink(sink: Sink, partitioning: Partitioning, memory: usize) -> Self {
        Self {
            sink,
            buffer: Vec::new(),
            block_size: block_size(memory),
            limit: PairLimit::FORMAT,
            last: None,
            index: IndexWriter::new(partitioning == Partitioning::Ranges),
            start: 0,
            records: 0,
            runs: Vec::new(),
        }
    }

    /// Appends a record to the current run.
    ///
    /// # Errors
    ///
    /// Where the disk fails, or the record is too large.
    #[inline]
    pub fn push(&mut self, partition: u32, key: &[u8], value: &[u8]) -> Result<(), ShuffleError> {
        if self.buffer.len() + key.len() + value.len() + 16 > self.block_size {
            self.make_room(key.len(), value.len())?;
        }
        self.records += 1;
        let word = word(key);
        match &self.last {
            Some(last) if last.partition == partition => {
                // The word settles nearly all cases without a call.
                if last.word == word && self.buffer[last.key.clone()] == *key {
                    self.buffer.push(1);
                    put_varint(value.len() as u64, &mut self.buffer);
                    return self.push_value(value);
                }
            }
            _ => self.begin_block(partition, key),
        }
        put_varint((key.len() as u64) << 1, &mut self.buffer);
        put_varint(value.len() as u64, &mut self.buffer);
        let start = self.buffer.len();
        self.buffer.extend_from_slice(key);
        self.last = Some(Last {
            partition,
            word,
            key: start..self.buffer.len(),
        });
        self.push_value(value)
    }

    /// Ends the current run; the next record may have any key. A run without records is none.
    ///
    /// # Errors
    ///
    /// Where the disk fails.
    pub fn end_run(&mut self) -> Result<(), ShuffleError> {
        let index = self.position();
        if index == self.start {
            return Ok(());
        }
        self.flush()?;
        self.sink.append(&self.index.take())?;
        let (start, end) = (self.start, self.position());
        self.runs.push(Run {
            start,
            index,
            end,
            records: std::mem::take(&mut self.records),
        });
        self.start = end;
        Ok(())
    }

    /// Ends the last run and the file.
    ///
    /// # Errors
    ///
    /// Where the disk fails.
    pub fn finish(mut self) -> Result<MapRuns, ShuffleError> {
        self.end_run()?;
        let footer = encode_footer(self.position(), &self.runs);
        self.sink.append(&footer)?;
        let bytes = self.sink.len();
        let records = self.runs.iter().map(|run| run.records).sum();
        let spilled = self.runs.last().map_or(0, |last| last.start);
        let runs = self.runs.len() as u64;
        Ok(match self.sink.into_store() {
            Store::File { path, .. } => MapRuns::File(FileRuns {
                path,
                bytes,
                records,
                runs,
                spilled,
            }),
            store => MapRuns::Memory(MemoryRuns {
                store: Arc::new(store),
                bytes,
                records,
                runs,
            }),
        })
    }

    /// Ends the last run, for who knows where they are without a footer.
    pub(super) fn into_runs(mut self) -> Result<(Store, Vec<Run>), ShuffleError> {
        self.end_run()?;
        Ok((self.sink.into_store(), self.runs))
    }

    /// Bytes of memory held.
    pub fn memory(&self) -> usize {
        self.buffer.capacity().max(self.block_size) + self.index.memory() + self.sink.memory()
    }

    fn position(&self) -> u64 {
        self.sink.len() + self.buffer.len() as u64
    }

    #[inline]
    fn push_value(&mut self, value: &[u8]) -> Result<(), ShuffleError> {
        if value.len() < self.block_size {
            self.buffer.extend_from_slice(value);
            return Ok(());
        }
        // The value goes out by itself, so that the buffer stays small.
        self.flush()?;
        self.sink.append(value)
    }

    #[cold]
    #[inline(never)]
    fn make_room(&mut self, key: usize, value: usize) -> Result<(), ShuffleError> {
        self.limit.check(key, value)?;
        self.flush()?;
        self.buffer.shrink_to(self.block_size);
        let missing = self.block_size.saturating_sub(self.buffer.capacity());
        self.buffer.reserve_exact(missing);
        Ok(())
    }

    fn begin_block(&mut self, partition: u32, key: &[u8]) {
        let offset = self.position() - self.start;
        self.index.push(partition, offset, self.records - 1, key);
    }

    /// Writes the buffer, and ends the block with it.
    fn flush(&mut self) -> Result<(), ShuffleError> {
        self.last = None;
        self.sink.append(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}

/// Bytes of a block, and of the buffer, with a memory budget.
pub(super) fn block_size(memory: usize) -> usize {
    (memory / 64).clamp(SMALLEST_BLOCK, BLOCK)
}
