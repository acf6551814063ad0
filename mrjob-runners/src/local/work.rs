//! The tasks of a phase as orders, and the files of their attempts.

use std::fs;
use std::io;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use mrjob_core::shuffle::{RunOutput, Slice};
use mrjob_core::task::{MapTarget, MapTask, PartTarget, ReduceTask, Source, Split, TaskReport};

use super::messages::{Order, frame};
use super::pool::Pool;
use super::schedule::schedule;
use super::{Workers, max_open_files, memory};
use crate::event::Phase;
use crate::runner::{Run, RunError};
use crate::split::LARGEST;
use crate::steps::{Executor, MapPhase, ReducePhase, Space};

/// The tasks of a phase, as the scheduler sees them.
pub(super) trait Work {
    /// The step, from 0.
    fn step(&self) -> usize;

    /// The phase.
    fn phase(&self) -> Phase;

    /// Number of tasks.
    fn tasks(&self) -> usize;

    /// The order to run an attempt at a task that has taken `others` over.
    fn order(&self, task: u32, attempt: u32, others: &[u32]) -> io::Result<Vec<u8>>;

    /// Splits of tasks that haven't begun, for a task that has read its own.
    fn splits(&self, tasks: &[u32]) -> Vec<Split>;

    /// Whether a task that has read so many bytes may take over others.
    fn may_grow(&self, read: u64) -> bool;

    /// Deletes what an attempt that died may have left.
    fn forget(&self, task: u32, attempt: u32);

    /// What a task that has taken `others` over reads, in words.
    fn describe(&self, task: u32, others: &[u32]) -> String;
}

/// Gives tasks to workers.
pub(super) struct LocalExecutor<'a> {
    run: &'a Run<'a>,
    kind: Workers,
    pool: Pool<'a>,
}

impl<'a> LocalExecutor<'a> {
    pub(super) fn new(run: &'a Run<'a>, kind: Workers) -> Self {
        LocalExecutor {
            run,
            kind,
            pool: Pool::new(run, kind),
        }
    }

    /// Bytes of memory for each of `tasks` tasks, of which as many run at once as there are workers.
    fn memory(&self, tasks: usize) -> usize {
        let share = memory::share(self.run.plan.memory, tasks.min(self.run.plan.workers.get()));
        usize::try_from(share).unwrap_or(usize::MAX)
    }
}

impl Executor for LocalExecutor<'_> {
    fn workers(&self) -> NonZeroUsize {
        self.run.plan.workers
    }

    fn memory_limit(&self) -> usize {
        0
    }

    fn map(&mut self, phase: &MapPhase, space: &Space) -> Result<Vec<TaskReport>, RunError> {
        let memory = self.memory(phase.tasks.len());
        schedule(
            &mut self.pool,
            self.run,
            &MapWork {
                phase,
                space,
                memory,
            },
        )
    }

    fn reduce(&mut self, phase: ReducePhase, space: &Space) -> Result<Vec<TaskReport>, RunError> {
        let in_this_process = match self.kind {
            Workers::Processes => 1,
            Workers::Threads => self.run.plan.workers.get(),
        };
        let work = ReduceWork {
            memory: self.memory(phase.tasks.len()),
            max_open_files: max_open_files(in_this_process),
            phase: &phase,
            space,
        };
        schedule(&mut self.pool, self.run, &work)
    }

    fn close(&mut self) {
        self.pool.dismiss();
    }
}

struct MapWork<'a> {
    phase: &'a MapPhase,
    space: &'a Space,
    memory: usize,
}

impl MapWork<'_> {
    /// The one file that an attempt writes.
    fn file(&self, task: u32, attempt: u32) -> PathBuf {
        match self.phase.partitioning {
            Some(_) => self.space.runs_file(self.phase.step, task, attempt),
            None => self.space.part_file(self.phase.step, task, attempt),
        }
    }
}

impl Work for MapWork<'_> {
    fn step(&self) -> usize {
        self.phase.step
    }

    fn phase(&self) -> Phase {
        Phase::Map
    }

    fn tasks(&self) -> usize {
        self.phase.tasks.len()
    }

    fn order(&self, task: u32, attempt: u32, others: &[u32]) -> io::Result<Vec<u8>> {
        let file = self.file(task, attempt);
        let target = match self.phase.partitioning {
            Some(partitioning) => MapTarget::Shuffle {
                partitioning,
                runs: RunOutput::File(file),
            },
            None => MapTarget::Part(PartTarget::File(file)),
        };
        frame(&Order::Map(MapTask {
            step: self.phase.step,
            number: task,
            attempt,
            splits: [self.splits(&[task]), self.splits(others)].concat(),
            memory: self.memory,
            target,
        }))
    }

    fn splits(&self, tasks: &[u32]) -> Vec<Split> {
        let splits = |&task: &u32| self.phase.tasks[task as usize].clone();
        tasks.iter().flat_map(splits).collect()
    }

    fn may_grow(&self, read: u64) -> bool {
        self.phase.grows && read < LARGEST
    }

    fn forget(&self, task: u32, attempt: u32) {
        let _ = fs::remove_file(self.file(task, attempt));
    }

    fn describe(&self, task: u32, others: &[u32]) -> String {
        match [self.splits(&[task]), self.splits(others)].concat().as_slice() {
            [] => "no input".to_owned(),
            [split] => range(split),
            [split, others @ ..] => format!("{} and {} more", range(split), others.len()),
        }
    }
}

/// `bytes 0..1000 of in.txt`
fn range(split: &Split) -> String {
    let name = match &split.source {
        Source::File { name, .. } | Source::Memory { name, .. } => name.as_str(),
        _ => "the input",
    };
    match (split.start, split.end) {
        (0, None) => name.to_owned(),
        (start, None) => format!("bytes {start} to the end of {name}"),
        (start, Some(end)) => format!("bytes {start}..{end} of {name}"),
    }
}

struct ReduceWork<'a> {
    phase: &'a ReducePhase,
    space: &'a Space,
    memory: usize,
    max_open_files: usize,
}

impl Work for ReduceWork<'_> {
    fn step(&self) -> usize {
        self.phase.step
    }

    fn phase(&self) -> Phase {
        Phase::Reduce
    }

    fn tasks(&self) -> usize {
        self.phase.tasks.len()
    }

    fn order(&self, task: u32, attempt: u32, _others: &[u32]) -> io::Result<Vec<u8>> {
        frame(&Order::Reduce(ReduceTask {
            step: self.phase.step,
            number: task,
            attempt,
            runs: self.phase.runs.clone(),
            slice: self.phase.tasks[task as usize].clone(),
            memory: self.memory,
            // Intermediate merges have no names there.
            temp_dir: self.space.temp().path().to_owned(),
            max_open_files: self.max_open_files,
            target: PartTarget::File(self.space.part_file(self.phase.step, task, attempt)),
        }))
    }

    fn splits(&self, _tasks: &[u32]) -> Vec<Split> {
        Vec::new()
    }

    fn may_grow(&self, _read: u64) -> bool {
        false
    }

    fn forget(&self, task: u32, attempt: u32) {
        let _ = fs::remove_file(self.space.part_file(self.phase.step, task, attempt));
    }

    fn describe(&self, task: u32, _others: &[u32]) -> String {
        let of = self.phase.tasks.len();
        match &self.phase.tasks[task as usize] {
            Slice::Partition(number) => format!("partition {number} of {of}"),
            _ => format!("key range {} of {of}", task + 1),
        }
    }
}
