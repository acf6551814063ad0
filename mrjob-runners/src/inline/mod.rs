//! The `inline` runner: the whole job on the calling thread.

mod execute;

use crate::features;
use std::num::NonZeroUsize;

use crate::config::Problems;
use crate::drive::Space;
use crate::local::{self, Local};
use crate::options::RunnerKind;
use crate::plan::Plan;
use crate::planner::plan::{Ask, Planned, RunnerDef, on_this_machine};
use crate::run::temp::Temp;
use crate::run::{Finished, Run, RunError, Runner};
use crate::{drive, report};

/// The runner `inline`.
pub(crate) const RUNNER: RunnerDef = RunnerDef {
    kind: RunnerKind::Inline,
    plan,
};

fn plan(ask: &Ask<'_>, problems: &mut Problems) -> Planned {
    let plan = on_this_machine(ask, problems);
    // Environment and working directory of this process aren't its tasks' to change.
    let runner: Box<dyn Runner> = if features::ENVIRONMENT && !plan.surroundings.is_empty() {
        Box::new(Local::new(local::Workers::of(ask)).called("inline"))
    } else {
        Box::new(Inline)
    };
    Planned {
        plan,
        runner,
        refusal: None,
    }
}

/// Runs all tasks in this process, one after the other. Data stay in memory while they are small.
#[derive(Debug, Clone, Copy, Default)]
pub struct Inline;

impl Runner for Inline {
    fn name(&self) -> &'static str {
        "inline"
    }

    fn run(&self, run: &Run<'_>) -> Result<Finished, RunError> {
        let space = Space::new(run, |plan| Ok(Temp::on_demand(plan)))?;
        let mut executor = execute::InlineExecutor::new(run);
        drive::drive(run, self.name(), &mut executor, space)
    }

    fn rows(&self, plan: &Plan) -> Vec<(String, String)> {
        vec![
            ("workers".to_owned(), "none, all on one thread".to_owned()),
            report::memory_row(plan.memory),
        ]
    }
}

const ONE: NonZeroUsize = NonZeroUsize::MIN;
