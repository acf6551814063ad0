//! What a map task leaves for the reducers.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::error::ShuffleError;
use super::format::{Run, TRAILER, decode_table, decode_trailer};
use super::sink::Store;

/// The sorted runs of one map task.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum MapRuns {
    /// In a file: this travels between processes.
    File(FileRuns),
    /// In memory; it cannot be serialized.
    #[serde(skip)]
    Memory(MemoryRuns),
}

/// Sorted runs in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FileRuns {
    /// The file.
    #[serde(with = "crate::path_bytes")]
    pub path: PathBuf,
    /// Its length.
    pub bytes: u64,
    /// Records in all runs.
    pub records: u64,
    /// Number of runs.
    pub runs: u64,
    /// Bytes of all runs but the last: what was written because memory was full.
    pub spilled: u64,
}

/// Sorted runs in memory.
#[derive(Debug, Clone)]
pub struct MemoryRuns {
    pub(super) store: Arc<Store>,
    pub(super) bytes: u64,
    pub(super) records: u64,
    pub(super) runs: u64,
}

impl MapRuns {
    /// Bytes of the runs with their indexes.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::File(runs) => runs.bytes,
            Self::Memory(runs) => runs.bytes,
        }
    }

    /// Records in all runs.
    pub fn records(&self) -> u64 {
        match self {
            Self::File(runs) => runs.records,
            Self::Memory(runs) => runs.records,
        }
    }

    /// Number of runs; all but one were spilled because memory was full.
    pub fn runs(&self) -> u64 {
        match self {
            Self::File(runs) => runs.runs,
            Self::Memory(runs) => runs.runs,
        }
    }

    /// Bytes written to disk because memory was full.
    pub fn spilled(&self) -> u64 {
        match self {
            Self::File(runs) => runs.spilled,
            Self::Memory(_) => 0,
        }
    }

    /// Opens the runs, and finds out whether they are whole.
    pub(super) fn open(&self) -> Result<Arc<Store>, ShuffleError> {
        match self {
            Self::Memory(runs) => Ok(Arc::clone(&runs.store)),
            Self::File(runs) => {
                let store = Store::open(&runs.path)?;
                let bytes = store.len()?;
                if bytes != runs.bytes {
                    let what = "the file has not the length that it was written with";
                    return Err(store.damaged(bytes, what));
                }
                Ok(Arc::new(store))
            }
        }
    }
}

/// The runs of a file.
pub(super) fn read_table(store: &Store) -> Result<Vec<Run>, ShuffleError> {
    let len = store.len()?;
    let damaged = || store.damaged(len, "the file doesn't end as sorted records do");
    let trailer_at = len.checked_sub(TRAILER as u64).ok_or_else(damaged)?;
    let mut trailer = [0; TRAILER];
    store.read_exact_at(&mut trailer, trailer_at)?;
    let (table, bytes) = decode_trailer(&trailer, len).ok_or_else(damaged)?;
    decode_table(&store.read_vec(table, bytes)?, table).ok_or_else(damaged)
}
