//! The job of another program, which has [handed it over](crate::launch::handover::program).

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use mrjob_core::program::{Pipes, Program, StreamTask};
use mrjob_core::step::StepInfo;
use mrjob_core::task::{FailureKind, MapTask, Monitor, ReduceTask, Split, TaskFailure, TaskReport};
use serde::Deserialize;

use crate::definition::Definition;
use crate::error::JobError;
use crate::launch::command_line::CommandLine;
use crate::launch::program::{Launcher, PLAIN, tell};
use crate::report;
use crate::run::RunError;
use crate::task_env::job_files::{JobArguments, JobFile};

/// What the program said.
#[derive(Debug, Deserialize)]
struct Foreign {
    program: PathBuf,
    /// By which name it was called.
    called: String,
    job: String,
    jobconf: Vec<(String, String)>,
    steps: Vec<StepInfo>,
    /// Of each step whether its input and its output are framed by lengths.
    frames: Vec<(bool, bool)>,
    /// What was typed of our options.
    options: Vec<String>,
    /// The job's own arguments, and the files that they name.
    arguments: Vec<String>,
    files: Vec<(PathBuf, String)>,
}

/// Launches the job that another program has told of in the file at `path`, which is deleted when it has been read.
pub fn launch(path: &Path) -> ExitCode {
    let mut reporter = report::choose(PLAIN);
    let launched = Foreign::read(path).and_then(Foreign::typed);
    let (definition, typed, program, file) = match launched {
        Ok(launched) => launched,
        Err(error) => return tell(&error, reporter.as_mut()).into(),
    };
    let mut reporter = report::choose(typed.given.messages);
    let launcher = Launcher {
        job: &definition,
        typed: &typed,
        program,
        file: Some(file),
    };
    match launcher.launch(reporter.as_mut()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => tell(&error, reporter.as_mut()).into(),
    }
}

/// What launching it takes.
type LaunchParts = (Definition, CommandLine, Arc<dyn Program>, PathBuf);

impl Foreign {
    /// Reads what a program has written for this process alone.
    fn read(path: &Path) -> Result<Self, JobError> {
        let action = format!("read `{}`, which is to tell of a job", path.display());
        let read = fs::read(path).and_then(|json| Ok(serde_json::from_slice(&json)?));
        let foreign = read.map_err(RunError::io(action))?;
        let _ = fs::remove_file(path);
        Ok(foreign)
    }

    fn typed(mut self) -> Result<LaunchParts, JobError> {
        // One a process.
        let leaked = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
        let jobconf = self.jobconf.drain(..);
        let jobconf: Vec<_> = jobconf
            .map(|(name, value)| (leaked(name), leaked(value)))
            .collect();
        let definition = Definition {
            name: leaked(self.job),
            augment: |command| command,
            file_arguments: || &[],
            jobconf: Box::leak(jobconf.into_boxed_slice()),
            program: |_| unreachable!("the job is another program's"),
        };
        for (step, (input, output)) in self.steps.iter_mut().zip(&self.frames) {
            (step.binary_input, step.binary_output) = (*input, *output);
        }
        let mut typed = CommandLine::parse(&definition, &self.called, words(self.options))?;
        let files = self.files.into_iter();
        typed.shipped = JobArguments {
            arguments: words(self.arguments),
            files: files.map(|(path, name)| JobFile { path, name }).collect(),
        };
        let program: Arc<dyn Program> = Arc::new(ForeignProgram {
            name: definition.name,
            steps: self.steps,
        });
        Ok((definition, typed, program, self.program))
    }
}

fn words(texts: Vec<String>) -> Vec<OsString> {
    texts.into_iter().map(OsString::from).collect()
}

/// A job whose tasks run elsewhere.
struct ForeignProgram {
    name: &'static str,
    steps: Vec<StepInfo>,
}

impl ForeignProgram {
    fn refusal(&self) -> Box<TaskFailure> {
        let message = format!("the tasks of `{}` don't run in this process", self.name);
        Box::new(TaskFailure::new(FailureKind::Io, message))
    }
}

impl Program for ForeignProgram {
    fn name(&self) -> &str {
        self.name
    }

    fn steps(&self) -> &[StepInfo] {
        &self.steps
    }

    fn map(
        &self,
        _: &MapTask,
        _: &dyn Fn() -> Vec<Split>,
        _: &Monitor,
    ) -> Result<TaskReport, Box<TaskFailure>> {
        Err(self.refusal())
    }

    fn reduce(&self, _: &ReduceTask, _: &Monitor) -> Result<TaskReport, Box<TaskFailure>> {
        Err(self.refusal())
    }

    fn stream(
        &self,
        _: &StreamTask,
        _: Pipes,
        _: &Monitor,
    ) -> Result<TaskReport, Box<TaskFailure>> {
        Err(self.refusal())
    }
}
