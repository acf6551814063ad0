//! How a program is started.

use std::ffi::OsStr;
use std::fmt;
use std::io;
#[cfg(unix)]
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{ExitStatus, Output, Stdio};
use std::time::Duration;

use crate::child::Child;
use crate::signals;

/// Time for a program that takes a second when the machine does nothing else.
const LIMIT: Duration = Duration::from_secs(600);

/// [`std::process::Command`] with a limit for the program's time.
pub struct Command {
    inner: std::process::Command,
    limit: Duration,
    /// Whether stdin, stdout and stderr have been set.
    set: [bool; 3],
}

impl Command {
    /// A program with a limit of ten minutes.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Command {
            inner: std::process::Command::new(program),
            limit: LIMIT,
            set: [false; 3],
        }
    }

    /// Sets how long the program may run; [`Duration::MAX`] is for one that serves all tests.
    pub fn limit(&mut self, limit: Duration) -> &mut Self {
        self.limit = limit;
        self
    }

    /// Adds an argument.
    pub fn arg(&mut self, argument: impl AsRef<OsStr>) -> &mut Self {
        self.inner.arg(argument);
        self
    }

    /// Adds arguments.
    pub fn args(&mut self, arguments: impl IntoIterator<Item: AsRef<OsStr>>) -> &mut Self {
        self.inner.args(arguments);
        self
    }

    /// Sets a variable.
    pub fn env(&mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> &mut Self {
        self.inner.env(name, value);
        self
    }

    /// Sets variables.
    pub fn envs<N: AsRef<OsStr>, V: AsRef<OsStr>>(
        &mut self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> &mut Self {
        self.inner.envs(variables);
        self
    }

    /// Unsets a variable.
    pub fn env_remove(&mut self, name: impl AsRef<OsStr>) -> &mut Self {
        self.inner.env_remove(name);
        self
    }

    /// Unsets all variables.
    pub fn env_clear(&mut self) -> &mut Self {
        self.inner.env_clear();
        self
    }

    /// Sets the working directory.
    pub fn current_dir(&mut self, dir: impl AsRef<Path>) -> &mut Self {
        self.inner.current_dir(dir);
        self
    }

    /// Sets the standard input.
    pub fn stdin(&mut self, stdin: impl Into<Stdio>) -> &mut Self {
        self.inner.stdin(stdin);
        self.set[0] = true;
        self
    }

    /// Sets the standard output.
    pub fn stdout(&mut self, stdout: impl Into<Stdio>) -> &mut Self {
        self.inner.stdout(stdout);
        self.set[1] = true;
        self
    }

    /// Sets the standard error.
    pub fn stderr(&mut self, stderr: impl Into<Stdio>) -> &mut Self {
        self.inner.stderr(stderr);
        self.set[2] = true;
        self
    }

    /// Sets the process group; 0 is a new one.
    #[cfg(unix)]
    pub fn process_group(&mut self, group: i32) -> &mut Self {
        self.inner.process_group(group);
        self
    }

    /// Starts the program.
    ///
    /// # Errors
    ///
    /// The program can't be started.
    pub fn spawn(&mut self) -> io::Result<Child> {
        signals::reset();
        let child = self.inner.spawn()?;
        Ok(Child::new(child, format!("{:?}", self.inner), self.limit))
    }

    /// Runs the program to its end, with the test's own output if no other was set.
    ///
    /// # Errors
    ///
    /// The program can't be started.
    ///
    /// # Panics
    ///
    /// It outlasted its limit.
    pub fn status(&mut self) -> io::Result<ExitStatus> {
        self.spawn()?.wait()
    }

    /// Runs the program to its end and captures its output, without input if none was set.
    ///
    /// # Errors
    ///
    /// The program can't be started, or its output not be read.
    ///
    /// # Panics
    ///
    /// It outlasted its limit.
    pub fn output(&mut self) -> io::Result<Output> {
        let [stdin, stdout, stderr] = self.set;
        if !stdin {
            self.inner.stdin(Stdio::null());
        }
        if !stdout {
            self.inner.stdout(Stdio::piped());
        }
        if !stderr {
            self.inner.stderr(Stdio::piped());
        }
        self.spawn()?.wait_with_output()
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
