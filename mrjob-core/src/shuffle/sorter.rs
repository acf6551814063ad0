//! Records of a map task without a combiner: collected, sorted, spilled.

use super::error::ShuffleError;
use super::options::{Partitioning, RunOutput, ShuffleOptions};
use super::pages::ask_for_large;
use super::records::{Entry, Records, Unplaced};
use super::runs::MapRuns;
use super::sort::{scratch_per_record, sort, starts};
use super::writer::{RunsWriter, block_size};

/// Records whose place is fetched ahead of writing them.
const AHEAD: usize = 32;

/// More is spilled, so that entries can be counted in 32 bits.
const LARGEST: usize = 64 << 30;

/// Bytes of the counts of a radix pass over many records.
const COUNTS: usize = (1 << 16) * size_of::<u32>();

/// Collects a map task's records and leaves them as sorted runs, within a budget of memory.
///
/// ```
/// use mrjob_core::shuffle::{
///     Merge, MergeOptions, RunOutput, ShuffleError, ShuffleOptions, Slice, Sorter, ValueBytes,
/// };
///
/// let dir = std::env::temp_dir();
/// let output = RunOutput::Memory { spill_dir: dir.clone() };
/// let mut sorter = Sorter::new(ShuffleOptions::new(1 << 20, output))?;
/// for (key, value) in [("b", "1"), ("a", "2"), ("b", "3")] {
///     sorter.push_bytes(key.as_bytes(), value.as_bytes())?;
/// }
/// let runs = sorter.finish()?;
/// let mut merge = Merge::open(&[runs], &Slice::ALL, MergeOptions::new(1 << 20, dir))?;
/// let (key, values) = merge.next_group()?.expect("there are two groups");
/// assert_eq!(key, b"a");
/// assert_eq!(values.next_value()?, Some(&b"2"[..]));
/// # Ok::<(), ShuffleError>(())
/// ```
#[derive(Debug)]
pub struct Sorter {
    records: Records,
    /// One entry a record. This and the scratch are kept from run to run: what is freed and taken again in other sizes
    /// leaves holes that count for the process and hold nothing.
    index: Vec<Entry>,
    scratch: Vec<Entry>,
    /// Entries that the index grows by at least.
    part: usize,
    options: ShuffleOptions,
    /// Bytes for records, index and sort scratch.
    limit: usize,
    /// Bytes of the limit that are left to others.
    lent: usize,
    writer: RunsWriter,
}

impl Sorter {
    /// An empty sorter of some kilobytes.
    ///
    /// # Errors
    ///
    /// Where the output file can't be made.
    pub fn new(options: ShuffleOptions) -> Result<Self, ShuffleError> {
        let writer = RunsWriter::new(&options)?;
        Ok(Self::with_writer(options, writer))
    }

    /// A sorter that goes on after what `writer` has written already.
    pub fn with_writer(options: ShuffleOptions, writer: RunsWriter) -> Self {
        let records = Records::new(options.memory);
        let part = records.chunk_size() / size_of::<Entry>();
        let buffers = 2 * block_size(options.memory)
            + options.output.memory(options.memory)
            + COUNTS.min(options.memory / 8);
        Self {
            index: Vec::new(),
            scratch: Vec::new(),
            part,
            limit: options.memory.saturating_sub(buffers).min(LARGEST),
            lent: 0,
            records,
            options,
            writer,
        }
    }

    /// Leaves `bytes` of the budget to others, from now on. What has no place any more is written as a run.
    ///
    /// # Errors
    ///
    /// Where the disk fails.
    pub fn make_room_for(&mut self, bytes: usize) -> Result<(), ShuffleError> {
        self.lent = bytes;
        if self.needed() > self.room() {
            self.write_run()?;
            (self.index, self.scratch) = (Vec::new(), Vec::new());
            self.records.drop_spare();
        }
        Ok(())
    }

    /// Bytes for records, index and sort scratch now.
    fn room(&self) -> usize {
        self.limit.saturating_sub(self.lent)
    }

    /// Takes a record: the closures append the encoded key and value to what they are given, and do nothing else to it.
    /// A record whose closure fails is as if it had never been.
    ///
    /// # Errors
    ///
    /// The closures' errors, and [`ShuffleError`] where the disk fails or the record is too large.
    #[inline]
    pub fn push<E: From<ShuffleError>>(
        &mut self,
        key: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
        value: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.index.len() == self.index.capacity() || !self.records.has_room() {
            self.make_room()?;
        }
        match self.records.append(key, value)? {
            Ok(entry) => self.index.push(entry),
            Err(unplaced) => self.relocate(unplaced)?,
        }
        Ok(())
    }

    /// Takes a record that is encoded already.
    ///
    /// # Errors
    ///
    /// Where the disk fails or the record is too large.
    #[inline]
    pub fn push_bytes(&mut self, key: &[u8], value: &[u8]) -> Result<(), ShuffleError> {
        let append = |bytes| {
            move |to: &mut Vec<u8>| {
                to.extend_from_slice(bytes);
                Ok(())
            }
        };
        self.push(append(key), append(value))
    }

