//! The tasks of a phase as orders, and the files of their attempts.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::{fs, io};

use mrjob_core::shuffle::{RunOutput, Slice};
use mrjob_core::task::{MapTarget, MapTask, ReduceTask, Split, TaskReport, TaskSetting};

use super::home::Home;
use super::messages::{Order, Task, frame};
use super::pool::Pool;
use super::schedule::schedule;
use super::spawn::WorkerId;
use crate::drive::{Executor, MapPhase, ReducePhase, Space};
use crate::event::Phase;
use crate::memory::shares::{self, max_open_files};
use crate::run::{Run, RunError};
use crate::split::LARGEST;

/// One try at a task.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) task: u32,
    pub(super) number: u32,
    /// Tasks that it has taken over, or that a try before it had.
    pub(super) others: Vec<u32>,
}

/// The tasks of a phase, as the scheduler sees them.
pub(super) trait Work {
    /// The step, from 0.
    fn step(&self) -> usize;

    /// The phase.
    fn phase(&self) -> Phase;

    /// Number of tasks.
    fn tasks(&self) -> usize;

    /// The order to a worker to run an attempt.
    fn order(&self, attempt: &Attempt, worker: WorkerId) -> io::Result<Vec<u8>>;

    /// What a task that hasn't begun was to read, if a task that has read its own, so many bytes, may take it over.
    fn take_over(&self, task: u32, read: u64, other: u32) -> Option<&[Split]>;

    /// Keeps what an attempt that succeeded has left beside its output.
    fn keep(&self, task: u32, worker: WorkerId) -> Result<(), RunError>;

    /// Deletes what an attempt that died may have left.
    fn forget(&self, attempt: &Attempt);

    /// What an attempt reads, in words.
    fn describe(&self, attempt: &Attempt) -> String;
}

/// Gives tasks to workers.
pub(super) struct LocalExecutor<'a> {
    run: &'a Run<'a>,
    pool: Pool<'a>,
}

impl<'a> LocalExecutor<'a> {
    /// With processes as workers if they have a `home`, else with threads.
    pub(super) fn new(run: &'a Run<'a>, home: Option<Home<'a>>) -> Self {
        LocalExecutor {
            run,
            pool: Pool::new(run, home),
        }
    }

    /// Bytes of memory for each of `tasks` tasks, of which as many run at once as there are workers.
    fn memory(&self, tasks: usize) -> usize {
        let share = shares::share(self.run.plan.memory, tasks.min(self.run.plan.workers.get()));
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
        let in_this_process = match self.pool.home() {
            Some(_) => 1,
            None => self.run.plan.workers.get(),
        };
        let work = ReduceWork {
            memory: self.memory(phase.tasks.len()),
            max_open_files: max_open_files(in_this_process),
            phase: &phase,
            space,
        };
        schedule(&mut self.pool, self.run, &work)
    }

    fn dismiss(&mut self) {
        self.pool.dismiss();
    }

    fn close(&mut self) {
        self.pool.see_off();
    }
}

/// An order to a worker.
fn order(task: Task) -> io::Result<Vec<u8>> {
    frame(&Order::Run(Box::new(task)))
}

struct MapWork<'a> {
    phase: &'a MapPhase,
    space: &'a Space,
    memory: usize,
}

impl MapWork<'_> {
    /// The one file that an attempt writes.
    fn file(&self, attempt: &Attempt) -> PathBuf {
        let &Attempt { task, number, .. } = attempt;
        match self.phase.partitioning {
            Some(_) => self.space.runs_file(self.phase.step, task, number),
            None => self.space.part_file(self.phase.step, task, number),
        }
    }

    fn splits(&self, task: u32) -> &[Split] {
        &self.phase.tasks[task as usize]
    }

    fn all_splits(&self, attempt: &Attempt) -> Vec<Split> {
        let tasks = std::iter::once(&attempt.task).chain(&attempt.others);
        tasks.flat_map(|&task| self.splits(task)).cloned().collect()
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

    fn order(&self, attempt: &Attempt, worker: WorkerId) -> io::Result<Vec<u8>> {
        let file = self.file(attempt);
        let target = match self.phase.partitioning {
            Some(partitioning) => MapTarget::Shuffle {
                partitioning,
                runs: RunOutput::File(file),
            },
            None => MapTarget::Part(self.space.part_target(self.phase.step, file)),
        };
        let map = MapTask {
            step: self.phase.step,
            number: attempt.task,
            attempt: attempt.number,
            splits: self.all_splits(attempt),
            memory: self.memory,
            temp_dir: self.space.temp().path().to_owned(),
            target,
            setting: TaskSetting {
                properties: Arc::clone(&self.phase.properties),
                output_dir: self.space.output_dir(self.phase.step, worker),
                shell: self.phase.shell.clone(),
            },
        };
        order(Task::Map(map))
    }

    fn keep(&self, task: u32, worker: WorkerId) -> Result<(), RunError> {
        let step = self.phase.step;
        self.space.keep_side_files(step, Phase::Map, task, worker)
    }

    fn take_over(&self, task: u32, read: u64, other: u32) -> Option<&[Split]> {
        let splits = self.splits(other);
        // The task has kept memory for decoders of its own splits.
        let ready = |codec| self.splits(task).iter().any(|split| split.codec == codec);
        let may = self.phase.grows && read < LARGEST;
        (may && splits.iter().all(|split| ready(split.codec))).then_some(splits)
    }

    fn forget(&self, attempt: &Attempt) {
        let _ = fs::remove_file(self.file(attempt));
    }

    fn describe(&self, attempt: &Attempt) -> String {
        match self.all_splits(attempt).as_slice() {
            [] => "no input".to_owned(),
            [split] => range(split),
            [split, others @ ..] => format!("{} and {} more", range(split), others.len()),
        }
    }
}

/// `bytes 0..1000 of in.txt`
fn range(split: &Split) -> String {
    let name = split.source.name();
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

    fn order(&self, attempt: &Attempt, worker: WorkerId) -> io::Result<Vec<u8>> {
        let &Attempt { task, number, .. } = attempt;
        let reduce = ReduceTask {
            step: self.phase.step,
            number: task,
            attempt: number,
            runs: self.phase.runs.clone(),
            slice: self.phase.tasks[task as usize].clone(),
            memory: self.memory,
            // Intermediate merges have no names there.
            temp_dir: self.space.temp().path().to_owned(),
            max_open_files: self.max_open_files,
            target: self.space.part_target(
                self.phase.step,
                self.space.part_file(self.phase.step, task, number),
            ),
            setting: TaskSetting {
                properties: Arc::clone(&self.phase.properties),
                output_dir: self.space.output_dir(self.phase.step, worker),
                shell: self.phase.shell.clone(),
            },
        };
        order(Task::Reduce(reduce))
    }

    fn keep(&self, task: u32, worker: WorkerId) -> Result<(), RunError> {
        let step = self.phase.step;
        self.space
            .keep_side_files(step, Phase::Reduce, task, worker)
    }

    fn take_over(&self, _task: u32, _read: u64, _other: u32) -> Option<&[Split]> {
        None
    }

    fn forget(&self, attempt: &Attempt) {
        let &Attempt { task, number, .. } = attempt;
        let _ = fs::remove_file(self.space.part_file(self.phase.step, task, number));
    }

    fn describe(&self, attempt: &Attempt) -> String {
        let of = self.phase.tasks.len();
        match &self.phase.tasks[attempt.task as usize] {
            Slice::Partition(number) => format!("partition {number} of {of}"),
            _ => format!("key range {} of {of}", attempt.task + 1),
        }
    }
}
