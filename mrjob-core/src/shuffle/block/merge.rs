//! Groups out of blocks that come sorted by their first records.

use std::fmt;
use std::io::Read;
use std::num::NonZeroU32;
use std::sync::Arc;

use super::reader::BlockReader;
use super::route::{Prefix, is_before, least};
use crate::shuffle::error::ShuffleError;
use crate::shuffle::groups::{Groups, ValueBytes};
use crate::shuffle::merge::MergeOptions;
use crate::shuffle::source::{Bounds, Extent, Source};
use crate::shuffle::tree::LoserTree;
use crate::shuffle::writer::RunsWriter;

/// Sorted runs on disk that are read beside the blocks; more are merged to one.
const MOST_RUNS: usize = 32;

/// Groups in the order of their keys, streamed out of the blocks of a partition as Hadoop hands them over.
pub struct BlockMerge<R> {
    key: Vec<u8>,
    values: BlockValues<R>,
}

/// The values of the current group.
struct BlockValues<R> {
    blocks: BlockReader<R>,
    options: MergeOptions,
    /// What isn't handed out yet: first the runs on disk, then the blocks in memory.
    sources: Vec<Source>,
    runs: usize,
    tree: LoserTree,
    limit: Limit,
    key: Vec<u8>,
    word: u64,
    at: At,
    records: u64,
    spilled: u64,
}

/// How far everything there is has come.
enum Limit {
    /// Up to this prefix: what is yet to come has it or a greater one.
    Prefix(Prefix),
    /// To the end.
    End,
}

impl Limit {
    /// Whether no record with this key or a smaller one is yet to come.
    #[inline]
    fn is_beyond(&self, key: &[u8]) -> bool {
        match self {
            Limit::Prefix(prefix) => is_before(key, prefix),
            Limit::End => true,
        }
    }

    /// Whether no record with a smaller key is yet to come.
    #[inline]
    fn is_at(&self, key: &[u8]) -> bool {
        match self {
            Limit::Prefix(prefix) => is_before(key, prefix) || key == least(prefix),
            Limit::End => true,
        }
    }
}

/// Where the winner of the tree stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// On the first record after the group.
    After,
    /// On a record of the group that wasn't handed out.
    Next,
    /// On a record of the group that is handed out.
    Lent,
}

impl<R> fmt::Debug for BlockMerge<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockMerge")
            .field("records", &self.values.records)
            .field("spilled", &self.values.spilled)
            .finish_non_exhaustive()
    }
}

impl<R: Read> BlockMerge<R> {
    /// The groups of the blocks that are read `from`. `partition` says of which of how many partitions all have to be.
    pub fn new(from: R, partition: Option<(u32, NonZeroU32)>, options: MergeOptions) -> Self {
        BlockMerge {
            key: Vec::new(),
            values: BlockValues {
                blocks: BlockReader::new(from, partition),
                tree: LoserTree::new(&[], options.sort_values),
                options,
                sources: Vec::new(),
                runs: 0,
                limit: Limit::Prefix([0; _]),
                key: Vec::new(),
                word: 0,
                at: At::After,
                records: 0,
                spilled: 0,
            },
        }
    }

    /// Bytes written to disk because memory was full.
    pub fn spilled(&self) -> u64 {
        self.values.spilled
    }
}

impl<R: Read> Groups for BlockMerge<R> {
    fn next_group(&mut self) -> Result<Option<(&[u8], &mut dyn ValueBytes)>, ShuffleError> {
        while self.values.at != At::After {
            self.values.next_value()?;
        }
        if !self.values.find_group()? {
            return Ok(None);
        }
        self.key.clone_from(&self.values.key);
        Ok(Some((&self.key, &mut self.values)))
    }

    fn progress(&self) -> (u64, u64) {
        (self.values.records, self.values.blocks.offset())
    }
}

