//! The ordered block shuffle: sorted records go through Hadoop in blocks, of which Hadoop's own partitioner and sort make what
//! the reduce task can merge as a stream.
//!
//! ```text
//! record := u32 length, key, u32 length, block      big-endian: Hadoop Streaming's `rawbytes`
//! key    := prefix, route
//! prefix := 64 bytes: the key of the block's first record, cut, or with zeros behind it
//! route  := up to 7 bytes by which Hadoop's hash of the whole is one of the block's partition
//! block  := checksum (u64 little-endian), record+   as in a block of a sorted run; all of one partition
//! ```
//!
//! Hadoop sorts by the bytes of the key, so that blocks come in the order of their first records. Whatever is less than the
//! prefix of the block that came last is therefore complete, and a reduce task holds about one block of each map task,
//! however large its partition. What a prefix doesn't tell apart waits for the next one: where that fills the memory,
//! what waits is written to disk as a sorted run.
//!
//! | file | what is in it |
//! |---|---|
//! | `rawbytes` | the framing |
//! | `route` | prefix and route |
//! | `writer` | the sorted runs of a map task as blocks |
//! | `reader`, `merge` | blocks as groups |

mod merge;
mod rawbytes;
mod reader;
mod route;
mod writer;

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

pub use merge::BlockMerge;
pub use rawbytes::{RawRecords, RawValues};
pub use writer::{BlockOptions, write_blocks};

/// Bytes of the checksum in front of a block's records.
const CHECKSUM: usize = 8;

/// What a block's records are checked by. Blocks are read by the program that wrote them.
fn checksum(records: &[u8]) -> u64 {
    let mut hasher = FixedState::with_seed(0).build_hasher();
    hasher.write(records);
    hasher.finish()
}
