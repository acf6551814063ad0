//! A program that runs, and the thread that watches its time.

use std::io::{self, Read};
use std::ops::{Deref, DerefMut};
use std::process::{ExitStatus, Output};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::tree;

/// [`std::process::Child`] that ends at its limit, or with this value.
#[derive(Debug)]
pub struct Child {
    inner: std::process::Child,
    command: String,
    limit: Duration,
    /// Gone once the program has ended.
    watch: Option<Watch>,
}

impl Child {
    pub(crate) fn new(inner: std::process::Child, command: String, limit: Duration) -> Self {
        let watch = Some(Watch::new(inner.id(), limit));
        Child {
            inner,
            command,
            limit,
            watch,
        }
    }

    /// Waits for the program's end.
    ///
    /// # Errors
    ///
    /// The system can't wait.
    ///
    /// # Panics
    ///
    /// The program outlasted its limit.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.inner.wait()?;
        self.ended("");
        Ok(status)
    }

    /// The program's status if it has ended.
    ///
    /// # Errors
    ///
    /// The system can't tell.
    ///
    /// # Panics
    ///
    /// The program outlasted its limit.
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        let status = self.inner.try_wait()?;
        if status.is_some() {
            self.ended("");
        }
        Ok(status)
    }

    /// Waits for the program's end and reads what it prints meanwhile.
    ///
    /// # Errors
    ///
    /// The output can't be read.
    ///
    /// # Panics
    ///
    /// The program outlasted its limit.
    pub fn wait_with_output(mut self) -> io::Result<Output> {
        drop(self.inner.stdin.take());
        let (stdout, stderr) = (self.inner.stdout.take(), self.inner.stderr.take());
        let (stdout, stderr) = thread::scope(|scope| {
            let stderr = scope.spawn(|| read(stderr));
            let stdout = read(stdout);
            (stdout, stderr.join().expect("reading doesn't panic"))
        });
        let (stdout, stderr) = (stdout?, stderr?);
        let status = self.inner.wait()?;
        let printed = [&*stdout, &*stderr].concat();
        self.ended(&String::from_utf8_lossy(&printed));
        Ok(Output {
            status,
            stdout,
            stderr,
        })
    }

    /// Ends the watch. That the program had to be killed is the test's failure.
    fn ended(&mut self, printed: &str) {
        if self.watch.take().is_some_and(Watch::end) {
            panic!("{}; it printed:\n{printed}", self.killed());
        }
    }

    fn killed(&self) -> String {
        let seconds = self.limit.as_secs_f64();
        format!("`{}` was killed after {seconds} s", self.command)
    }
}

/// Its number, its pipes, and how to kill it.
impl Deref for Child {
    type Target = std::process::Child;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl DerefMut for Child {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.inner
    }
}

impl Drop for Child {
    #[expect(clippy::print_stderr, reason = "a test shows it when it fails")]
    fn drop(&mut self) {
        let Some(watch) = self.watch.take() else {
            return;
        };
        if matches!(self.inner.try_wait(), Ok(None)) {
            tree::kill(self.inner.id());
            // There is nobody to tell, and it is dead.
            let _ = self.inner.wait();
        }
        if watch.end() {
            eprintln!("{}", self.killed());
        }
    }
}

fn read(pipe: Option<impl Read>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        pipe.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// A thread that kills a program at its limit.
#[derive(Debug)]
struct Watch {
    end: Sender<()>,
    thread: JoinHandle<bool>,
}

impl Watch {
    fn new(process: u32, limit: Duration) -> Self {
        let (end, ended) = mpsc::channel();
        let thread = thread::spawn(move || {
            let late = ended.recv_timeout(limit) == Err(RecvTimeoutError::Timeout);
            if late {
                tree::kill(process);
            }
            late
        });
        Watch { end, thread }
    }

    /// Whether the limit was reached.
    fn end(self) -> bool {
        drop(self.end);
        self.thread.join().expect("watching doesn't panic")
    }
}
