//! What a streaming task is put into before it begins: the variables of `cmdenv`, and what the lines of `setup` make.

use crate::features;
use std::fs::{File, TryLockError};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

use mrjob_core::task::{FailureKind, TaskFailure};

use crate::cluster::{TaskFile, tell};
use crate::config::UsageError;
use crate::error::JobError;
use crate::run::RunError;
use crate::task_env::{Variables, failed_at, script};

/// Tells a task that it is in its surroundings, and the shell before it where to note how far it is.
const NOTE: &str = "MRJOB_SETUP";

const PAUSE: Duration = Duration::from_millis(20);
/// How often the cluster, which kills a silent task, is told that a task is still being set up.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// Starts this program again with the variables of the task `file` at `path` and behind its shell lines; with what code it
/// ended. Nothing where there are none, or this is it.
pub(super) fn around(file: &TaskFile, path: &Path) -> Result<Option<i32>, JobError> {
    let unsettable = |name: &&String| name.is_empty() || name.contains(['=', '\0']);
    if let Some(name) = file.cmdenv.keys().find(unsettable) {
        let name = name.escape_debug();
        let problem = format_args!("`{name}` in `cmdenv` can't be a variable's name");
        return Err(UsageError::new(problem).into());
    }
    let is_plain = file.cmdenv.is_empty() && file.setup.is_empty();
    if is_plain || env::var_os(NOTE).is_some() {
        return Ok(None);
    }
    let mut words = env::args_os();
    let name = words.next().unwrap_or_default();
    let program = env::current_exe().unwrap_or_else(|_| name.clone().into());
    let variables = file.cmdenv.iter();
    let variables = variables.map(|(name, value)| (name, Variables::joined(name, value)));
    if !features::ENVIRONMENT || file.setup.is_empty() {
        // Only a new process can have other variables without harm.
        let mut command = Command::new(program);
        let command = command.arg0(name).args(words).envs(variables);
        let error = command.env(NOTE, "").exec();
        let action = "start the task again with the variables of `cmdenv`";
        return Err(RunError::io(action)(error).into());
    }
    let lines = Lines { file, path };
    let note = tempfile::Builder::new().prefix("mrjob-setup").tempfile();
    let note = note.map_err(RunError::io("make a file for the setup"))?;
    let mut shell = file.sh_bin.iter();
    let mut command = Command::new(shell.next().map_or("/bin/sh", String::as_str));
    command
        .args(shell)
        .args(["-c", &script(&file.setup, "\"$PWD\"", "\"$MRJOB_SETUP\"")])
        .arg("setup")
        .arg(program)
        .args(words)
        .envs(variables)
        .env(NOTE, note.path());
    lines.run(&mut command, note.path()).map(Some)
}

/// The lines of `setup`.
struct Lines<'a> {
    file: &'a TaskFile,
    path: &'a Path,
}

impl Lines<'_> {
    /// Runs the shell and the task that it becomes. The shells of one machine take turns: archives are unpacked once for all of
    /// its tasks.
    fn run(&self, command: &mut Command, note: &Path) -> Result<i32, JobError> {
        let turn = self
            .turn()
            .map_err(RunError::io("wait for other tasks' setup"))?;
        let shell = || format!("run the shell `{}`", self.file.sh_bin.join(" "));
        let mut child = command.spawn().map_err(RunError::io(shell()))?;
        let ended = self
            .watch(&mut child, note)
            .map_err(RunError::io("wait for the setup"))?;
        drop(turn);
        let status = match ended {
            None => child.wait().map_err(RunError::io("wait for the task"))?,
            Some(status) => status,
        };
        let text = fs::read_to_string(note).unwrap_or_default();
        match failed_at(&self.file.setup, &text) {
            None => Ok(code(status)),
            Some(place) => {
                let message = format!("{place}, ended with {status}");
                let mut failure = TaskFailure::new(FailureKind::Command, message);
                let shell = self.file.sh_bin.join(" ");
                failure.hint = Some(format!(
                    "`{shell}` runs the lines, in a folder with the job's files"
                ));
                Err(JobError::Task(Box::new(failure)))
            }
        }
    }

    /// Locks the task file, which the job's tasks on this machine share.
    fn turn(&self) -> io::Result<File> {
        let file = File::open(self.path)?;
        let mut signs = Signs::new("waiting for another task's setup");
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
            signs.wait();
        }
    }

    /// Waits until the lines are done, or the shell has ended.
    fn watch(&self, child: &mut Child, note: &Path) -> io::Result<Option<ExitStatus>> {
        let mut signs = Signs::new("setup");
        loop {
            if failed_at(&self.file.setup, &fs::read_to_string(note)?).is_none() {
                return Ok(None);
            }
            if let Some(status) = child.try_wait()? {
                return Ok(Some(status));
            }
            signs.wait();
        }
    }
}

/// Signs of life.
struct Signs {
    text: &'static str,
    last: Instant,
}

impl Signs {
    fn new(text: &'static str) -> Self {
        let last = Instant::now();
        Signs { text, last }
    }

    fn wait(&mut self) {
        thread::sleep(PAUSE);
        if self.last.elapsed() >= SIGN_OF_LIFE {
            self.last = Instant::now();
            tell(&format!("reporter:status:{}\n", self.text));
        }
    }
}

/// As Java reports it.
fn code(status: ExitStatus) -> i32 {
    let signal = || 128 + status.signal().unwrap_or_default();
    status.code().unwrap_or_else(signal)
}
