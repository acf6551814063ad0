//! How much of the input a map task takes.

use std::num::{NonZeroU32, NonZeroUsize};

const MIB: u64 = 1 << 20;

/// A task takes no more than this.
pub(crate) const LARGEST: u64 = 1024 * MIB;
/// Where input is plenty, a task takes no less than this: a combiner pays best over a long task.
const USUAL: u64 = 16 * MIB;
/// A task of lines takes no less than this: below, starting it costs more than sharing it out saves.
const SMALLEST: u64 = 4 * MIB;

/// How the input is divided.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Sizing {
    /// Large tasks first and smaller ones later, so that workers end at the same time: each takes three quarters of
    /// its worker's share of what is left. One worker has no others to wait for.
    Guided {
        /// Tasks that run at once.
        workers: NonZeroUsize,
    },
    /// The same for whole files, each of which may take long whatever its size: no least size.
    Files {
        /// Tasks that run at once.
        workers: NonZeroUsize,
    },
    /// This many tasks of the same size.
    Even(NonZeroU32),
}

impl Sizing {
    /// Where the task that begins at byte `start` of `total` ends; past `start` unless that is the end.
    pub(super) fn end(self, start: u64, total: u64) -> u64 {
        let left = total - start.min(total);
        if left == 0 {
            return total;
        }
        match self {
            Sizing::Guided { workers } => start + guided(left, workers),
            Sizing::Files { workers } => start + left.div_ceil(2 * count(workers)),
            Sizing::Even(tasks) => even(start, total, tasks),
        }
    }
}

fn guided(left: u64, workers: NonZeroUsize) -> u64 {
    if workers == NonZeroUsize::MIN {
        return left.min(LARGEST);
    }
    let share = left.div_ceil(count(workers));
    let size = (share - share / 4)
        .max(share.clamp(SMALLEST, USUAL))
        .min(LARGEST);
    // A crumb isn't worth a task of its own.
    if left < size + SMALLEST / 2 {
        left
    } else {
        size
    }
}

/// The first of the boundaries `total * i / tasks` past `start`.
fn even(start: u64, total: u64, tasks: NonZeroU32) -> u64 {
    let (start, whole, tasks) = (
        u128::from(start),
        u128::from(total),
        u128::from(tasks.get()),
    );
    let number = start * tasks / whole + 1;
    u64::try_from((whole * number).div_ceil(tasks))
        .unwrap_or(total)
        .min(total)
}

fn count(workers: NonZeroUsize) -> u64 {
    u64::try_from(workers.get()).unwrap_or(u64::MAX / 2)
}
