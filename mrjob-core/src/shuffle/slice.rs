//! The part of all keys that one reduce task takes.

use serde::{Deserialize, Serialize};

use super::error::ShuffleError;
use super::format::INDEX_KEY;
#[cfg(feature = "streaming")]
use super::groups::ValueBytes;
use super::index::{Block, Index, cut_key};
#[cfg(feature = "streaming")]
use super::merge::{Merge, MergeOptions};
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

    /// The key that the next slice begins with, if that is known to the last byte.
    pub(crate) fn end(&self) -> Option<&[u8]> {
        match self {
            Self::Range { to: Some(to), .. } if to.len() < INDEX_KEY => Some(to),
            Self::Range { .. } | Self::Partition(_) => None,
        }
    }

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

/// The first keys of all but the first of `parts` ranges that have about as many bytes of the runs each. There are fewer where
/// there are few keys.
///
/// # Errors
///
/// Where the runs can't be read.
#[cfg(feature = "streaming")]
pub fn first_keys(
    runs: &[MapRuns],
    parts: u32,
    options: &MergeOptions,
) -> Result<Vec<Vec<u8>>, ShuffleError> {
    let mut total = 0;
    each_group(runs, options, |_, bytes| total += bytes)?;
    let (mut firsts, mut passed) = (Vec::new(), 0);
    each_group(runs, options, |key, bytes| {
        let due = (firsts.len() as u64 + 1) * total / u64::from(parts);
        if passed >= due && passed > 0 && firsts.len() + 1 < parts as usize {
            firsts.push(key.to_vec());
        }
        passed += bytes;
    })?;
    Ok(firsts)
}

/// Calls `each` with every key, in order, and the bytes of its records.
#[cfg(feature = "streaming")]
fn each_group(
    runs: &[MapRuns],
    options: &MergeOptions,
    mut each: impl FnMut(&[u8], u64),
) -> Result<(), ShuffleError> {
    let mut merge = Merge::open(runs, &Slice::ALL, options.clone())?;
    while let Some((key, values)) = merge.next_group()? {
        let mut bytes = 0;
        while let Some(value) = values.next_value()? {
            bytes += (key.len() + value.len()) as u64 + 2;
        }
        each(key, bytes);
    }
    Ok(())
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
