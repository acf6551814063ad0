//! A job that another program runs.

use std::ffi::OsString;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use mrjob_core::program::Program;

use super::Outcome;
use super::command_line::CommandLine;
use super::execute::{Execution, execute};
use crate::cli::layers;
use crate::error::JobError;
use crate::event::{Event, Reporter};
use crate::inline::Inline;
use crate::job::{Job, definition};
use crate::plan::Plan;
use crate::planner::plan::{Ask, Planned};
use crate::stop::Stop;

/// A run that is ready: everything is checked.
pub struct Launch<J> {
    planned: Planned,
    program: Arc<dyn Program>,
    arguments: Vec<OsString>,
    shipped: crate::task_env::job_files::JobArguments,
    job: PhantomData<fn() -> J>,
}

impl<J> fmt::Debug for Launch<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Launch")
            .field("planned", &self.planned)
            .finish_non_exhaustive()
    }
}

impl<J: Job> Launch<J> {
    pub(crate) fn new(arguments: Vec<OsString>) -> Result<Self, JobError> {
        let job = definition::<J>();
        let mut typed = CommandLine::parse(&job, job.name, arguments)?;
        let program = typed.program(&job)?;
        let (settings, _) = layers::with_files(&typed.given, &job)?;
        let how = |ask: &mut Ask<'_>| ask.in_threads = true;
        let mut planned = typed.plan(&settings, &job, program.as_ref(), &Stop::default(), how)?;
        if let Some(refusal) = planned.refusal.take() {
            return Err(refusal.into());
        }
        planned.plan.output.cat = false;
        Ok(Launch {
            planned,
            program,
            shipped: typed.shipped,
            arguments: typed.arguments,
            job: PhantomData,
        })
    }

    /// A run of `program` by `plan` on the calling thread.
    pub(super) fn inline(plan: Plan, program: Arc<dyn Program>, arguments: Vec<OsString>) -> Self {
        Launch {
            planned: Planned {
                plan,
                runner: Box::new(Inline),
                refusal: None,
            },
            program,
            arguments,
            shipped: crate::task_env::job_files::JobArguments::default(),
            job: PhantomData,
        }
    }

    /// What will be done.
    pub fn plan(&self) -> &Plan {
        &self.planned.plan
    }

    /// Runs the job, silently.
    ///
    /// # Errors
    ///
    /// When it failed; then nothing is left of its output.
    pub fn run(self) -> Result<Outcome<J>, JobError> {
        self.run_telling(&mut Silent, &Stop::default())
    }

    /// Runs the job, tells `reporter` what happens, and stops when `stop` is requested.
    ///
    /// # Errors
    ///
    /// When the job failed or was stopped; then nothing is left of its output.
    pub fn run_telling(
        self,
        reporter: &mut dyn Reporter,
        stop: &Stop,
    ) -> Result<Outcome<J>, JobError> {
        let execution = Execution {
            planned: &self.planned,
            program: self.program,
            arguments: &self.arguments,
            shipped: &self.shipped,
            stop,
        };
        let (finished, end) = execute(execution, reporter)?;
        if let Some(end) = end {
            reporter.report(&end);
        }
        Ok(Outcome::new(finished))
    }
}

/// Tells nobody.
struct Silent;

impl Reporter for Silent {
    fn report(&mut self, _: &Event) {}
}
