//! What every runner is: it takes a plan and a program, tells what happens, and leaves the output or nothing.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
#[cfg(feature = "emr")]
use std::sync::mpsc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{io, thread};

use mrjob_core::counter::CounterOverflow;
use mrjob_core::task::{Counters, Part, Program, TaskFailure};

use crate::event::{Event, Phase};
use crate::output::OutputError;
use crate::plan::Plan;
#[cfg(feature = "hadoop")]
use crate::steps::new_folder;

/// Executes plans somewhere.
pub trait Runner {
    /// Its name on the command line.
    fn name(&self) -> &'static str;

    /// Runs all steps of `plan`.
    ///
    /// # Errors
    ///
    /// When the job failed or was stopped; then nothing is left of its output and its temporary files.
    fn run(&self, run: &Run<'_>) -> Result<Finished, RunError>;
}

/// What a runner works with.
pub struct Run<'a> {
    /// What to do.
    pub plan: &'a Plan,
    /// The job.
    pub program: Arc<dyn Program>,
    /// The arguments of the job as typed, for processes that build it again.
    pub arguments: &'a [std::ffi::OsString],
    /// The same for processes on other machines, with the job's files.
    #[cfg(feature = "streaming")]
    pub shipped: &'a crate::streaming::Shipped,
    /// Takes what happens.
    pub events: &'a (dyn Fn(Event) + Sync),
    /// Set when the run is to stop.
    pub stop: &'a Stop,
}

#[cfg(feature = "hadoop")]
impl Run<'_> {
    /// Makes a folder for temporary files on this machine. It goes with what is given back, and where the program ends before.
    pub(crate) fn temp_folder(&self) -> std::io::Result<tempfile::TempDir> {
        let mut folders = self.stop.folders();
        let parent = std::path::absolute(&self.plan.temp_dir)?;
        let made = new_folder(&parent, format!("{}.", self.plan.job_key).as_ref())?;
        folders.push(made.path().to_owned());
        Ok(made)
    }
}

impl std::fmt::Debug for Run<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Run")
            .field("plan", &self.plan)
            .finish_non_exhaustive()
    }
}

/// How long a program that is told to end at once waits for others.
#[cfg(feature = "emr")]
const ELSEWHERE: Duration = Duration::from_secs(5);

/// Tells a run to stop: set by a signal, seen by the runner.
#[derive(Default)]
pub struct Stop {
    requested: AtomicBool,
    hooks: Mutex<Vec<Box<dyn Fn() + Send>>>,
    folders: Mutex<Vec<PathBuf>>,
    #[cfg(feature = "hadoop")]
    grace: Mutex<Option<Duration>>,
    #[cfg(feature = "hadoop")]
    last_words: Mutex<String>,
    /// What the run takes back elsewhere if it doesn't come to its end.
    #[cfg(feature = "emr")]
    undo: Mutex<Vec<Box<dyn Fn() + Send>>>,
}

impl Stop {
    /// Asks the run to stop. Not for a signal handler itself: call it from a thread that waits for signals.
    pub fn request(&self) {
        self.requested.store(true, Ordering::SeqCst);
        for hook in self.hooks().iter() {
            hook();
        }
    }

    /// Whether it was asked to.
    pub fn requested(&self) -> bool {
        self.requested.load(Ordering::SeqCst)
    }

    /// Calls `hook` on every request from now on, on the thread that makes it: to wake what waits.
    pub fn on_request(&self, hook: impl Fn() + Send + 'static) {
        self.hooks().push(Box::new(hook));
    }

    /// Allows the run so long for its end, since what it ends is elsewhere.
    #[cfg(feature = "hadoop")]
    pub(crate) fn allow(&self, grace: Duration) {
        *lock(&self.grace) = Some(grace);
    }

    /// How long the run may take for its end, if that was said.
    #[cfg(feature = "hadoop")]
    pub(crate) fn grace(&self) -> Option<Duration> {
        *lock(&self.grace)
    }

    /// Sets what is said to a user who can't wait for the run's end; nothing, if it is empty.
    #[cfg(feature = "hadoop")]
    pub(crate) fn last_words(&self, words: String) {
        *lock(&self.last_words) = words;
    }

    /// What is said to a user who can't wait for the run's end.
    #[cfg(feature = "hadoop")]
    pub(crate) fn words(&self) -> String {
        lock(&self.last_words).clone()
    }

