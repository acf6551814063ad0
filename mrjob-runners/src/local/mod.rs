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
//! | `messages` | orders and answers as frames of JSON |
//! | `memory` | shares of the memory, and of open files |

mod fork;
mod home;
mod memory;
mod messages;
mod pool;
mod schedule;
mod spawn;
mod work;
mod worker;
mod working_dir;

pub(crate) use memory::{max_open_files, most_workers};
pub use worker::{is_worker, serve};

use crate::runner::{Finished, Run, RunError, Runner};
use crate::steps::{self, Space, Temp};
use crate::surroundings::BUILT_IN;
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
        if BUILT_IN && self.workers == Workers::Threads && !surroundings.is_empty() {
            return Err(RunError::Unsupported(SHARED.to_owned()));
        }
        memory::check(run.plan)?;
        let space = Space::new(run, Temp::make)?;
        if let Some(dir) = space.shared_dir() {
            std::fs::create_dir(&dir).map_err(RunError::io(format!("make `{}`", dir.display())))?;
        }
        let home = match self.workers {
            Workers::Processes => Some(Home::new(surroundings, space.temp().path())?),
            Workers::Threads => None,
        };
        let mut executor = work::LocalExecutor::new(run, home);
        steps::drive(run, self.name(), &mut executor, space)
    }
}
