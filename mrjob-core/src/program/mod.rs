//! A job without its types: what a runner drives.
//!
//! `step` is a step of it, put together from mapper, combiner and reducer; `stream` are tasks over pipes, `shell` those with commands.

pub(crate) mod shell;
mod step;
pub(crate) mod stream;

use crate::job::Settings;
use crate::step::{Method, StepInfo, StreamPhase};
pub use step::Step;
#[cfg(feature = "streaming")]
pub use stream::blocks::StreamBlocks;
pub use stream::{Pipes, StreamShuffle, StreamTask};

use std::fmt;

use crate::emit::Ends;
use crate::job::Make;
use crate::protocol::take_lossy;
use crate::task::current::{Entered, Kind, task as current_task};
use crate::task::longest::Longest;
use crate::task::map::{MapContext, RecordContext};
use crate::task::monitor::Monitor;
use crate::task::reduce::ReduceContext;
use crate::task::remote::{Opener, Remote};
use crate::task::trace::{TaskError, Trace, guarded};
use crate::task::{
    FailureKind, MapTask, ReduceTask, Split, TaskFailure, TaskReport, TaskSetting, current,
};
use crate::{BoxError, counter};
use step::Stand;
#[cfg(feature = "streaming")]
use stream::blocks;
use stream::lines::StreamContext;

/// A job whose arguments are known and whose types are gone.
pub trait Program: Send + Sync {
    /// The job's name, from its struct: `WordFreq`.
    fn name(&self) -> &str;

    /// Its steps, in order.
    fn steps(&self) -> &[StepInfo];

    /// Runs a map task to its end on this thread. One that combines asks for `more` splits when it has read its own,
    /// until there are none: a table that goes on is cheaper than tables to merge.
    fn map(
        &self,
        task: &MapTask,
        more: &dyn Fn() -> Vec<Split>,
        monitor: &Monitor,
    ) -> Result<TaskReport, Box<TaskFailure>>;

    /// Runs a reduce task to its end on this thread.
    fn reduce(&self, task: &ReduceTask, monitor: &Monitor) -> Result<TaskReport, Box<TaskFailure>>;

    /// Runs one phase of a step to its end on this thread, as a process that was started for it alone: the environment says
    /// which task of Hadoop it is, if it is one.
    fn stream(
        &self,
        task: &StreamTask,
        pipes: Pipes,
        monitor: &Monitor,
    ) -> Result<TaskReport, Box<TaskFailure>>;
}

/// The [`Program`] of a job.
pub struct JobProgram<J: Steps> {
    make: Box<Make<J>>,
    steps: Vec<Step<J>>,
    infos: Vec<StepInfo>,
    remote: Opener,
}

impl<J: Steps> JobProgram<J> {
    /// A program whose task attempts each own a job that `make` makes.
    ///
    /// # Errors
    ///
    /// When `make` fails, or the job has no steps.
    pub fn new(
        make: impl Fn() -> Result<J, BoxError> + Send + Sync + 'static,
    ) -> Result<Self, BoxError> {
        let steps = make()?.steps();
        if steps.is_empty() {
            return Err(format!(
                "the job `{}` has no steps to run\nhint: `repeat(0, …)` makes none",
                J::NAME
            )
            .into());
        }
        let mut infos = Vec::new();
        for (at, step) in steps.iter().enumerate() {
            let stand = stand(at, steps.len());
            step.check(stand)?;
            let info = step.info(stand);
            check_commands(at + 1, &info)?;
            if info.descending && step.shuffles_lines() {
                return Err(TextOrder { step: at + 1 }.into());
            }
            infos.push(info);
        }
        Ok(JobProgram {
            make: Box::new(make),
            steps,
            infos,
            remote: Opener::default(),
        })
    }

    /// The same program, which asks `remote` for inputs that aren't on this machine.
    pub fn reading(self, remote: &'static dyn Remote) -> Self {
        JobProgram {
            remote: Opener::of(remote),
            ..self
        }
    }

    fn step(&self, at: usize) -> Result<(&Step<J>, Stand), TaskError> {
        match self.steps.get(at) {
            Some(step) => Ok((step, stand(at, self.steps.len()))),
            None => Err(TaskError::Job(
                format!("the job has {} steps, no step {at}", self.steps.len()).into(),
            )),
        }
    }
}

fn stand(at: usize, steps: usize) -> Stand {
    Stand {
        first: at == 0,
        last: at + 1 == steps,
    }
}

/// Refuses shell commands where there are no lines. Steps count from 1.
fn check_commands(number: usize, info: &StepInfo) -> Result<(), BoxError> {
    let methods = [&info.mapper, &info.combiner, &info.reducer];
    let Some(command) = methods.into_iter().flatten().find_map(Method::command) else {
        return Ok(());
    };
    let protocol = match (info.binary_input, info.binary_output) {
        (true, _) => &info.reads,
        (_, true) => &info.writes,
        _ => return Ok(()),
    };
    Err(format!(
        "step {number} runs the shell command `{command}`, which reads and writes lines, and `{protocol}` has none\n\
         hint: another protocol, such as `Json`"
    )
    .into())
}

/// Keys that hold a [`Desc`](crate::key::Desc) are to be sorted as lines of text.
#[derive(Debug, thiserror::Error)]
#[error(
    "step {step} emits keys with `mrjob::Desc`, and a shell command in it makes lines of them, which sort as text\n\
     hint: emit what sorts as text the way you want it, or write the command's part as a method"
)]
struct TextOrder {
    /// The step, from 1.
    step: usize,
}

/// A step's method that is missing or a shell command.
pub(crate) fn absent(phase: &str, at: usize) -> TaskError {
    TaskError::Job(format!("step {at} has no {phase} of the program's own").into())
}

