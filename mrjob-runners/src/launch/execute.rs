//! A plan through a runner, told to a reporter.

use std::ffi::OsString;
use std::sync::{Arc, Mutex, PoisonError};

use mrjob_core::program::Program;

use crate::event::{Event, Reporter};
use crate::planner::plan::Planned;
use crate::run::{Finished, Run, RunError};
use crate::stop::Stop;

/// What is to be run.
pub(super) struct Execution<'a> {
    pub(super) planned: &'a Planned,
    pub(super) program: Arc<dyn Program>,
    pub(super) arguments: &'a [OsString],
    pub(super) shipped: &'a crate::task_env::job_files::JobArguments,
    pub(super) stop: &'a Stop,
}

/// Runs it. The event that tells of a good end is handed back instead of told: there may be output to write before.
pub(super) fn execute(
    execution: Execution<'_>,
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
        planned: Planned { plan, runner, .. },
        program,
        arguments,
        shipped,
        stop,
    } = execution;
    let finished = runner.run(&Run {
        plan,
        program,
        arguments,
        shipped,
        events: &events,
        stop,
    })?;
    let (_, end) = telling.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok((finished, end))
}
