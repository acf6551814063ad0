//! `main` of a job program: launcher, worker, task by hand, or somebody who is asked a question.

use crate::features;
use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::{self, ExitCode};
use std::sync::Arc;

use mrjob_core::program::Program;
use mrjob_core::task::TaskFailure;
use mrjob_core::visible;

use super::command_line::CommandLine;
use super::execute::{Execution, execute};
#[cfg(feature = "cluster")]
use super::task;
use super::{allocator, closed, handover, stdout, stream};
use crate::cli::layers;
use crate::config::{Settings, Shown, UsageError};
use crate::definition::Definition;
use crate::error::JobError;
use crate::event::{Event, Phase, Reporter};
use crate::exit::Exit;
use crate::input::Input;
use crate::options::{self, RunnerKind};
use crate::output::{self, Cat};
use crate::plan::Plan;
use crate::planner::plan::Planned;
use crate::planner::raw_options::Mode;
use crate::report::{LogFormat, Messages, Verbosity};
use crate::run::{RunError, signals};
use crate::stop::Stop;
use crate::{fs, local, report, runners};

/// How messages look as long as nothing is known of the user's wishes.
pub(super) const PLAIN: Messages = Messages {
    verbosity: Verbosity::Quiet,
    format: LogFormat::Text,
};

/// The whole program, on what it was called with.
pub(crate) fn main(job: &Definition, arguments: Vec<OsString>) -> ExitCode {
    allocator::give_back();
    let mut arguments = arguments.into_iter();
    let name = arguments
        .next()
        .map_or_else(|| job.name.to_owned(), |path| program_name(&path));
    let arguments: Vec<OsString> = arguments.collect();
    #[cfg(feature = "cluster")]
    if task::is_task(&arguments) {
        on_abort(|failure| told(&JobError::Task(failure)));
        let ran = task::run(job, &name, &arguments);
        return ran.unwrap_or_else(|error| told(&error)).into();
    }
    if let Some(asked) = runner_help(&arguments) {
        return match asked.and_then(|runner| print(&options::help(runner))) {
            Ok(()) => Exit::Done.into(),
            Err(error) => tell(&error, report::choose(PLAIN).as_mut()).into(),
        };
    }
    let mut typed = match CommandLine::parse(job, &name, arguments) {
        Ok(typed) => typed,
        Err(error) => return tell(&error, report::choose(PLAIN).as_mut()).into(),
    };
    if local::is_worker() {
        return match typed.program(job) {
            Ok(program) => local::serve(program),
            Err(error) => tell(&error, report::choose(PLAIN).as_mut()).into(),
        };
    }
    let messages = typed.given.messages;
    fs::tell_by(move |event| report::choose_anew(messages).report(&event));
    let mut reporter = report::choose(messages);
    match play(job, &mut typed, reporter.as_mut()) {
        Ok(()) => Exit::Done.into(),
        Err(error) => tell(&error, reporter.as_mut()).into(),
    }
}

/// Says why a task of a cluster ends, to people and to its launcher.
#[cfg(feature = "cluster")]
fn told(error: &JobError) -> Exit {
    let exit = tell(error, report::choose(PLAIN).as_mut());
    task::tell_launcher(error);
    exit
}

/// Ends this process by an exit code where a panic would abort it, once `tell` has said what is known.
fn on_abort(tell: impl Fn(Box<TaskFailure>) -> Exit + Send + Sync + 'static) {
    mrjob_core::task::on_abort(move |failure| process::exit(tell(failure) as i32));
}

/// The runner that `--help=RUNNER` asks about.
fn runner_help(arguments: &[OsString]) -> Option<Result<RunnerKind, JobError>> {
    if !options::CLUSTERS {
        return None;
    }
    let mut options = arguments.iter().take_while(|&argument| argument != "--");
    let name = options.find_map(|argument| argument.to_str()?.strip_prefix("--help="))?;
    Some(RunnerKind::named(name).ok_or_else(|| {
        let runners = RunnerKind::ALL.map(RunnerKind::name).join(", ");
        UsageError::new(format_args!("`--help={name}`: the runners are {runners}")).into()
    }))
}

/// Ends this process as a program ends that was called wrongly.
pub(crate) fn exit(error: &JobError) -> ! {
    let exit = tell(error, report::choose(PLAIN).as_mut());
    std::process::exit(exit as i32)
}

/// Says why the program ends.
pub(super) fn tell(error: &JobError, reporter: &mut dyn Reporter) -> Exit {
    if let JobError::CommandLine(error) = error {
        // Coloured, and help goes to standard output. A closed pipe is nobody's concern.
        let _ = error.print();
    } else {
        for message in error.paragraphs() {
            reporter.report(&Event::JobFailed {
                message,
                failure: error.failure().cloned(),
            });
        }
    }
    error.exit()
}

fn program_name(path: &OsStr) -> String {
    Path::new(path)
        .file_name()
        .unwrap_or(path)
        .to_string_lossy()
        .into_owned()
}

