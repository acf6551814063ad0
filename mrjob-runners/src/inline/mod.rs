//! The `inline` runner: the whole job on the calling thread.

mod execute;

use std::num::NonZeroUsize;

use crate::runner::{Finished, Run, RunError, Runner};
use crate::steps::{self, Space, Temp};

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
        steps::drive(run, self.name(), &mut executor, space)
    }
}

const ONE: NonZeroUsize = NonZeroUsize::MIN;