    /// Sorts and writes what is left.
    ///
    /// # Errors
    ///
    /// Where the disk fails.
    pub fn finish(mut self) -> Result<MapRuns, ShuffleError> {
        self.write_run()?;
        self.writer.finish()
    }

    /// Bytes held or needed to sort what is held.
    pub fn memory(&self) -> usize {
        self.needed() + self.writer.memory()
    }

    fn needed(&self) -> usize {
        self.records.memory() + self.index_memory(self.index.capacity())
    }

    /// Bytes of so many entries and of what sorting them takes.
    fn index_memory(&self, entries: usize) -> usize {
        entries * (size_of::<Entry>() + scratch_per_record(self.options.partitioning))
    }

    #[cold]
    #[inline(never)]
    fn make_room(&mut self) -> Result<(), ShuffleError> {
        let mut growth = self.growth();
        let more = self.index_memory(growth) + self.records.next_chunk_memory();
        if more > 0 && self.needed() + more > self.room() {
            self.records.drop_spare();
            if self.needed() + more > self.room() {
                self.write_run()?;
                growth = self.growth();
            }
        }
        // A large allocation is moved by the page table, so that growing by little is cheap.
        self.index.reserve_exact(growth);
        ask_for_large(&self.index);
        if !self.records.has_room() {
            self.records.next_chunk();
        }
        Ok(())
    }

    /// Entries that the index has to grow by.
    fn growth(&self) -> usize {
        match self.index.capacity() {
            capacity if capacity > self.index.len() => 0,
            capacity => self.part.max(capacity / 16),
        }
    }

    #[cold]
    #[inline(never)]
    fn relocate(&mut self, record: Unplaced) -> Result<(), ShuffleError> {
        let entry = self.records.relocate(record)?;
        self.index.push(entry);
        if self.needed() > self.room() {
            self.write_run()?;
        }
        Ok(())
    }

    /// Sorts what is held, writes it as a run and forgets it.
    fn write_run(&mut self) -> Result<(), ShuffleError> {
        if self.index.is_empty() {
            return Ok(());
        }
        let mut index = std::mem::take(&mut self.index);
        let mut scratch = std::mem::take(&mut self.scratch);
        if scratch.len() < index.len() {
            drop(scratch);
            scratch = Vec::with_capacity(index.capacity());
            ask_for_large(&scratch);
            scratch.resize(index.capacity(), Entry { word: 0, place: 0 });
        }
        let ends = self.by_partition(&mut index, &mut scratch);
        let mut start = 0;
        for (partition, end) in ends.into_iter().enumerate() {
            let range = start..end as usize;
            start = end as usize;
            let (entries, scratch) = (&mut index[range.clone()], &mut scratch[range]);
            sort(&self.records, self.options.sort_values, entries, scratch);
            self.write_partition(partition as u32, entries)?;
        }
        self.writer.end_run()?;
        self.records.clear();
        self.keep(index, scratch);
        Ok(())
    }

    /// Keeps index and scratch for the next run, unless records have become so large that most of both is in vain.
    fn keep(&mut self, mut index: Vec<Entry>, scratch: Vec<Entry>) {
        if index.len() >= index.capacity() / 2 {
            index.clear();
            (self.index, self.scratch) = (index, scratch);
        }
    }

    fn write_partition(&mut self, partition: u32, entries: &[Entry]) -> Result<(), ShuffleError> {
        for (at, entry) in entries.iter().enumerate() {
            if let Some(ahead) = entries.get(at + AHEAD) {
                self.records.prefetch(ahead);
            }
            let (key, value) = self.records.get(entry);
            self.writer.push(partition, key, value)?;
        }
        Ok(())
    }

    /// Orders entries by partition, those of each in the order of emission; where the partitions end.
    fn by_partition(&self, index: &mut [Entry], scratch: &mut [Entry]) -> Vec<u32> {
        let Partitioning::Hash(reducers) = self.options.partitioning else {
            return vec![index.len() as u32];
        };
        let mut counts = vec![0u32; reducers.get() as usize];
        let mut partitions = Vec::with_capacity(index.len());
        for entry in &*index {
            let key = self.records.key(entry);
            let partition = self.options.partitioning.partition(key);
            counts[partition as usize] += 1;
            partitions.push(partition);
        }
        starts(&mut counts);
        for (entry, partition) in index.iter().zip(partitions) {
            let next = &mut counts[partition as usize];
            scratch[*next as usize] = *entry;
            *next += 1;
        }
        index.copy_from_slice(&scratch[..index.len()]);
        counts
    }
}

impl RunOutput {
    /// Bytes that this takes of a memory budget for what is kept.
    fn memory(&self, budget: usize) -> usize {
        match self {
            Self::Memory { .. } => budget / 4,
            Self::File(_) => 0,
        }
    }
}
