//! How a map task's output is divided, sorted and kept.

use std::num::NonZeroU32;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::error::ShuffleError;
use super::format::LONGEST;
use crate::partition::hash_partition;

/// How keys are divided among reduce tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Partitioning {
    /// By ranges of keys, cut from the runs afterwards: runs are sorted by key alone.
    Ranges,
    /// By Hadoop's hash of the key among so many partitions: runs are sorted by partition, then by key.
    Hash(NonZeroU32),
}

impl Partitioning {
    /// The partition of an encoded key; 0 with [`Partitioning::Ranges`].
    #[inline]
    pub fn partition(self, key: &[u8]) -> u32 {
        match self {
            Self::Ranges => 0,
            Self::Hash(partitions) => hash_partition(key, partitions),
        }
    }
}

/// Where a map task's sorted runs go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunOutput {
    /// To memory while they take less than a quarter of the budget, else to a file in `spill_dir`, which is the
    /// caller's to delete.
    Memory {
        /// The directory of the file, if it comes to one; it is made then.
        #[serde(with = "crate::path_bytes")]
        spill_dir: PathBuf,
    },
    /// To this file.
    File(#[serde(with = "crate::path_bytes")] PathBuf),
}

/// The longest key and value that a task takes, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PairLimit {
    key: usize,
    value: usize,
}

impl PairLimit {
    /// What the format takes.
    pub(super) const FORMAT: PairLimit = PairLimit {
        key: LONGEST,
        value: LONGEST,
    };

    /// Shorter ones are taken whatever the memory.
    const LEAST: usize = 1 << 20;

    /// What has room in so many bytes of memory: of values, one is held, encoded and decoded, by those who emit and who
    /// read it; of keys, also one by every run that is merged.
    pub(crate) fn within(memory: usize) -> Self {
        PairLimit {
            key: (memory / 32).clamp(Self::LEAST, LONGEST),
            value: (memory / 4).clamp(Self::LEAST, LONGEST),
        }
    }

    /// Refuses what is longer.
    pub(crate) fn check(self, key: usize, value: usize) -> Result<(), ShuffleError> {
        let check = |what, bytes, most| match bytes > most {
            true => Err(ShuffleError::TooLarge { what, bytes, most }),
            false => Ok(()),
        };
        check("key", key, self.key)?;
        check("value", value, self.value)
    }
}

/// How a map task's output is divided, sorted and kept.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ShuffleOptions {
    /// How keys are divided among reduce tasks.
    pub partitioning: Partitioning,
    /// Whether records of equal keys are sorted by value; else they keep the order of emission.
    pub sort_values: bool,
    /// Bytes for everything: records, index, sort scratch and write buffers.
    pub memory: usize,
    /// Where sorted runs go.
    pub output: RunOutput,
}

impl ShuffleOptions {
    /// Options for ranges of keys without sorting of values.
    pub fn new(memory: usize, output: RunOutput) -> Self {
        Self {
            partitioning: Partitioning::Ranges,
            sort_values: false,
            memory,
            output,
        }
    }
}
