//! From a step's input to the splits of its map tasks: every byte in exactly one split, in the input's order.
//!
//! Large files are cut at byte offsets (a record belongs to the split in which it begins; the task finds line ends),
//! small ones share a task. Of compressed ones bzip2's are cut, and a byte of any counts for more work. What would be cut is
//! looked at before; what isn't, its task looks at.

mod look;
mod size;

use mrjob_core::codec::Codec;
use mrjob_core::step::StepInfo;
use mrjob_core::task::{Source, Split};

pub(crate) use size::LARGEST;
pub use size::Sizing;

/// One source of a step's input.
#[derive(Debug, Clone)]
pub struct Piece {
    source: Source,
    bytes: u64,
    cut: Cut,
    codec: Option<Codec>,
    /// Whether codec and cut needn't be looked for in its bytes.
    is_known: bool,
}

/// Whether a source can be read from its middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cut {
    /// It has lines, so a reader finds the next record from any byte.
    AtLines,
    /// Its records are framed by lengths, or a mapper wants the whole file, or it is compressed but by bzip2.
    Never,
}

impl Cut {
    /// Whether the input of `step` can be read from its middle.
    pub fn of(step: &StepInfo) -> Self {
        match step.takes_files() || step.binary_input {
            true => Cut::Never,
            false => Cut::AtLines,
        }
    }
}

impl Piece {
    /// All of `source`, which has `bytes` bytes. How it is compressed is known by its name.
    pub fn new(source: Source, bytes: u64, cut: Cut) -> Self {
        let codec = Codec::of(source.name());
        Piece {
            source,
            bytes,
            cut: match codec {
                None | Some(Codec::Bzip2) => cut,
                Some(_) => Cut::Never,
            },
            codec,
            is_known: cut == Cut::Never,
        }
    }

    /// Marks it as what a step wrote, whose bytes are read as they are.
    #[must_use]
    pub fn of_step(self) -> Self {
        Piece {
            is_known: true,
            ..self
        }
    }

    /// Its size.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How much work it is, in bytes that aren't compressed.
    pub(crate) fn work(&self) -> u64 {
        self.bytes * self.weight()
    }

    /// How much work a byte of it is, beside one that isn't compressed.
    fn weight(&self) -> u64 {
        match self.codec {
            None => 1,
            Some(Codec::Bzip2) => 16,
            Some(_) => 4,
        }
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
    divided(pieces, sizing).0
}

/// Divides the job's sources as [`tasks`] does, after a look into each that would be cut.
pub fn divide(mut pieces: Vec<Piece>, sizing: Sizing) -> Vec<Vec<Split>> {
    loop {
        let (tasks, mut cut) = divided(&pieces, sizing);
        cut.retain(|number| !pieces[*number].is_known);
        if cut.is_empty() {
            return tasks;
        }
        for number in cut {
            look::into(&mut pieces[number]);
        }
    }
}

/// A list of splits a task, and the numbers of the pieces that are cut.
fn divided(pieces: &[Piece], sizing: Sizing) -> (Vec<Vec<Split>>, Vec<usize>) {
    let mut cut = Vec::new();
    let total = pieces.iter().map(Piece::work).sum();
    let mut tasks = Vec::new();
    let mut task = Vec::new();
    let mut at = 0;
    let mut task_end = sizing.end(at, total);
    for (number, piece) in pieces.iter().enumerate() {
        let mut from = 0;
        loop {
            let left = piece.bytes - from;
            let take = if piece.cut == Cut::Never {
                left
            } else {
                let share = task_end.saturating_sub(at);
                left.min(share.div_ceil(piece.weight()))
            };
            let to = from + take;
            let end = (to < piece.bytes).then_some(to);
            if from == 0 && end.is_some() {
                cut.push(number);
            }
            let split = Split::new(piece.source.clone(), from, end);
            task.push(split.compressed(piece.codec));
            at += take * piece.weight();
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
    (tasks, cut)
}