impl<J: Steps> Program for JobProgram<J> {
    fn name(&self) -> &str {
        J::NAME
    }

    fn steps(&self) -> &[StepInfo] {
        &self.infos
    }

    fn map(
        &self,
        task: &MapTask,
        more: &dyn Fn() -> Vec<Split>,
        monitor: &Monitor,
    ) -> Result<TaskReport, Box<TaskFailure>> {
        let MapTask {
            number, attempt, ..
        } = *task;
        counted(monitor, self.remote, |trace| {
            let _entered = enter(Kind::Map, task.step, number, attempt, &task.setting)?;
            let (step, stand) = self.step(task.step)?;
            let records = RecordContext {
                monitor,
                trace,
                is_source: stand.first,
                longest: Longest::within(task.memory, &current_task())?,
            };
            let cx = MapContext {
                make: &self.make,
                task,
                more,
                records,
                ends: Ends::default(),
            };
            step.map(stand, &cx)
                .unwrap_or_else(|| Err(absent("mapper", task.step)))
        })
    }

    fn reduce(&self, task: &ReduceTask, monitor: &Monitor) -> Result<TaskReport, Box<TaskFailure>> {
        let ReduceTask {
            number, attempt, ..
        } = *task;
        counted(monitor, self.remote, |trace| {
            let _entered = enter(Kind::Reduce, task.step, number, attempt, &task.setting)?;
            let (step, stand) = self.step(task.step)?;
            let cx = ReduceContext {
                make: &self.make,
                task,
                monitor,
                trace,
                ends: Ends::default(),
            };
            let longest = Longest::within(task.memory, &current_task())?;
            step.reduce(stand, &cx, longest)
                .unwrap_or_else(|| Err(absent("reducer", task.step)))
        })
    }

    fn stream(
        &self,
        task: &StreamTask,
        pipes: Pipes,
        monitor: &Monitor,
    ) -> Result<TaskReport, Box<TaskFailure>> {
        let _entered = current::enter_started(
            task.step,
            task.no_output_dir,
            #[cfg(feature = "streaming")]
            &task.properties,
        );
        // The environment names the list that the splits are from.
        #[cfg(feature = "streaming")]
        if task.splits.is_some() {
            current::set_input(None);
        }
        counted(monitor, self.remote, |trace| {
            let (step, stand) = self.step(task.step)?;
            let longest = match &task.shuffle {
                StreamShuffle::Lines => Longest::by_hand(&current_task())?,
                #[cfg(feature = "streaming")]
                StreamShuffle::Blocks(blocks) => Longest::within(blocks.memory, &current_task())?,
            };
            let records = RecordContext {
                monitor,
                trace,
                is_source: stand.first,
                longest,
            };
            let make = &self.make;
            let phases = step.parts();
            let method = match task.phase {
                StreamPhase::Mapper => &phases.mapper,
                StreamPhase::Combiner => &phases.combiner,
                StreamPhase::Reducer => &phases.reducer,
            };
            let run =
                |pipes: Pipes| {
                    let records = RecordContext { ..records };
                    let ran =
                        match (&task.shuffle, task.phase) {
                            #[cfg(feature = "streaming")]
                            (StreamShuffle::Blocks(blocks), StreamPhase::Mapper) => Some(
                                blocks::map((step, stand, make), (task, blocks), pipes, records),
                            ),
                            #[cfg(feature = "streaming")]
                            (StreamShuffle::Blocks(blocks), StreamPhase::Reducer) => Some(
                                blocks::reduce((step, stand, make), (task, blocks), pipes, records),
                            ),
                            (_, phase) => step.run_stream(phase, stand).map(|run| {
                                run(StreamContext {
                                    make,
                                    pipes,
                                    records,
                                })
                            }),
                        };
                    ran.unwrap_or_else(|| Err(absent(task.phase.name(), task.step)))
                };
            match (&task.shuffle, step.shell(), method) {
                (StreamShuffle::Lines, Some(shell), Some(method)) => {
                    (shell.stream)(task.phase, method, &task.shell, pipes, &run)
                }
                _ => run(pipes),
            }
        })
    }
}

/// Makes it this thread's task until the result is dropped.
fn enter(
    kind: Kind,
    step: usize,
    number: u32,
    attempt: u32,
    setting: &TaskSetting,
) -> Result<Entered, TaskError> {
    current::enter(kind, step, number, attempt, setting)
        .map_err(TaskError::io("make the task's output folder"))
}

/// Runs a task's body with counters and messages of its own.
fn counted(
    monitor: &Monitor,
    remote: Opener,
    body: impl FnOnce(&Trace) -> Result<TaskReport, TaskError>,
) -> Result<TaskReport, Box<TaskFailure>> {
    let (done, counters) = counter::counting(&monitor.status, || guarded(remote, body));
    let lossy_lines = take_lossy();
    let report = done?;
    let counters = counters.and_then(|mut all| {
        counter::add_counters(&mut all, &report.counters)?;
        Ok(all)
    });
    let failure = |error| Box::new(TaskFailure::new(FailureKind::Overflow, error));
    Ok(TaskReport {
        counters: counters.map_err(failure)?,
        lossy_lines,
        ..report
    })
}

impl<J: Steps> fmt::Debug for JobProgram<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobProgram")
            .field("steps", &self.infos)
            .finish_non_exhaustive()
    }
}

/// The steps of a job.
#[diagnostic::on_unimplemented(
    message = "the job `{Self}` has no steps",
    label = "this job has no steps",
    note = "write `#[mrjob::steps]` on an `impl {Self}` with a method marked `#[mapper]` or `#[reducer]`"
)]
pub trait Steps: Settings {
    /// The steps, in order, for the arguments in `self`. Called several times; must be cheap and always say the same.
    fn steps(&self) -> Vec<Step<Self>>;
}
