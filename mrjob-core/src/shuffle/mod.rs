//! From a mapper's emits to sorted groups, within a memory budget. Bytes only: keys are encoded so that their order is
//! `memcmp`'s.
//!
//! | file | what is in it |
//! |---|---|
//! | `options` | how a map task's output is divided, sorted and kept |
//! | `hash`, `table`, `drain` | accumulators by key, for jobs with a combiner |
//! | `records`, `sort`, `sorter` | records as emitted, for jobs without one |
//! | `format`, `writer`, `sink`, `runs` | sorted runs in a file or in memory |
//! | `index`, `slice` | where a partition or a range of keys is in a run, and how to divide keys evenly |
//! | `block` | the shuffle through Hadoop: runs as ordered blocks, and groups out of them |
//! | `source`, `tree`, `passes`, `merge`, `groups` | groups out of the runs of all map tasks |
//!
//! A map task fills a [`CombineTable`] and drains it into a [`RunsWriter`], or fills a [`Sorter`]; either leaves
//! [`MapRuns`]. A reduce task opens a [`Merge`] over the runs of all map tasks for its [`Slice`].

#[cfg(feature = "streaming")]
mod block;
mod bytes;
mod drain;
mod error;
mod format;
mod groups;
mod hash;
mod index;
mod merge;
mod options;
mod pages;
mod passes;
mod prefetch;
mod records;
mod runs;
mod sink;
mod slice;
mod slots;
mod sort;
mod sorter;
mod source;
mod table;
mod tree;
mod writer;

#[cfg(feature = "streaming")]
pub use block::{BlockMerge, BlockOptions, RawRecords, RawValues, write_blocks};
pub use error::ShuffleError;
pub use groups::{Groups, ValueBytes};
pub use hash::HashedKey;
pub use merge::{GroupValues, Merge, MergeOptions};
pub(crate) use options::PairLimit;
pub use options::{Partitioning, RunOutput, ShuffleOptions};
pub use prefetch::Prefetcher;
pub use runs::{FileRuns, MapRuns, MemoryRuns};
#[cfg(feature = "streaming")]
pub use slice::first_keys;
pub use slice::{Slice, cut};
pub use sorter::Sorter;
pub use table::CombineTable;
pub use writer::RunsWriter;
