//! Tasks on the calling thread.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mrjob_core::emit::PartTarget;
use mrjob_core::shuffle::RunOutput;
use mrjob_core::task::{
    MapTarget, MapTask, Monitor, ReduceTask, TaskFailure, TaskReport, TaskSetting,
};

use super::ONE;
use crate::drive::{Executor, MapPhase, ReducePhase, Space};
use crate::event::{Event, Phase};
use crate::memory::shares::max_open_files;
use crate::run::{Run, RunError};

const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// Runs tasks in a row.
pub(super) struct InlineExecutor<'a> {
    run: &'a Run<'a>,
    monitor: Arc<Monitor>,
    memory: usize,
}

impl<'a> InlineExecutor<'a> {
    pub(super) fn new(run: &'a Run<'a>) -> Self {
        let monitor = Arc::new(Monitor::new());
        let watched = Arc::clone(&monitor);
        run.stop.on_request(move || watched.cancel());
        let memory = usize::try_from(run.plan.memory).unwrap_or(usize::MAX);
        InlineExecutor {
            run,
            monitor,
            memory,
        }
    }

    /// Runs `tasks` one after the other; `execute` runs the one of a number.
    fn in_turn(
        &self,
        space: &Space,
        step: usize,
        phase: Phase,
        tasks: usize,
        mut execute: impl FnMut(u32) -> Result<TaskReport, Box<TaskFailure>>,
    ) -> Result<Vec<TaskReport>, RunError> {
        let mut reports = Vec::with_capacity(tasks);
        let mut told = Instant::now();
        let (mut records, mut bytes) = (0, 0);
        for number in (0..).take(tasks) {
            if self.run.stop.requested() {
                return Err(RunError::Stopped);
            }
            self.monitor.reset();
            let outcome = execute(number);
            if let Some(message) = self.monitor.take_status() {
                (self.run.events)(Event::Status {
                    step,
                    phase,
                    task: number,
                    message,
                });
            }
            let report = outcome.map_err(|failure| self.failed(step, phase, number, failure))?;
            space.keep_side_files(step, phase, number, 0)?;
            records += report.records_in;
            bytes += report.bytes_in;
            reports.push(report);
            if told.elapsed() >= PROGRESS_EVERY {
                (self.run.events)(Event::Progress {
                    step,
                    phase,
                    tasks_done: reports.len(),
                    records,
                    bytes,
                });
                told = Instant::now();
            }
        }
        Ok(reports)
    }

    fn failed(&self, step: usize, phase: Phase, task: u32, failure: Box<TaskFailure>) -> RunError {
        if self.run.stop.requested() {
            return RunError::Stopped;
        }
        let steps = self.run.plan.steps.len();
        RunError::Task {
            step,
            steps,
            phase,
            task,
            failure,
        }
    }

    /// Where a task's part goes: to memory unless it is to stay.
    fn part(&self, space: &Space, step: usize, number: u32) -> PartTarget {
        let path = space.part_file(step, number, 0);
        if space.kept_dir(step).is_some() {
            space.part_target(step, path)
        } else {
            PartTarget::Memory {
                path,
                limit: self.memory_limit(),
            }
        }
    }
}

/// Where a map task's sorted runs go: those of a lone task may stay in memory, those of many would fill it.
fn runs(phase: &MapPhase, number: u32, space: &Space) -> RunOutput {
    match phase.tasks.len() {
        1 => RunOutput::Memory {
            spill_dir: space.temp().path().to_owned(),
        },
        _ => RunOutput::File(space.runs_file(phase.step, number, 0)),
    }
}

impl Executor for InlineExecutor<'_> {
    fn workers(&self) -> NonZeroUsize {
        ONE
    }

    fn memory_limit(&self) -> usize {
        (self.memory / 8).max(1)
    }

    fn map(&mut self, phase: &MapPhase, space: &Space) -> Result<Vec<TaskReport>, RunError> {
        let step = phase.step;
        if phase.tasks.len() > 1 {
            let demanded = space.temp().demand();
            demanded.map_err(RunError::io("make the temporary folder"))?;
        }
        self.in_turn(space, step, Phase::Map, phase.tasks.len(), |number| {
            let target = match phase.partitioning {
                Some(partitioning) => MapTarget::Shuffle {
                    partitioning,
                    runs: runs(phase, number, space),
                },
                None => MapTarget::Part(self.part(space, step, number)),
            };
            let splits = phase.tasks[number as usize].clone();
            let task = MapTask {
                step,
                number,
                attempt: 0,
                splits,
                memory: self.memory,
                temp_dir: self.run.plan.temp_dir.clone(),
                target,
                setting: TaskSetting {
                    properties: Arc::clone(&phase.properties),
                    output_dir: space.output_dir(step, 0),
                    shell: phase.shell.clone(),
                },
            };
            self.run.program.map(&task, &Vec::new, &self.monitor)
        })
    }

    fn reduce(&mut self, phase: ReducePhase, space: &Space) -> Result<Vec<TaskReport>, RunError> {
        let step = phase.step;
        let mut task = ReduceTask {
            step,
            number: 0,
            attempt: 0,
            runs: phase.runs,
            slice: phase.tasks[0].clone(),
            memory: self.memory,
            // What intermediate merges need has no name there.
            temp_dir: self.run.plan.temp_dir.clone(),
            max_open_files: max_open_files(1),
            target: self.part(space, step, 0),
            setting: TaskSetting {
                properties: phase.properties,
                output_dir: space.output_dir(step, 0),
                shell: phase.shell,
            },
        };
        self.in_turn(space, step, Phase::Reduce, phase.tasks.len(), |number| {
            task.number = number;
            task.slice = phase.tasks[number as usize].clone();
            task.target = self.part(space, step, number);
            self.run.program.reduce(&task, &self.monitor)
        })
    }

    fn dismiss(&mut self) {}

    fn close(&mut self) {}
}
