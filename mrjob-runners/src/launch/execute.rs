//! A plan through a runner, told to a reporter.

use std::ffi::OsString;
use std::sync::{Arc, Mutex, PoisonError};

use mrjob_core::task::Program;

use crate::cli::given::RunnerName;
use crate::event::{Event, Reporter};
use crate::inline::Inline;
use crate::local::{Local, Workers};
use crate::plan::Plan;
use crate::runner::{Finished, Run, RunError, Runner, Stop};
use crate::surroundings::BUILT_IN;

/// What is to be run.
pub(super) struct Execution<'a> {
    pub(super) plan: &'a Plan,
    pub(super) program: Arc<dyn Program>,
    pub(super) arguments: &'a [OsString],
    #[cfg(feature = "streaming")]
    pub(super) shipped: &'a crate::streaming::Shipped,
    pub(super) stop: &'a Stop,
}

/// The runner of this name for `plan`. A plan for those that aren't there is never made.
pub(super) fn runner(name: RunnerName, workers: Workers, plan: &Plan) -> Box<dyn Runner> {
    match name {
        // Environment and working directory of this process aren't its tasks' to change.
        RunnerName::Inline if BUILT_IN && !plan.surroundings.is_empty() => {
            Box::new(Local::new(workers).called("inline"))
        }
        RunnerName::Inline => Box::new(Inline),
        #[cfg(feature = "hadoop")]
        RunnerName::Hadoop => Box::new(crate::hadoop::Hadoop),
        #[cfg(not(feature = "hadoop"))]
        RunnerName::Hadoop => Box::new(Local::new(workers)),
        #[cfg(feature = "emr")]
        RunnerName::Emr => Box::new(crate::emr::Emr),
        #[cfg(not(feature = "emr"))]
        RunnerName::Emr => Box::new(Local::new(workers)),
        RunnerName::Local => Box::new(Local::new(workers)),
    }
}

/// Runs it. The event that tells of a good end is handed back instead of told: there may be output to write before.
pub(super) fn execute(
    execution: Execution<'_>,
    runner: &dyn Runner,
    reporter: &mut dyn Reporter,
) -> Result<(Finished, Option<Event>), RunError> {
    let telling = Mutex::new((reporter, None));
    let events = |event: Event| {
        let mut telling = telling.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::JobFinished { .. } => telling.1 = Some(event),
            // The launcher tells of it, with what else went wrong.
            Event::JobFailed { .. } => {}
            event => telling.0.report(&event),
        }
    };
    let Execution {
        plan,
        program,
        arguments,
        #[cfg(feature = "streaming")]
        shipped,
        stop,
    } = execution;
    let finished = runner.run(&Run {
        plan,
        program,
        arguments,
        #[cfg(feature = "streaming")]
        shipped,
        events: &events,
        stop,
    })?;
    let (_, end) = telling.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok((finished, end))
}
