//! Gives the tasks of a phase to workers, again where a worker died.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use mrjob_core::task::{Split, TaskFailure, TaskReport};

use super::home::Home;
use super::messages::{Answer, Order, frame};
use super::pool::Pool;
use super::spawn::{Cause, Ending, Notice, WorkerId};
use super::work::{Attempt, Work};
use crate::event::{Event, Phase};
use crate::run::{Run, RunError};

/// How often a task is tried.
const ATTEMPTS: u32 = 4;
/// What to do about workers that are killed.
const KILLED: &str =
    "if memory ran out, a smaller `--memory` or `--num-cores` leaves the job's own code more of it";
/// What to do about workers that a fault ends.
const FAULT: &str = "the job's own code, or a library that it calls, ended the process: `-r inline` on such input does so where a \
                     debugger sees it";
/// What to do about workers that exit.
const EXITED: &str = "a job's methods must not end their process, as `std::process::exit` does: return an error, which says \
                      where in the input it was";
const PROGRESS_EVERY: Duration = Duration::from_millis(100);
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Looks after which a worker that isn't heard is spoken of: it gives a sign of life a second. They are counted, and not the
/// time, because the launcher may have been stopped itself.
pub(super) const SILENT: u32 = 5;

/// Runs all tasks of `work`; their reports, in the order of their numbers. On failure all workers are dead.
pub(super) fn schedule(
    pool: &mut Pool<'_>,
    run: &Run<'_>,
    work: &dyn Work,
) -> Result<Vec<TaskReport>, RunError> {
    let mut schedule = Schedule {
        run,
        work,
        waiting: (0..)
            .take(work.tasks())
            .map(|task| Attempt {
                task,
                number: 0,
                others: Vec::new(),
            })
            .collect(),
        running: BTreeMap::new(),
        ready: BTreeSet::new(),
        reports: (0..work.tasks()).map(|_| None).collect(),
        done: Done::default(),
        told: Instant::now(),
        looked: Instant::now(),
    };
    let outcome = schedule.complete(pool);
    if outcome.is_err() {
        pool.kill();
    }
    outcome?;
    Ok(schedule.reports.into_iter().flatten().collect())
}

/// An attempt and how far it is.
struct Running {
    attempt: Attempt,
    records: u64,
    bytes: u64,
    /// Looks since its worker was heard.
    silent: u32,
}

#[derive(Default)]
struct Done {
    tasks: usize,
    records: u64,
    bytes: u64,
}

struct Schedule<'a> {
    run: &'a Run<'a>,
    work: &'a dyn Work,
    waiting: VecDeque<Attempt>,
    running: BTreeMap<WorkerId, Running>,
    /// Workers that have said something, so that they do work.
    ready: BTreeSet<WorkerId>,
    reports: Vec<Option<TaskReport>>,
    done: Done,
    told: Instant,
    looked: Instant,
}

