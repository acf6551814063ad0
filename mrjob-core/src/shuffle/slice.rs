//! The part of all keys that one reduce task takes.

use serde::{Deserialize, Serialize};

use super::error::ShuffleError;
use super::index::{Block, Index, cut_key};
use super::runs::{MapRuns, read_table};

/// Places that [`cut`] remembers at most, about 80 bytes each: what is divided may be of any size.
const PLACES: usize = 1 << 16;

/// The part of all keys that one reduce task takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Slice {
    /// A hash partition.
    Partition(u32),
    /// A range of encoded keys, in runs of [`Partitioning::Ranges`](super::Partitioning::Ranges).
    Range {
        /// The first key; from the very first without.
        from: Option<Vec<u8>>,
        /// The first key that is no longer in it; to the very last without.
        to: Option<Vec<u8>>,
    },
}

impl Slice {
    /// All keys of runs of [`Partitioning::Ranges`](super::Partitioning::Ranges).
    pub const ALL: Self = Self::Range {
        from: None,
        to: None,
    };

    /// Whether the blocks before this one needn't be read.
    pub(super) fn may_begin_at(&self, block: &Block<'_>) -> bool {
        match self {
            Self::Partition(_) => false,
            // A cut key that is less is less whatever was cut off; one that is equal may belong to a greater key.
            Self::Range { from, .. } => from.as_ref().is_some_and(|from| block.key < cut_key(from)),
        }
    }

    /// Whether the block and what follows needn't be read.
    pub(super) fn ends_before(&self, block: &Block<'_>) -> bool {
        match self {
            Self::Partition(partition) => block.partition > *partition,
            Self::Range { to, .. } => to.as_ref().is_some_and(|to| block.key >= to.as_slice()),
        }
    }
}

/// Divides the keys of all runs into at most `parts` ranges of about as many bytes each, in order; together they cover
/// every key. There are fewer where there are few blocks to cut at. Only the runs' indexes are read.
///
/// # Errors
///
/// Where the indexes can't be read or are damaged.
pub fn cut(runs: &[MapRuns], parts: usize) -> Result<Vec<Slice>, ShuffleError> {
    let mut blocks = Vec::new();
    if parts > 1 {
        for runs in runs {
            read_blocks(runs, &mut blocks)?;
        }
    }
    blocks.sort_unstable();
    let total: u64 = blocks.iter().map(|(_, bytes)| bytes).sum();
    let mut slices = Vec::new();
    let (mut from, mut passed) = (None, 0);
    let mut last = blocks.first().map(|(key, _)| key.clone());
    for (key, bytes) in blocks {
        let due = (slices.len() as u64 + 1) * total / parts as u64;
        if passed >= due && last.as_ref() < Some(&key) && slices.len() + 1 < parts {
            let to = Some(key.clone());
            slices.push(Slice::Range {
                from: from.replace(key.clone()),
                to,
            });
            last = Some(key);
        }
        passed += bytes;
    }
    slices.push(Slice::Range { from, to: None });
    Ok(slices)
}

/// Keys with the bytes that are about there: a block's lie between its first key and the next block's, so each has half.
fn read_blocks(runs: &MapRuns, to: &mut Vec<(Vec<u8>, u64)>) -> Result<(), ShuffleError> {
    let store = runs.open()?;
    for run in read_table(&store)? {
        let index = Index::read(&store, run)?;
        let ends = index.blocks().skip(1).map(|block| block.offset);
        let mut before = 0;
        for (block, end) in index.blocks().zip(ends.chain([run.index])) {
            let half = (end - block.offset) / 2;
            to.push((block.key.to_vec(), before + half));
            before = half;
            if to.len() == PLACES {
                thin(to);
            }
        }
    }
    Ok(())
}

/// Halves the number of places: each takes its neighbour's bytes.
fn thin(places: &mut Vec<(Vec<u8>, u64)>) {
    places.sort_unstable();
    let mut neighbour = None;
    places.retain_mut(|(_, bytes)| match neighbour.take() {
        None => {
            neighbour = Some(*bytes);
            false
        }
        Some(more) => {
            *bytes += more;
            true
        }
    });
}