impl<R: Read> ValueBytes for BlockValues<R> {
    fn next_value(&mut self) -> Result<Option<&[u8]>, ShuffleError> {
        match self.at {
            At::After => return Ok(None),
            At::Next => self.at = At::Lent,
            At::Lent => {
                if !self.advance()? {
                    self.at = At::After;
                    return Ok(None);
                }
            }
        }
        self.records += 1;
        Ok(Some(self.sources[self.tree.winner()].value()))
    }
}

impl<R: Read> BlockValues<R> {
    /// The source with the least record there is.
    fn winner(&self) -> Option<&Source> {
        let source = self.sources.get(self.tree.winner())?;
        (!source.ended()).then_some(source)
    }

    /// Goes to the next group, as far as blocks have to be read for it.
    fn find_group(&mut self) -> Result<bool, ShuffleError> {
        loop {
            match (self.winner(), &self.limit) {
                (None, Limit::End) => return Ok(false),
                (Some(source), limit) if self.may_begin(source.key(), limit) => {
                    let (word, key) = (source.word, source.key().to_vec());
                    (self.word, self.key, self.at) = (word, key, At::Next);
                    return Ok(true);
                }
                _ => self.load()?,
            }
        }
    }

    /// Whether the group of this key can be handed out, all of it or, where its values may have any order, as it comes.
    fn may_begin(&self, key: &[u8], limit: &Limit) -> bool {
        match self.options.sort_values {
            true => limit.is_beyond(key),
            false => limit.is_at(key),
        }
    }

    /// Moves the winner on; whether there is one more record of the group.
    fn advance(&mut self) -> Result<bool, ShuffleError> {
        let source = &mut self.sources[self.tree.winner()];
        if source.advance()? && !self.options.sort_values {
            // Nothing that comes before this source has the key, so it has won again.
            return Ok(true);
        }
        self.tree.replay(&self.sources);
        loop {
            let word = self.word;
            if self
                .winner()
                .is_some_and(|source| source.word == word && source.key() == self.key)
            {
                return Ok(true);
            }
            if self.limit.is_beyond(&self.key) {
                return Ok(false);
            }
            self.load()?;
        }
    }

    /// Takes the next block.
    fn load(&mut self) -> Result<(), ShuffleError> {
        let Some(block) = self.blocks.next()? else {
            self.limit = Limit::End;
            return Ok(());
        };
        self.limit = Limit::Prefix(block.prefix);
        let Some(records) = block.records else {
            return Ok(());
        };
        let runs = &self.sources[..self.runs];
        self.runs -= runs.iter().filter(|run| run.ended()).count();
        self.sources.retain(|source| !source.ended());
        self.sources.push(records);
        let held: usize = self.sources[self.runs..].iter().map(Source::memory).sum();
        // Blocks are of a size that half of the memory is enough for, where they overlap as they should.
        if held > self.options.memory / 4 * 3 {
            self.spill()?;
        }
        self.tree = LoserTree::new(&self.sources, self.options.sort_values);
        Ok(())
    }

    /// Writes what is held in memory to disk.
    fn spill(&mut self) -> Result<(), ShuffleError> {
        let from = if self.runs < MOST_RUNS { self.runs } else { 0 };
        let sources = &mut self.sources[from..];
        let MergeOptions {
            memory,
            sort_values,
            ..
        } = self.options;
        let mut writer = RunsWriter::unnamed(&self.options.temp_dir, memory)?;
        let mut tree = LoserTree::new(sources, sort_values);
        loop {
            let source = &mut sources[tree.winner()];
            if source.ended() {
                break;
            }
            writer.push(0, source.key(), source.value())?;
            source.advance()?;
            tree.replay(sources);
        }
        let (store, runs) = writer.into_runs()?;
        let store = Arc::new(store);
        self.sources.truncate(from);
        for run in runs {
            let extent = Extent {
                store: Arc::clone(&store),
                start: run.start,
                end: run.index,
            };
            self.spilled += run.end - run.start;
            let buffer = (memory / 8 / MOST_RUNS).clamp(4 << 10, 256 << 10);
            let source = Source::open(extent, &Bounds::default(), buffer)?;
            self.sources.push(source);
        }
        self.runs = self.sources.len();
        Ok(())
    }
}
