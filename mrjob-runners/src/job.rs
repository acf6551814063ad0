//! A job as its author and its tests see it.

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;

use clap::ArgMatches;
use mrjob_core::Steps;
use mrjob_core::program::{JobProgram, Program};

use crate::arguments::Arguments;
use crate::definition::{Definition, ProgramError};
use crate::error::JobError;
use crate::launch::{self, Launch, Parsed};

/// A job: arguments and steps, and with them a whole program.
///
/// `#[derive(MrJob)]` and `#[mrjob::steps]` implement what it needs; by hand it is `impl Job for WordFreq {}` beside
/// [`Arguments`], [`Settings`](mrjob_core::Settings) and [`Steps`].
///
/// ```
/// # use mrjob_runners::Job;
/// # use std::process::ExitCode;
/// # fn main_of<WordFreq: Job>() -> ExitCode {
/// // All of `main`.
/// WordFreq::run()
/// # }
/// ```
pub trait Job: Arguments + Steps {
    /// The program of this job, on the arguments that this process was called with: launcher and worker, `--help`,
    /// `--dry-run`, tasks by hand. All of `main`, and nothing may be printed before it: a worker's standard output
    /// belongs to its launcher.
    ///
    /// Exit codes: 0 done, 1 the job failed, 2 wrong usage, 130 interrupted.
    #[must_use = "it is the exit code, which `main` has to return"]
    fn run() -> ExitCode {
        launch::main(&definition::<Self>(), std::env::args_os().collect())
    }

    /// A job of `arguments`, without a program's name in front; wrong ones end the process as wrong usage does. For
    /// tests: `WordFreq::parse_from(["--min-length", "2"]).sandbox("a text\nof lines")`.
    fn parse_from<I>(arguments: I) -> Parsed<Self>
    where
        I: IntoIterator,
        I::Item: Into<OsString>,
    {
        Self::try_parse_from(arguments).unwrap_or_else(|error| launch::exit(&error))
    }

    /// A job of `arguments`, without a program's name in front.
    ///
    /// # Errors
    ///
    /// When the arguments don't make a job.
    fn try_parse_from<I>(arguments: I) -> Result<Parsed<Self>, JobError>
    where
        I: IntoIterator,
        I::Item: Into<OsString>,
    {
        Parsed::new(arguments.into_iter().map(Into::into).collect())
    }

    /// What would run on `arguments`, which are those of the command line: `["-r", "inline", "in.txt"]`.
    ///
    /// Nothing is written to standard output, and workers of the runner `local` are threads of this process.
    ///
    /// # Errors
    ///
    /// When the arguments are wrong, an input doesn't exist, or the output folder isn't empty.
    fn runner<I>(arguments: I) -> Result<Launch<Self>, JobError>
    where
        I: IntoIterator,
        I::Item: Into<OsString>,
    {
        Launch::new(arguments.into_iter().map(Into::into).collect())
    }
}

/// The definition of `J`.
pub(crate) fn definition<J: Job>() -> Definition {
    Definition {
        name: J::NAME,
        augment: J::augment,
        file_arguments: J::file_arguments,
        jobconf: J::JOBCONF,
        program: program::<J>,
    }
}

fn program<J: Job>(matches: Arc<ArgMatches>) -> Result<Arc<dyn Program>, ProgramError> {
    J::from_matches(&matches).map_err(ProgramError::Arguments)?;
    let program = JobProgram::<J>::new(move || Ok(J::from_matches(&matches)?));
    let program = program.map_err(ProgramError::Job)?;
    let program = program.reading(&crate::fs::Files);
    Ok(Arc::new(program))
}