impl Schedule<'_> {
    fn complete(&mut self, pool: &mut Pool<'_>) -> Result<(), RunError> {
        // Those of the phase before.
        self.ready.extend(pool.ids());
        while self.done.tasks < self.work.tasks() {
            if self.run.stop.requested() {
                return Err(RunError::Stopped);
            }
            self.assign(pool)?;
            match pool.hear(LOOK_EVERY) {
                Notice::Answer(id, answer) => {
                    self.note_life(id);
                    self.hear(pool, id, answer)?;
                }
                Notice::Closed(id) => self.lose(pool, id)?,
                Notice::Line(_) | Notice::Wake => {}
            }
            self.look_after(pool);
        }
        Ok(())
    }

    /// Gives waiting tasks to idle workers, and to new ones as long as there may be more.
    fn assign(&mut self, pool: &mut Pool<'_>) -> Result<(), RunError> {
        while !self.waiting.is_empty() {
            let idle = pool.ids().find(|id| !self.running.contains_key(id));
            let id = match idle {
                Some(id) => id,
                // One is set up after the other: the lines may write to the same place.
                None if pool.home().is_some_and(Home::has_setup)
                    && !pool.ids().all(|id| self.ready.contains(&id)) =>
                {
                    return Ok(());
                }
                None if self.running.len() < self.run.plan.workers.get() => {
                    pool.start().map_err(RunError::io("start a worker"))?
                }
                None => return Ok(()),
            };
            let Some(attempt) = self.waiting.pop_front() else {
                return Ok(());
            };
            let order = self
                .work
                .order(&attempt, id)
                .map_err(RunError::io("order a task"))?;
            pool.send(id, &order);
            self.running.insert(
                id,
                Running {
                    attempt,
                    records: 0,
                    bytes: 0,
                    silent: 0,
                },
            );
        }
        Ok(())
    }

    fn hear(&mut self, pool: &mut Pool<'_>, id: WorkerId, answer: Answer) -> Result<(), RunError> {
        self.ready.insert(id);
        let Some(running) = self.running.get_mut(&id) else {
            return Ok(());
        };
        let task = running.attempt.task;
        match answer {
            Answer::Ready => {}
            Answer::Progress { records, bytes } => {
                (running.records, running.bytes) = (records, bytes);
                self.tell_progress();
            }
            Answer::More(read) => {
                let splits = self.extend(id, read);
                let order = frame(&Order::Splits(splits)).map_err(RunError::io("order a task"))?;
                pool.send(id, &order);
            }
            Answer::Status(message) => {
                let (step, phase) = (self.work.step(), self.work.phase());
                (self.run.events)(Event::Status {
                    step,
                    phase,
                    task,
                    message,
                });
            }
            Answer::Done(report) => {
                self.work.keep(task, id)?;
                self.finish(id, task, *report);
            }
            Answer::Failed(failure) => return Err(self.failed(task, failure)),
        }
        Ok(())
    }

    /// Tells of workers that haven't been heard for long.
    fn look_after(&mut self, pool: &Pool<'_>) {
        if self.looked.elapsed() < LOOK_EVERY {
            return;
        }
        self.looked = Instant::now();
        let mut silent = Vec::new();
        let set_up = pool.home().is_some_and(Home::has_setup);
        for (id, running) in &mut self.running {
            if set_up && !self.ready.contains(id) {
                continue;
            }
            running.silent = running.silent.saturating_add(1);
            if running.silent == SILENT {
                silent.push((*id, running.attempt.task));
            }
        }
        for (id, task) in silent {
            if let Some(process) = pool.process_id(id) {
                let message = format!(
                    "{} gives no sign of life: its process {process} is stopped, or doesn't get processor or memory\nhint: `kill -CONT {process}` lets it go on, `kill -KILL {process}` has the task tried again",
                    self.name(task)
                );
                (self.run.events)(Event::Warning { message });
            }
        }
    }

    /// Notes that a worker was heard.
    fn note_life(&mut self, id: WorkerId) {
        let Some(running) = self.running.get_mut(&id) else {
            return;
        };
        let task = running.attempt.task;
        if std::mem::take(&mut running.silent) >= SILENT {
            let message = format!("{} goes on", self.name(task));
            (self.run.events)(Event::Note { message });
        }
    }

    /// A task's name in messages.
    fn name(&self, task: u32) -> String {
        let phase = match self.work.phase() {
            Phase::Map => "map",
            Phase::Reduce => "reduce",
        };
        let (step, steps) = (self.work.step() + 1, self.run.plan.steps.len());
        format!("step {step} of {steps}, {phase} task {task}")
    }

    /// Lets a worker's task, which has read its splits, take over a task that hasn't begun.
    fn extend(&mut self, id: WorkerId, read: u64) -> Vec<Split> {
        let (Some(running), Some(next)) = (self.running.get_mut(&id), self.waiting.front()) else {
            return Vec::new();
        };
        let splits = (next.number == 0)
            .then(|| self.work.take_over(running.attempt.task, read, next.task))
            .flatten();
        if splits.is_some() {
            running.attempt.others.push(next.task);
            self.waiting.pop_front();
        }
        splits.unwrap_or_default().to_vec()
    }

    fn finish(&mut self, id: WorkerId, task: u32, report: TaskReport) {
        let others = self
            .running
            .remove(&id)
            .map_or(0, |done| done.attempt.others.len());
        self.done.tasks += 1 + others;
        self.done.records += report.records_in;
        self.done.bytes += report.bytes_in;
        self.reports[task as usize] = Some(report);
        self.tell_progress();
    }

    fn tell_progress(&mut self) {
        if self.told.elapsed() < PROGRESS_EVERY {
            return;
        }
        self.told = Instant::now();
        (self.run.events)(Event::Progress {
            step: self.work.step(),
            phase: self.work.phase(),
            tasks_done: self.done.tasks,
            records: self.done.records
                + self.running.values().map(|task| task.records).sum::<u64>(),
            bytes: self.done.bytes + self.running.values().map(|task| task.bytes).sum::<u64>(),
        });
    }

    /// Puts the task of a dead worker back, unless it was tried too often.
    fn lose(&mut self, pool: &mut Pool<'_>, id: WorkerId) -> Result<(), RunError> {
        let Some(ending) = pool.bury(id) else {
            return Ok(());
        };
        // One that dies between tasks has done no harm.
        let Some(Running { attempt, .. }) = self.running.remove(&id) else {
            return Ok(());
        };
        let Ending { how, cause } = ending;
        let ready = self.ready.contains(&id);
        if let (false, Some(home)) = (ready, pool.home())
            && let Some(failure) = home.failure(id, &how)
        {
            return Err(failure);
        }
        let reason = format!("worker {how}");
        if cause == Cause::Exit && !ready {
            let source = std::io::Error::other(reason);
            return Err(RunError::Io {
                action: "start a worker".to_owned(),
                source,
            });
        }
        let Attempt { task, number, .. } = attempt;
        self.work.forget(&attempt);
        if number + 1 == ATTEMPTS {
            return Err(self.given_up(&attempt, reason, cause));
        }
        self.waiting.push_front(Attempt {
            number: number + 1,
            ..attempt
        });
        (self.run.events)(Event::AttemptLost {
            step: self.work.step(),
            phase: self.work.phase(),
            task,
            attempt: number,
            reason,
        });
        Ok(())
    }

    fn failed(&self, task: u32, failure: Box<TaskFailure>) -> RunError {
        let steps = self.run.plan.steps.len();
        RunError::Task {
            step: self.work.step(),
            steps,
            phase: self.work.phase(),
            task,
            failure,
        }
    }

    fn given_up(&self, attempt: &Attempt, reason: String, cause: Cause) -> RunError {
        RunError::Attempts {
            step: self.work.step(),
            steps: self.run.plan.steps.len(),
            phase: self.work.phase(),
            task: attempt.task,
            attempts: ATTEMPTS,
            input: self.work.describe(attempt),
            reason,
            hint: match cause {
                Cause::Exit => EXITED,
                Cause::Kill => KILLED,
                Cause::Fault | Cause::Unknown => FAULT,
            },
        }
    }
}
