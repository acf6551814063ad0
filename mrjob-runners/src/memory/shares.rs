//! Shares of the memory, and of open files.

use std::num::NonZeroUsize;

use crate::plan::Plan;
use crate::run::RunError;

const MIB: u64 = 1 << 20;

// What a run may take is divided here and nowhere else: `LAUNCHER + workers * (WORKER + share)`. A task divides its
// share itself: to map, among records, index, sort scratch, counts and write buffers, or the table and what it holds;
// to reduce, half for the buffers of what is merged, half for the job's own code and the writing of merged runs.

/// What the launcher keeps for itself: places to divide keys at, above all.
const LAUNCHER: u64 = 16 * MIB;
/// What a worker needs beside its task's share: data of the program, stacks, a block of input, a block of output.
const WORKER: u64 = 6 * MIB;
/// With less than this a task would do nothing but spill.
const LEAST: u64 = 8 * MIB;
/// Files that a process has open besides those of its task.
const OTHER_FILES: u64 = 32;

/// Bytes for the task of each of `workers` workers.
pub(crate) fn share(memory: u64, workers: usize) -> u64 {
    (memory.saturating_sub(LAUNCHER) / workers.max(1) as u64).saturating_sub(WORKER)
}

/// Workers that have enough of `memory`.
pub(crate) fn most_workers(memory: u64) -> NonZeroUsize {
    let most = memory.saturating_sub(LAUNCHER) / (WORKER + LEAST);
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    NonZeroUsize::new(most).unwrap_or(NonZeroUsize::MIN)
}

/// Refuses a plan whose workers would have next to no memory.
pub(crate) fn check(plan: &Plan) -> Result<(), RunError> {
    let workers = plan.workers.get();
    if share(plan.memory, workers) >= LEAST {
        return Ok(());
    }
    let enough = (LAUNCHER + workers as u64 * (WORKER + LEAST)) / MIB;
    let (few, instead) = match workers {
        1 => ("a worker".to_owned(), "run without any: `-r inline`"),
        _ => (
            format!("{workers} workers"),
            "run fewer workers: `--num-cores`",
        ),
    };
    Err(RunError::Unsupported(format!(
        "{} MB of memory are too little for {few}\nhint: give at least {enough} MB: `--memory`, or {instead}",
        plan.memory / MIB,
    )))
}

/// Files that each of `tasks` tasks of one process may have open.
pub(crate) fn max_open_files(tasks: usize) -> usize {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile)
        .current
        .unwrap_or(u64::MAX);
    let each = limit.saturating_sub(OTHER_FILES) / tasks.max(1) as u64;
    usize::try_from(each.clamp(16, 1 << 16)).unwrap_or(16)
}