    /// The folders that the run deletes at its end. Who makes one holds this until it is noted, so that who can't wait for
    /// the end misses none.
    pub(crate) fn folders(&self) -> MutexGuard<'_, Vec<PathBuf>> {
        lock(&self.folders)
    }

    /// Notes what takes back something that the run has begun elsewhere.
    #[cfg(feature = "emr")]
    pub fn note_undo(&self, undo: impl Fn() + Send + 'static) {
        lock(&self.undo).push(Box::new(undo));
    }

    /// Deletes what the run would have deleted, for who can't wait for its end. It makes no folder after that.
    pub(crate) fn clean_up(&self) {
        let folders = self.folders();
        folders.iter().for_each(|folder| delete(folder));
        std::mem::forget(folders);
        #[cfg(feature = "emr")]
        self.take_back();
    }

    /// Takes back what was begun elsewhere, if that answers.
    #[cfg(feature = "emr")]
    fn take_back(&self) {
        let undo = std::mem::take(&mut *lock(&self.undo));
        let (done, ended) = mpsc::channel::<()>();
        let taken_back = thread::Builder::new().spawn(move || {
            undo.iter().for_each(|undo| undo());
            drop(done);
        });
        if taken_back.is_ok() {
            let _ = ended.recv_timeout(ELSEWHERE);
        }
    }

    fn hooks(&self) -> MutexGuard<'_, Vec<Box<dyn Fn() + Send>>> {
        lock(&self.hooks)
    }
}

/// Deletes a folder in which others may just be making files.
fn delete(folder: &Path) {
    for _ in 0..100 {
        match std::fs::remove_dir_all(folder) {
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {
                thread::sleep(Duration::from_millis(2));
            }
            _ => return,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stop")
            .field("requested", &self.requested())
            .finish_non_exhaustive()
    }
}

/// What a run that went well leaves.
#[derive(Debug)]
#[non_exhaustive]
pub struct Finished {
    /// The parts of the output, in order. Files live as long as `keep`, or in the output folder.
    pub parts: Vec<Part>,
    /// Counters, a map a step.
    pub counters: Vec<Counters>,
    /// The folder of temporary files, deleted when it is dropped.
    pub keep: Option<tempfile::TempDir>,
}

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// A task failed for a reason that would come again.
    #[error("step {} of {steps} failed in {phase} task {task}: {failure}", step + 1)]
    Task {
        /// The step, from 0.
        step: usize,
        /// How many there are.
        steps: usize,
        /// The phase.
        phase: Phase,
        /// The task's number.
        task: u32,
        /// Why.
        failure: Box<TaskFailure>,
    },
    /// The worker died on every attempt at a task.
    #[error(
        "step {} of {steps} failed: all {attempts} attempts at {phase} task {task} ({input}) were lost, the last one by: {reason}\n\
         hint: {hint}",
        step + 1
    )]
    Attempts {
        /// The step, from 0.
        step: usize,
        /// How many there are.
        steps: usize,
        /// The phase.
        phase: Phase,
        /// The task's number.
        task: u32,
        /// How often it was tried.
        attempts: u32,
        /// What it was to read: `bytes 0..1000 of in.txt`.
        input: String,
        /// How the last attempt ended.
        reason: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// A counter is too large.
    #[error("step {} of {steps} failed: {source}", step + 1)]
    Counter {
        /// The step, from 0.
        step: usize,
        /// How many there are.
        steps: usize,
        /// Which counter.
        source: CounterOverflow,
    },
    /// The shell lines before tasks failed.
    #[error(
        "failed in {place}: the shell {how}\n\
         hint: what it printed stands above; `{shell}` runs the lines, in a folder with the job's files"
    )]
    Setup {
        /// Which line.
        place: String,
        /// The shell, with its options.
        shell: String,
        /// How it ended, with its last words.
        how: String,
    },
    /// A file or process couldn't be made, read or written.
    #[error("failed to {action}: {source}")]
    Io {
        /// What was tried: "write `out/part-00000`".
        action: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// An input isn't any more what it was when the job began to read it.
    #[error(
        "input `{name}` {change} while the job read it\nhint: run it again when nothing writes to the file, or on a copy"
    )]
    InputChanged {
        /// As the user wrote it.
        name: String,
        /// What happened to it: "shrank from 10 bytes to 5".
        change: String,
    },
    /// The output couldn't be put in its place.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// A cluster, or what is needed to talk to it.
    #[cfg(feature = "hadoop")]
    #[error(transparent)]
    Hadoop(Box<crate::hadoop::HadoopError>),
    /// Amazon EMR, or what is needed to talk to it.
    #[cfg(feature = "emr")]
    #[error(transparent)]
    Emr(Box<crate::emr::EmrError>),
    /// The run was told to stop.
    #[error("interrupted")]
    Stopped,
    /// The plan asks for what this runner doesn't do.
    #[error("{0}")]
    Unsupported(String),
}

impl RunError {
    /// A failure of `action`, for `map_err`: "write `out/part-00000`".
    pub(crate) fn io(action: impl Into<String>) -> impl FnOnce(std::io::Error) -> RunError {
        let action = action.into();
        move |source| RunError::Io { action, source }
    }
}

#[cfg(feature = "hadoop")]
impl From<crate::hadoop::HadoopError> for RunError {
    fn from(error: crate::hadoop::HadoopError) -> Self {
        RunError::Hadoop(Box::new(error))
    }
}

#[cfg(feature = "emr")]
impl From<crate::emr::EmrError> for RunError {
    fn from(error: crate::emr::EmrError) -> Self {
        RunError::Emr(Box::new(error))
    }
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Phase::Map => "map",
            Phase::Reduce => "reduce",
        })
    }
}
