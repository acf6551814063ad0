//! The command line of a job, parsed.

use crate::cli::raw_options;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use crate::stop::Stop;

use clap::{ArgMatches, Command};
use mrjob_core::program::Program;

use crate::cli::{command, replay};
use crate::config::{Settings, UsageError};
use crate::definition::{Definition, ProgramError};
use crate::error::JobError;
use crate::planner::plan::{Ask, Planned};
use crate::planner::raw_options::RawOptions;
use crate::{planner, runners};

/// What was typed, in its three forms.
#[derive(Debug)]
pub(crate) struct CommandLine {
    command: Command,
    pub(crate) matches: Arc<ArgMatches>,
    /// What our options say.
    pub(crate) given: RawOptions,
    /// The job's own arguments, for processes that build it again.
    pub(crate) arguments: Vec<OsString>,
    /// The same for processes on other machines, with the job's files.
    pub(crate) shipped: crate::task_env::job_files::JobArguments,
}

impl CommandLine {
    /// Parses `arguments`, the first of which isn't the program's name: that is `program`.
    ///
    /// # Errors
    ///
    /// When they aren't arguments of the job, or ask for help.
    pub(crate) fn parse(
        job: &Definition,
        program: &str,
        arguments: Vec<OsString>,
    ) -> Result<Self, JobError> {
        let mut command = command::command(job, program)?.no_binary_name(true);
        let matches = command.try_get_matches_from_mut(arguments)?;
        let given = raw_options(&matches);
        let arguments = replay::own_arguments(job, &matches);
        Ok(CommandLine {
            command,
            shipped: replay::shipped(job, &matches),
            matches: Arc::new(matches),
            given,
            arguments,
        })
    }

    /// What will be done, once everything that was typed is looked up. `how` changes what the runner plans by.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub(crate) fn plan(
        &self,
        settings: &Settings,
        job: &Definition,
        program: &dyn Program,
        stop: &Stop,
        how: impl FnOnce(&mut Ask<'_>),
    ) -> Result<Planned, UsageError> {
        let mut ask = Ask {
            given: &self.given,
            settings,
            job,
            program,
            own_files: self.files(job),
            program_file: None,
            in_threads: false,
            shipped: &self.shipped,
            stop,
        };
        how(&mut ask);
        let plan = runners::plan(&ask);
        match (self.check_files(job), plan) {
            (Ok(()), plan) => plan,
            (Err(files), Ok(_)) => Err(files),
            (Err(files), Err(others)) => Err(files.and(others)),
        }
    }

    /// Checks that the files which the job's own arguments name can be read.
    ///
    /// # Errors
    ///
    /// All that can't.
    pub(crate) fn check_files(&self, job: &Definition) -> Result<(), UsageError> {
        planner::files(job, &self.command, &self.matches)
    }

    /// The job of these arguments.
    ///
    /// # Errors
    ///
    /// When the arguments don't make a job.
    pub(crate) fn program(&mut self, job: &Definition) -> Result<Arc<dyn Program>, JobError> {
        (job.program)(Arc::clone(&self.matches)).map_err(|error| match error {
            ProgramError::Arguments(error) => JobError::CommandLine(self.format(error)),
            ProgramError::Job(error) => JobError::Job(error),
        })
    }

    /// The name of the program, as it was called.
    pub(crate) fn program_name(&self) -> &str {
        self.command.get_name()
    }

    /// What was typed of our options, for a process that parses it again.
    pub(crate) fn options(&self) -> Vec<OsString> {
        replay::options(&self.matches)
    }

    /// The job's files, as arguments name them.
    fn files(&self, job: &Definition) -> Vec<PathBuf> {
        if (job.file_arguments)().is_empty() {
            // Another program's job has them here alone.
            let files = self.shipped.files.iter();
            return files.map(|file| file.path.clone()).collect();
        }
        let ids = (job.file_arguments)().iter();
        let values = ids.flat_map(|id| self.matches.get_raw(id).into_iter().flatten());
        values.map(PathBuf::from).collect()
    }

    /// The script by which `shell` completes the command.
    #[cfg(feature = "completions")]
    pub(crate) fn completions(&mut self, shell: clap_complete::Shell) -> String {
        let name = self.command.get_name().to_owned();
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut self.command, name, &mut script);
        String::from_utf8_lossy(&script).into_owned()
    }

    /// Adds the usage to an error that was made away from the command.
    pub(crate) fn format(&mut self, error: clap::Error) -> clap::Error {
        error.format(&mut self.command)
    }
}
