//! The bytes of sorted runs. One file holds all runs of a map task.
//!
//! ```text
//! file    := run* table trailer
//! run     := block* index
//! block   := record+                     of one partition; about 64 KB, less where the budget is small
//! record  := varint klen*2, varint vlen, key, value
//!          | varint 1, varint vlen, value          with the key of the record before; never a block's first
//! index   := entry*, one a block
//! entry   := varint partition, offset, records,    each less the entry before's (of the run), the offset in the run
//!            varint n, n bytes                     the block's first key cut to 32 bytes; none with hash partitions
//! table   := (start, index, end, records)*         one a run, u64 little-endian each; offsets in the file
//! trailer := offset of the table, number of runs (u64 little-endian each), 8 bytes of magic and version
//! ```
//!
//! A run is sorted by partition, then key, then value if they are sorted, else in the order of emission; runs are
//! in the order of emission too.

use super::bytes::number;

/// The last bytes of a file; the final one is the version.
pub(super) const MAGIC: [u8; 8] = *b"mrjruns\x01";

/// Bytes of the trailer.
pub(super) const TRAILER: usize = 24;

/// Bytes of the first key of a block that its index entry keeps.
pub(super) const INDEX_KEY: usize = 32;

/// Keys and values end here.
pub(super) const LONGEST: usize = i32::MAX as usize;

const RUN: usize = 32;

/// Where a run is in its file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) start: u64,
    /// Where the blocks end and the index begins.
    pub(super) index: u64,
    pub(super) end: u64,
    pub(super) records: u64,
}

/// The end of a file: table and trailer.
pub(super) fn encode_footer(offset: u64, runs: &[Run]) -> Vec<u8> {
    let mut out = Vec::with_capacity(runs.len() * RUN + TRAILER);
    for run in runs {
        for field in [run.start, run.index, run.end, run.records] {
            out.extend_from_slice(&field.to_le_bytes());
        }
    }
    out.extend_from_slice(&offset.to_le_bytes());
    out.extend_from_slice(&(runs.len() as u64).to_le_bytes());
    out.extend_from_slice(&MAGIC);
    out
}

/// The table's place in a file of `len` bytes, from its trailer; `None` where that is none of ours.
pub(super) fn decode_trailer(trailer: &[u8; TRAILER], len: u64) -> Option<(u64, usize)> {
    let (table, runs) = (number(trailer, 0), number(trailer, 8));
    let bytes = runs.checked_mul(RUN as u64)?;
    let whole = table.checked_add(bytes)?.checked_add(TRAILER as u64)? == len;
    (whole && trailer[16..] == MAGIC).then_some((table, bytes as usize))
}

/// The runs of a table; `None` where they lie outside of the file.
pub(super) fn decode_table(table: &[u8], offset: u64) -> Option<Vec<Run>> {
    let runs = table.chunks_exact(RUN).map(|run| {
        let run = Run {
            start: number(run, 0),
            index: number(run, 8),
            end: number(run, 16),
            records: number(run, 24),
        };
        let inside = run.start <= run.index && run.index <= run.end && run.end <= offset;
        inside.then_some(run)
    });
    runs.collect()
}
