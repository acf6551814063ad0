//! A job with the arguments that it was made of.

use std::ffi::OsString;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use mrjob_core::program::Program;

use super::command_line::CommandLine;
use super::{Launch, Outcome};
use crate::cli::layers;
use crate::error::JobError;
use crate::input::Input;
use crate::job::{Job, definition};
use crate::planner::plan;

/// A job struct, as a task attempt gets it, and what to make more of them: each task attempt has one of its own. What is
/// changed in this one is seen by calls on it, not by [`Parsed::sandbox`].
pub struct Parsed<J> {
    job: J,
    typed: CommandLine,
    program: Arc<dyn Program>,
}

impl<J> fmt::Debug for Parsed<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parsed")
            .field("arguments", &self.typed.arguments)
            .finish_non_exhaustive()
    }
}

impl<J: Job> Parsed<J> {
    pub(crate) fn new(arguments: Vec<OsString>) -> Result<Self, JobError> {
        let definition = definition::<J>();
        let mut typed = CommandLine::parse(&definition, definition.name, arguments)?;
        let program = typed.program(&definition)?;
        typed.check_files(&definition)?;
        let job = J::from_matches(&typed.matches).map_err(|error| typed.format(error))?;
        Ok(Parsed {
            job,
            typed,
            program,
        })
    }

    /// Runs the whole job inline over `input`, which is text in memory. Of the framework's options among the arguments,
    /// `--reducers`, `-D` and `--memory` count, and no configuration file does.
    ///
    /// # Errors
    ///
    /// When the job failed.
    pub fn sandbox(&self, input: impl AsRef<[u8]>) -> Result<Outcome<J>, JobError> {
        let inputs = vec![Input::Memory(Arc::new(input.as_ref().to_vec()))];
        let job = definition::<J>();
        // A test of a job says the same everywhere: no file counts.
        let settings = layers::without_files(&self.typed.given, &job);
        let plan = plan::sandbox_plan(&settings, &job, self.program.as_ref(), inputs)?;
        Launch::inline(
            plan,
            Arc::clone(&self.program),
            self.typed.arguments.clone(),
        )
        .run()
    }
}

impl<J> Deref for Parsed<J> {
    type Target = J;

    fn deref(&self) -> &J {
        &self.job
    }
}

impl<J> DerefMut for Parsed<J> {
    fn deref_mut(&mut self) -> &mut J {
        &mut self.job
    }
}