fn play(
    job: &Definition,
    typed: &mut CommandLine,
    reporter: &mut dyn Reporter,
) -> Result<(), JobError> {
    #[cfg(feature = "completions")]
    if let Mode::Completions(shell) = typed.given.mode {
        return print(&typed.completions(shell));
    }
    let program = typed.program(job)?;
    match typed.given.mode {
        #[cfg(feature = "completions")]
        Mode::Completions(_) => Ok(()),
        Mode::Stream { phase, step } => {
            typed.check_files(job)?;
            on_abort(|failure| tell(&JobError::Task(failure), report::choose(PLAIN).as_mut()));
            let output = stdout::claim().map_err(stdout::cannot_write)?;
            stream::run(program.as_ref(), phase, step, &typed.given.inputs, output)
        }
        Mode::Steps => print(&format!("{}\n", steps_as_json(program.as_ref()))),
        Mode::DryRun | Mode::Run
            if runners::may_be_a_tools(typed.given.runner)
                && let Some(tool) = handover::find::find() =>
        {
            typed.check_files(job)?;
            Err(handover::program::become_tool(
                &tool,
                job,
                typed,
                program.as_ref(),
            ))
        }
        Mode::DryRun | Mode::Run => {
            let launcher = Launcher {
                job,
                typed,
                program,
                file: None,
            };
            launcher.launch(reporter)
        }
    }
}

/// A job and what was typed.
pub(super) struct Launcher<'a> {
    pub(super) job: &'a Definition,
    pub(super) typed: &'a CommandLine,
    pub(super) program: Arc<dyn Program>,
    /// The program's file, where that isn't this process's.
    pub(super) file: Option<std::path::PathBuf>,
}

impl Launcher<'_> {
    /// Runs it, or prints what would be done.
    pub(super) fn launch(self, reporter: &mut dyn Reporter) -> Result<(), JobError> {
        let typed = self.typed;
        let settings = settings(self.job, typed, reporter)?;
        let stop = Arc::new(Stop::default());
        if typed.given.mode == Mode::Run {
            heed_signals(&stop, reporter);
        }
        let program = self.program.as_ref();
        let mut planned = typed.plan(&settings, self.job, program, &stop, |ask| {
            ask.program_file = self.file;
        })?;
        let refusal = planned.refusal.take();
        if typed.given.mode == Mode::Run {
            return match refusal {
                Some(_) if stop.requested() => Err(RunError::Stopped.into()),
                Some(refusal) => Err(refusal.into()),
                None => run(typed, &planned, self.program, &stop, reporter),
            };
        }
        let mut text = planned.to_string();
        if features::CONFIGURATION && typed.given.messages.verbosity == Verbosity::Verbose {
            let shown = Shown {
                settings: &settings,
                defaults: true,
            };
            text.push_str(&format!("options in force:\n{shown}"));
        }
        print(&visible::text(&text))?;
        refusal.map_or(Ok(()), |refusal| Err(refusal.into()))
    }
}

/// What is in force. The user hears what may be a mistake in the files.
fn settings(
    job: &Definition,
    typed: &CommandLine,
    reporter: &mut dyn Reporter,
) -> Result<Settings, JobError> {
    let (settings, warnings) = layers::with_files(&typed.given, job)?;
    for message in warnings {
        reporter.report(&Event::Warning { message });
    }
    Ok(settings)
}

fn run(
    typed: &CommandLine,
    planned: &Planned,
    program: Arc<dyn Program>,
    stop: &Arc<Stop>,
    reporter: &mut dyn Reporter,
) -> Result<(), JobError> {
    let plan = &planned.plan;
    if reads_stdin(plan) {
        closed::check_stdin()?;
    }
    if reads_terminal(plan) {
        let message = "reading from the terminal; end with Ctrl-D, or give a file".to_owned();
        reporter.report(&Event::Note { message });
    }
    let claimed = match plan.output.cat {
        true => stdout::claim(),
        false => stdout::claim_if_open(),
    };
    let mut output = claimed.map_err(stdout::cannot_write)?;
    tell_aborts(typed.given.messages, plan.steps.len(), stop);
    let execution = Execution {
        planned,
        program,
        arguments: &typed.arguments,
        shipped: &typed.shipped,
        stop,
    };
    let (finished, end) = execute(execution, reporter)?;
    if plan.output.cat {
        // Whoever closes it early has seen enough.
        let (Cat::Complete | Cat::Closed) = output::cat(&finished.parts, &mut output)?;
    }
    // Only now: what can't be written isn't done.
    if let Some(end) = end {
        reporter.report(&end);
    }
    Ok(())
}

/// Has Ctrl-C stop the run.
fn heed_signals(stop: &Arc<Stop>, reporter: &mut dyn Reporter) {
    if let Err(error) = signals::stop_on(stop) {
        let message =
            format!("Ctrl-C will leave temporary files behind: signals can't be caught: {error}");
        reporter.report(&Event::Warning { message });
    }
}

/// Has a panic that ends this process told as any other failure of a task, and folders deleted as at any other end.
fn tell_aborts(messages: Messages, steps: usize, stop: &Arc<Stop>) {
    let stop = Arc::clone(stop);
    on_abort(move |failure| {
        let task = mrjob_core::task::task();
        let error = RunError::Task {
            step: task.step(),
            steps,
            phase: match task.jobconf("mapreduce.task.ismap") {
                Some("false") => Phase::Reduce,
                _ => Phase::Map,
            },
            task: task.partition(),
            failure,
        };
        stop.clean_up();
        tell(&error.into(), report::choose_anew(messages).as_mut())
    });
}

fn reads_stdin(plan: &Plan) -> bool {
    let is_stdin = |input: &Input| matches!(input, Input::Stdin);
    plan.inputs.iter().any(is_stdin)
}

fn reads_terminal(plan: &Plan) -> bool {
    reads_stdin(plan) && io::stdin().is_terminal()
}

/// Writes what was asked for to standard output.
fn print(text: &str) -> Result<(), JobError> {
    stdout::print(text).map_err(stdout::cannot_write)
}

fn steps_as_json(program: &dyn Program) -> String {
    serde_json::to_string_pretty(program.steps()).expect("steps are plain data")
}
