//! The groups of one slice, out of the runs of all map tasks.

use std::path::PathBuf;

use super::error::ShuffleError;
use super::groups::{Groups, ValueBytes};
use super::passes;
use super::runs::MapRuns;
use super::slice::Slice;
use super::source::{Bounds, Extent, Source};
use super::tree::LoserTree;

const LARGEST_BUFFER: usize = 1 << 20;
const SMALLEST_BUFFER: usize = 4 << 10;

/// How runs are merged.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MergeOptions {
    /// Bytes for the buffers that runs are read through.
    pub memory: usize,
    /// Whether records of equal keys are sorted by value. The runs have to be sorted so.
    pub sort_values: bool,
    /// Files that may be open at once; with more, some are merged beforehand.
    pub max_open_files: usize,
    /// The directory for what is merged beforehand.
    pub temp_dir: PathBuf,
}

impl MergeOptions {
    /// Options with 256 files at once and without sorting of values.
    pub fn new(memory: usize, temp_dir: PathBuf) -> Self {
        Self {
            memory,
            sort_values: false,
            max_open_files: 256,
            temp_dir,
        }
    }

    /// Runs that can be read at once: a few even in little memory, and no more than have buffers that make reading
    /// worth its while in much.
    pub(super) fn fan_in(&self) -> usize {
        let half = self.memory / 2;
        let fewest = (half / SMALLEST_BUFFER).min(16);
        fewest.max(half / (32 << 10)).max(2)
    }

    fn buffer(&self, sources: usize) -> usize {
        (self.memory / 2 / sources.max(1)).clamp(SMALLEST_BUFFER, LARGEST_BUFFER)
    }
}

/// Groups in the order of their keys, streamed out of sorted runs. Values of equal keys come in the order of emission:
/// as the map tasks are in the list, then as they were pushed.
#[derive(Debug)]
pub struct Merge {
    bytes: u64,
    key: Vec<u8>,
    values: GroupValues,
}

/// The values of the current group of a [`Merge`].
#[derive(Debug)]
pub struct GroupValues {
    sources: Vec<Source>,
    tree: LoserTree,
    key: Vec<u8>,
    word: u64,
    sort_values: bool,
    at: At,
    records: u64,
}

/// Where the winner of the tree stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// On the first record after the group, which is the next one's.
    After,
    /// On a record of the group that wasn't handed out.
    Next,
    /// On a record of the group that is handed out.
    Lent,
}

impl Merge {
    /// Opens the runs of all map tasks for one slice, in the order of the tasks.
    ///
    /// # Errors
    ///
    /// Where the runs can't be read or are damaged, or what has to be merged beforehand can't be written.
    pub fn open(
        runs: &[MapRuns],
        slice: &Slice,
        options: MergeOptions,
    ) -> Result<Self, ShuffleError> {
        let (extents, bounds) = passes::extents(runs, slice, &options)?;
        Self::from_extents(extents, &bounds, &options)
    }

    pub(super) fn from_extents(
        extents: Vec<Extent>,
        bounds: &Bounds,
        options: &MergeOptions,
    ) -> Result<Self, ShuffleError> {
        let buffer = options.buffer(extents.len());
        let bytes = extents.iter().map(|extent| extent.end - extent.start).sum();
        let sources = extents
            .into_iter()
            .map(|extent| Source::open(extent, bounds, buffer, options.sort_values))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            bytes,
            key: Vec::new(),
            values: GroupValues {
                tree: LoserTree::new(&sources, options.sort_values),
                sources,
                key: Vec::new(),
                word: 0,
                sort_values: options.sort_values,
                at: At::After,
                records: 0,
            },
        })
    }

    /// The next group, as [`Groups::next_group`] without the virtual call.
    ///
    /// # Errors
    ///
    /// Where the runs can't be read or are damaged.
    #[inline]
    pub fn next_group(&mut self) -> Result<Option<(&[u8], &mut GroupValues)>, ShuffleError> {
        while self.values.at != At::After {
            self.values.next_value()?;
        }
        let Some(source) = self.values.sources.get(self.values.tree.winner()) else {
            return Ok(None);
        };
        if source.ended() {
            return Ok(None);
        }
        copy(source.key(), &mut self.key);
        copy(source.key(), &mut self.values.key);
        self.values.word = source.word;
        self.values.at = At::Next;
        Ok(Some((&self.key, &mut self.values)))
    }
}

#[inline]
fn copy(from: &[u8], to: &mut Vec<u8>) {
    to.clear();
    to.extend_from_slice(from);
}

impl Groups for Merge {
    fn next_group(&mut self) -> Result<Option<(&[u8], &mut dyn ValueBytes)>, ShuffleError> {
        let group = Self::next_group(self)?;
        Ok(group.map(|(key, values)| (key, values as &mut dyn ValueBytes)))
    }

    /// Blocks at the slice's edges belong to its neighbours too, and count here as well.
    fn progress(&self) -> (u64, u64) {
        let unread: u64 = self.values.sources.iter().map(Source::unread).sum();
        (self.values.records, self.bytes - unread)
    }
}

impl GroupValues {
    /// Moves the winner on; whether the new one belongs to the group.
    #[inline]
    fn advance(&mut self) -> Result<bool, ShuffleError> {
        let source = &mut self.sources[self.tree.winner()];
        if source.advance()? && !self.sort_values {
            // Nothing that comes before this source has the key, so it has won again.
            return Ok(true);
        }
        self.tree.replay(&self.sources);
        let source = &self.sources[self.tree.winner()];
        Ok(source.word == self.word && !source.ended() && source.key() == self.key)
    }
}

impl ValueBytes for GroupValues {
    #[inline]
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
        Ok(Some(self.sources[self.tree.winner()].read_value()?))
    }
}
