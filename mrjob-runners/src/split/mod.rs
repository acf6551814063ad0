//! From a step's input to the splits of its map tasks: every byte in exactly one split, in the input's order.
//!
//! Large files are cut at byte offsets (a record belongs to the split in which it begins; the task finds line ends),
//! small ones share a task.

mod size;

use std::path::Path;

use mrjob_core::task::{Source, Split};

pub(crate) use size::LARGEST;
pub use size::Sizing;

/// One source of a step's input.
#[derive(Debug, Clone)]
pub struct Piece {
    source: Source,
    bytes: u64,
    cut: Cut,
}

/// Whether a source can be read from its middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cut {
    /// It has lines, so a reader finds the next record from any byte.
    AtLines,
    /// It is compressed, or its records are framed by lengths, or a mapper wants the whole file.
    Never,
}

impl Piece {
    /// All of `source`, which has `bytes` bytes. Compressed files, known by their names, are never cut.
    pub fn new(source: Source, bytes: u64, cut: Cut) -> Self {
        let compressed = matches!(&source, Source::File { path, .. } if is_compressed(path));
        Piece {
            source,
            bytes,
            cut: if compressed { Cut::Never } else { cut },
        }
    }

    /// Its size.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// Divides `pieces` among map tasks: a list of splits a task, one task at least.
///
/// ```
/// use std::{num::NonZeroU32, sync::Arc};
/// use mrjob_core::task::Source;
/// use mrjob_runners::split::{Cut, Piece, Sizing, tasks};
///
/// let source = Source::Memory { bytes: Arc::new(b"one\ntwo\nthree\n".to_vec()), name: "text".into() };
/// let halves = tasks(&[Piece::new(source, 14, Cut::AtLines)], Sizing::Even(NonZeroU32::new(2).expect("not zero")));
/// assert_eq!(halves.len(), 2);
/// assert_eq!((halves[0][0].start, halves[0][0].end), (0, Some(7)));
/// assert_eq!((halves[1][0].start, halves[1][0].end), (7, None));
/// ```
pub fn tasks(pieces: &[Piece], sizing: Sizing) -> Vec<Vec<Split>> {
    let total = pieces.iter().map(|piece| piece.bytes).sum();
    let mut tasks = Vec::new();
    let mut task = Vec::new();
    let mut at = 0;
    let mut task_end = sizing.end(at, total);
    for piece in pieces {
        let mut from = 0;
        loop {
            let left = piece.bytes - from;
            let take = if piece.cut == Cut::Never {
                left
            } else {
                left.min(task_end.saturating_sub(at))
            };
            let to = from + take;
            task.push(Split::new(
                piece.source.clone(),
                from,
                (to < piece.bytes).then_some(to),
            ));
            at += take;
            from = to;
            // What is left may be files of no bytes: they join the last task.
            if at >= task_end && at < total {
                tasks.push(std::mem::take(&mut task));
                task_end = sizing.end(at, total);
            }
            if from == piece.bytes {
                break;
            }
        }
    }
    if !task.is_empty() || tasks.is_empty() {
        tasks.push(task);
    }
    tasks
}

/// Whether a file's name says that it is compressed.
pub(crate) fn is_compressed(path: &Path) -> bool {
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    [
        "gz", "bgz", "bz2", "zst", "xz", "lzma", "lz4", "sz", "snappy", "br", "deflate", "Z",
    ]
    .contains(&extension)
}
