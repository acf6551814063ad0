//! A job that another program runs.

use std::ffi::OsString;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use mrjob_core::task::Program;

use super::Outcome;
use super::execute::{Execution, execute, runner};
use super::typed::Typed;
use crate::cli::given::RunnerName;
use crate::cli::layers;
use crate::definition::Definition;
use crate::error::JobError;
use crate::event::{Event, Reporter};
use crate::job::Job;
use crate::local::Workers;
use crate::plan::Plan;
use crate::runner::Stop;

/// A run that is ready: everything is checked.
pub struct Launch<J> {
    plan: Plan,
    runner: RunnerName,
    program: Arc<dyn Program>,
    arguments: Vec<OsString>,
    #[cfg(feature = "streaming")]
    shipped: crate::streaming::Shipped,
    job: PhantomData<fn() -> J>,
}

impl<J> fmt::Debug for Launch<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Launch")
            .field("plan", &self.plan)
            .field("runner", &self.runner)
            .finish_non_exhaustive()
    }
}

impl<J: Job> Launch<J> {
    pub(crate) fn new(arguments: Vec<OsString>) -> Result<Self, JobError> {
        let job = Definition::of::<J>();
        let mut typed = Typed::parse(&job, job.name, arguments)?;
        let program = typed.program(&job)?;
        let (settings, _) = layers::with_files(&typed.given, &job)?;
        let mut plan = typed.plan(&settings, &job, program.as_ref())?;
        plan.output.cat = false;
        Ok(Launch {
            plan,
            runner: typed.given.runner,
            program,
            #[cfg(feature = "streaming")]
            shipped: typed.shipped,
            arguments: typed.arguments,
            job: PhantomData,
        })
    }

    /// A run of `program` by `plan` on the calling thread.
    pub(super) fn inline(plan: Plan, program: Arc<dyn Program>, arguments: Vec<OsString>) -> Self {
        Launch {
            plan,
            runner: RunnerName::Inline,
            program,
            arguments,
            #[cfg(feature = "streaming")]
            shipped: crate::streaming::Shipped::default(),
            job: PhantomData,
        }
    }

    /// What will be done.
    pub fn plan(&self) -> &Plan {
        &self.plan
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
        let runner = runner(self.runner, Workers::Threads);
        let execution = Execution {
            plan: &self.plan,
            program: self.program,
            arguments: &self.arguments,
            #[cfg(feature = "streaming")]
            shipped: &self.shipped,
            stop,
        };
        let (finished, end) = execute(execution, runner.as_ref(), reporter)?;
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
