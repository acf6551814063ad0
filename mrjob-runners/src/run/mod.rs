//! What every runner is: it takes a plan and a program, tells what happens, and leaves the output or nothing.

mod error;
pub mod signals;
pub(crate) mod temp;
mod totals;

use std::sync::Arc;

use mrjob_core::counter::Counters;
use mrjob_core::emit::Part;
use mrjob_core::program::Program;

use crate::event::Event;
use crate::plan::Plan;
use crate::stop::Stop;
pub use error::{RunError, RunnerError};
pub(crate) use totals::RunTotals;

/// Executes plans somewhere.
pub trait Runner: std::fmt::Debug {
    /// Its name on the command line.
    fn name(&self) -> &'static str;

    /// Runs all steps of `plan`.
    ///
    /// # Errors
    ///
    /// When the job failed or was stopped; then nothing is left of its output and its temporary files.
    fn run(&self, run: &Run<'_>) -> Result<Finished, RunError>;

    /// What it reads, for a dry run, where the plan's inputs aren't all.
    fn inputs(&self, plan: &Plan) -> Option<String> {
        let _ = plan;
        None
    }

    /// What it would do with `plan`, a line each: a name and what is said of it.
    fn rows(&self, plan: &Plan) -> Vec<(String, String)> {
        let _ = plan;
        Vec::new()
    }

    /// Lines for a person that come behind all rows.
    fn details(&self, plan: &Plan) -> String {
        let _ = plan;
        String::new()
    }
}

/// What a runner works with.
pub struct Run<'a> {
    /// What to do.
    pub plan: &'a Plan,
    /// The job.
    pub program: Arc<dyn Program>,
    /// The arguments of the job as typed, for processes that build it again.
    pub arguments: &'a [std::ffi::OsString],
    /// The same for processes on other machines, with the job's files.
    pub shipped: &'a crate::task_env::job_files::JobArguments,
    /// Takes what happens.
    pub events: &'a (dyn Fn(Event) + Sync),
    /// Set when the run is to stop.
    pub stop: &'a Stop,
}

impl Run<'_> {
    /// Makes a folder for temporary files on this machine. It goes with what is given back, and where the program ends before.
    pub fn temp_folder(&self) -> std::io::Result<tempfile::TempDir> {
        let mut folders = self.stop.folders();
        let parent = std::path::absolute(&self.plan.temp_dir)?;
        let made = temp::new_folder(&parent, format!("{}.", self.plan.job_key).as_ref())?;
        folders.push(made.path().to_owned());
        Ok(made)
    }
}

impl std::fmt::Debug for Run<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Run")
            .field("plan", &self.plan)
            .finish_non_exhaustive()
    }
}

/// What a run that went well leaves.
#[derive(Debug)]
#[non_exhaustive]
pub struct Finished {
    /// The parts of the output, in order. Files live as long as `keep`, or in the output folder.
    pub parts: Vec<Part>,
    /// Counters, a map a step.
    pub counters: Vec<Counters>,
    /// The folder of temporary files, deleted when it is dropped.
    pub keep: Option<tempfile::TempDir>,
}
