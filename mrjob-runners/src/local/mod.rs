//! The `local` runner: worker processes of this same program on this machine, kept alive from task to task.
//!
//! | module | what is in it |
//! |---|---|
//! | `schedule` | gives the tasks of a phase to workers, again where a worker died |
//! | `work` | the tasks of a phase as orders, and the files of their attempts |
//! | `pool` | the workers that are alive, and the channel on which all of them are heard |
//! | `home` | what workers are started in |
//! | `fork` | a worker as a copy of its launcher |
//! | `spawn` | one worker as its launcher sees it: started, spoken to, ended |
//! | `worker` | the worker itself: orders in, answers out |
//! | `working_dir` | the folder in which a task runs |
//! | `messages` | orders and answers as frames of postcard |

mod fork;
mod home;
mod messages;
mod pool;
mod schedule;
mod spawn;
mod work;
mod worker;
mod working_dir;

pub use worker::{is_worker, serve};

use crate::config::Problems;
use crate::drive::{self, Space};
use crate::memory::shares;
use crate::options::RunnerKind;
use crate::plan::Plan;
use crate::planner::plan::{Ask, Planned, RunnerDef, on_this_machine};
use crate::run::temp::Temp;
use crate::run::{Finished, Run, RunError, Runner};
use crate::{features, report};
use home::Home;

/// Why threads can't have surroundings.
const SHARED: &str = "`cmdenv`, `files`, `dirs`, `archives` and `setup` are for tasks in processes of their own, and this \
                      program runs them in its own threads\nhint: run the job's program";

/// Runs tasks at the same time in workers, each of which costs no more than its task's attempt when it dies.
#[derive(Debug, Clone, Copy)]
pub struct Local {
    workers: Workers,
    name: &'static str,
}

/// What workers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Workers {
    /// Processes of this program, whose `main` must come to [`serve`] where [`is_worker`] says so.
    Processes,
    /// Threads of this process: for programs whose `main` isn't the job's, such as tests. A crash is the whole
    /// program's then.
    Threads,
}

impl Local {
    /// A runner with such workers.
    pub fn new(workers: Workers) -> Self {
        Local {
            workers,
            name: "local",
        }
    }

    /// The same in another runner's place.
    pub(crate) fn called(self, name: &'static str) -> Self {
        Local { name, ..self }
    }
}

/// The runner `local`.
pub(crate) const RUNNER: RunnerDef = RunnerDef {
    kind: RunnerKind::Local,
    plan,
};

fn plan(ask: &Ask<'_>, problems: &mut Problems) -> Planned {
    Planned {
        plan: on_this_machine(ask, problems),
        runner: Box::new(Local::new(Workers::of(ask))),
        refusal: None,
    }
}

impl Workers {
    /// Those of a run that is asked for.
    pub(crate) fn of(ask: &Ask<'_>) -> Self {
        match ask.in_threads {
            true => Workers::Threads,
            false => Workers::Processes,
        }
    }
}

impl Runner for Local {
    fn name(&self) -> &'static str {
        self.name
    }

    fn run(&self, run: &Run<'_>) -> Result<Finished, RunError> {
        if self.workers == Workers::Processes && is_worker() {
            let message =
                "a worker can't launch a job: its `main` must serve its launcher".to_owned();
            return Err(RunError::Unsupported(message));
        }
        let surroundings = &run.plan.surroundings;
        if features::ENVIRONMENT && self.workers == Workers::Threads && !surroundings.is_empty() {
            return Err(RunError::Unsupported(SHARED.to_owned()));
        }
        shares::check(run.plan)?;
        let space = Space::new(run, Temp::make)?;
        if let Some(dir) = space.shared_dir() {
            std::fs::create_dir(&dir).map_err(RunError::io(format!("make `{}`", dir.display())))?;
        }
        let home = match self.workers {
            Workers::Processes => Some(Home::new(surroundings, space.temp().path())?),
            Workers::Threads => None,
        };
        let mut executor = work::LocalExecutor::new(run, home);
        drive::drive(run, self.name(), &mut executor, space)
    }

    fn rows(&self, plan: &Plan) -> Vec<(String, String)> {
        let workers = match self.name {
            "inline" => "1, for what is around its tasks".to_owned(),
            _ => report::count(plan.workers.get() as u64),
        };
        vec![
            ("workers".to_owned(), workers),
            report::memory_row(plan.memory),
        ]
    }
}
