//! One worker as its launcher sees it: started, spoken to, ended.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use mrjob_core::task::Program;
use rustix::process::{Pid, Signal, kill_process_group};

use super::messages::{Answer, receive};
use super::worker::{Place, work};

/// What a dead worker's last words are waited for: what its task started may hold its output open.
const LAST_WORDS: Duration = Duration::from_millis(200);
/// Bytes of a line that are passed on at once.
const LONGEST_LINE: u64 = 64 << 10;

/// A worker's number, never used twice in a run.
pub(super) type WorkerId = u64;

/// What the launcher hears.
#[derive(Debug)]
pub(super) enum Notice {
    /// A worker's answer.
    Answer(WorkerId, Answer),
    /// A worker is gone, or as good as gone.
    Closed(WorkerId),
    /// A line that a worker printed.
    Line(String),
    /// The run may have to stop, or nothing happens.
    Wake,
}

/// A live worker.
#[derive(Debug)]
pub(super) struct Worker {
    socket: UnixStream,
    body: Body,
}

#[derive(Debug)]
enum Body {
    Process {
        child: Child,
        last_line: Arc<Mutex<String>>,
    },
    Thread(JoinHandle<()>),
}

/// How a worker ended.
#[derive(Debug)]
pub(super) struct Ending {
    /// In words that follow the word for it: `killed by SIGKILL`.
    pub(super) how: String,
    /// Whether it exited by itself, as a program does that isn't a worker at all.
    pub(super) exited: bool,
}

impl Worker {
    /// Starts a process by `command` that is, or becomes, worker `id`.
    pub(super) fn process(
        id: WorkerId,
        mut command: Command,
        notices: &SyncSender<Notice>,
    ) -> io::Result<Self> {
        let (ours, theirs) = UnixStream::pair()?;
        // What a task prints must not reach the launcher's standard output.
        let (output, stderr) = io::pipe()?;
        let child = command
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(stderr.try_clone()?)
            .stderr(stderr)
            // A terminal's Ctrl-C is the launcher's to deal with, and what a task starts ends with it.
            .process_group(0)
            .spawn()?;
        // It holds the other ends of socket and pipe.
        drop(command);
        let last_line = Arc::new(Mutex::new(String::new()));
        let (silent, silence) = mpsc::channel();
        let (last, heard) = (Arc::clone(&last_line), notices.clone());
        spawn("output", move || pass_lines(output, &last, &heard, silent))?;
        listen(id, ours.try_clone()?, silence, notices.clone())?;
        Ok(Worker {
            socket: ours,
            body: Body::Process { child, last_line },
        })
    }

    /// Starts a thread that is worker `id`.
    pub(super) fn thread(
        id: WorkerId,
        program: Arc<dyn Program>,
        notices: &SyncSender<Notice>,
    ) -> io::Result<Self> {
        let (ours, theirs) = UnixStream::pair()?;
        let thread = spawn("worker", move || {
            work(program.as_ref(), theirs, Place::Thread)
        })?;
        let (_, silence) = mpsc::channel();
        listen(id, ours.try_clone()?, silence, notices.clone())?;
        Ok(Worker {
            socket: ours,
            body: Body::Thread(thread),
        })
    }

    /// The number of its process, if it has one of its own.
    pub(super) fn process_id(&self) -> Option<u32> {
        match &self.body {
            Body::Process { child, .. } => Some(child.id()),
            Body::Thread(_) => None,
        }
    }

    /// Sends a frame. Of a worker that is gone the launcher hears otherwise.
    pub(super) fn send(&mut self, frame: &[u8]) {
        let _ = self.socket.write_all(frame);
    }

    /// Tells the worker to go; it does at once when it is idle.
    pub(super) fn hang_up(&self) {
        let _ = self.socket.shutdown(Shutdown::Both);
    }

    /// Kills it, whatever it does; a thread ends at its next block of input.
    pub(super) fn kill(&self) {
        self.hang_up();
        if let Body::Process { child, .. } = &self.body {
            kill_group(child);
        }
    }

    /// Waits for a worker that is gone or going, and says how it ended.
    pub(super) fn wait(self) -> Ending {
        match self.body {
            Body::Process {
                mut child,
                last_line,
            } => {
                // Its children; of itself the way it ends is settled.
                kill_group(&child);
                let last_line = last_line
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .clone();
                ending(child.wait(), &last_line)
            }
            Body::Thread(thread) => {
                let how = if thread.join().is_err() {
                    "panicked"
                } else {
                    "hung up"
                };
                Ending {
                    how: how.to_owned(),
                    exited: false,
                }
            }
        }
    }
}

fn kill_group(child: &Child) {
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL);
    }
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name(name.to_owned()).spawn(body)
}

/// Passes a worker's answers on, and that it is gone once its last words have been.
fn listen(
    id: WorkerId,
    socket: UnixStream,
    silence: Receiver<()>,
    notices: SyncSender<Notice>,
) -> io::Result<()> {
    spawn("answers", move || {
        let mut socket = BufReader::new(socket);
        while let Ok(Some(answer)) = receive(&mut socket) {
            if notices.send(Notice::Answer(id, answer)).is_err() {
                return;
            }
        }
        let _ = silence.recv_timeout(LAST_WORDS);
        let _ = notices.send(Notice::Closed(id));
    })?;
    Ok(())
}

/// Passes what a worker prints on, line by line; `silent` is dropped at its end.
fn pass_lines(
    output: impl Read,
    last: &Mutex<String>,
    notices: &SyncSender<Notice>,
    silent: Sender<()>,
) {
    let mut output = BufReader::new(output);
    let mut bytes = Vec::new();
    while let Ok(1..) = (&mut output)
        .take(LONGEST_LINE)
        .read_until(b'\n', &mut bytes)
    {
        let line = String::from_utf8_lossy(&bytes)
            .trim_end_matches(['\n', '\r'])
            .to_owned();
        if !line.trim().is_empty() {
            last.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone_from(&line);
        }
        // The pipe is drained to its end even where nobody listens any more: a worker must not hang on it.
        let _ = notices.send(Notice::Line(line));
        bytes.clear();
    }
    drop(silent);
}

fn ending(status: io::Result<ExitStatus>, last_line: &str) -> Ending {
    let (mut how, exited) = match status {
        Ok(status) => match (status.signal(), status.code()) {
            (Some(signal), _) => (format!("killed by {}", signal_name(signal)), false),
            (None, code) => (
                format!("exited with code {}", code.unwrap_or_default()),
                true,
            ),
        },
        Err(error) => (format!("lost: {error}"), false),
    };
    if !last_line.is_empty() {
        how.push_str(&format!(" (its last words: {last_line})"));
    }
    Ending { how, exited }
}

/// The name of a signal that ends processes.
fn signal_name(signal: i32) -> String {
    let name = match signal {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        6 => "SIGABRT",
        8 => "SIGFPE",
        9 => "SIGKILL, as when memory runs out",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        24 => "SIGXCPU, as when processor time is limited",
        25 => "SIGXFSZ, as when the size of files is limited",
        _ => return format!("signal {signal}"),
    };
    name.to_owned()
}
