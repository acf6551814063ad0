//! One worker as its launcher sees it: started, spoken to, ended.

use std::io::{self, BufRead, BufReader, PipeReader, PipeWriter, Read, Write};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use mrjob_core::program::Program;
use rustix::io::retry_on_intr;
use rustix::process::{Pid, Signal, WaitOptions, kill_process_group, waitpid};

use super::fork::{self, Side};
use super::messages::{Answer, receive};
use super::worker::{Place, serve_as_copy, work};

/// How long a dead worker's last words are waited for, on a busy machine, too: what its task started may hold its output open.
const LAST_WORDS: Duration = Duration::from_secs(2);
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
        number: Pid,
        last_line: Arc<Mutex<String>>,
    },
    Thread(JoinHandle<()>),
}

/// How a worker ended.
#[derive(Debug)]
pub(super) struct Ending {
    /// In words that follow the word for it: `killed by SIGKILL`.
    pub(super) how: String,
    /// What ended it.
    pub(super) cause: Cause,
}

/// What ends a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// It exited by itself, as a program does that isn't a worker at all.
    Exit,
    /// The signal that can't be caught: the system's, or a person's.
    Kill,
    /// Another signal: above all one that a fault of its own code raises.
    Fault,
    /// Nobody knows.
    Unknown,
}

impl Worker {
    /// Starts a process by `command` that is, or becomes, worker `id`.
    pub(super) fn process(
        id: WorkerId,
        mut command: Command,
        notices: &SyncSender<Notice>,
    ) -> io::Result<Self> {
        let (near, far) = ends()?;
        let child = command
            .stdin(Stdio::from(OwnedFd::from(far.socket)))
            .stdout(far.output.try_clone()?)
            .stderr(far.output)
            // A terminal's Ctrl-C is the launcher's to deal with, and what a task starts ends with it.
            .process_group(0)
            .spawn()?;
        // It holds the other ends of socket and pipe.
        drop(command);
        let number = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let number = number.ok_or_else(|| io::Error::other("a process without a number"))?;
        Worker::listened_to(id, number, near, notices)
    }

    /// Makes a copy of this process, where that [is possible](fork::is_possible), that is worker `id`.
    pub(super) fn copy(
        id: WorkerId,
        program: &Arc<dyn Program>,
        dir: PathBuf,
        notices: &SyncSender<Notice>,
    ) -> io::Result<Self> {
        let (near, far) = ends()?;
        // It would write what is left in its own copy.
        io::stdout().flush()?;
        match fork::fork()? {
            Side::Launcher(number) => {
                drop(far);
                Worker::listened_to(id, number, near, notices)
            }
            Side::Worker => {
                drop(near);
                fork::leave(|| {
                    rustix::stdio::dup2_stdin(far.socket)?;
                    rustix::stdio::dup2_stdout(&far.output)?;
                    rustix::stdio::dup2_stderr(far.output)?;
                    serve_as_copy(Arc::clone(program), dir)
                })
            }
        }
    }

    fn listened_to(
        id: WorkerId,
        number: Pid,
        near: Near,
        notices: &SyncSender<Notice>,
    ) -> io::Result<Self> {
        let last_line = Arc::new(Mutex::new(String::new()));
        let (silent, silence) = mpsc::channel();
        let (last, heard) = (Arc::clone(&last_line), notices.clone());
        spawn("output", move || {
            pass_lines(near.output, &last, &heard, silent)
        })?;
        listen(id, near.socket.try_clone()?, silence, notices.clone())?;
        Ok(Worker {
            socket: near.socket,
            body: Body::Process { number, last_line },
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
            Body::Process { number, .. } => u32::try_from(number.as_raw_nonzero().get()).ok(),
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
        if let Body::Process { number, .. } = self.body {
            kill_group(number);
        }
    }

    /// Waits for a worker that is gone or going, and says how it ended.
    pub(super) fn wait(self) -> Ending {
        match self.body {
            Body::Process { number, last_line } => {
                // Its children; of itself the way it ends is settled.
                kill_group(number);
                let last_line = last_line
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .clone();
                ending(wait_for(number), &last_line)
            }
            Body::Thread(thread) => {
                let how = if thread.join().is_err() {
                    "panicked"
                } else {
                    "hung up"
                };
                Ending {
                    how: how.to_owned(),
                    cause: Cause::Unknown,
                }
            }
        }
    }
}

/// The launcher's ends of what is between it and a worker's process.
struct Near {
    socket: UnixStream,
    output: PipeReader,
}

/// The worker's: its standard input, and where it prints to, which must not be the launcher's standard output.
struct Far {
    socket: UnixStream,
    output: PipeWriter,
}

fn ends() -> io::Result<(Near, Far)> {
    let (ours, theirs) = UnixStream::pair()?;
    let (reader, writer) = io::pipe()?;
    let near = Near {
        socket: ours,
        output: reader,
    };
    let far = Far {
        socket: theirs,
        output: writer,
    };
    Ok((near, far))
}

fn kill_group(number: Pid) {
    let _ = kill_process_group(number, Signal::KILL);
}

fn wait_for(number: Pid) -> io::Result<ExitStatus> {
    let ended = retry_on_intr(|| waitpid(Some(number), WaitOptions::empty()))?;
    let (_, status) = ended.ok_or_else(|| io::Error::other("it hasn't ended"))?;
    Ok(ExitStatus::from_raw(status.as_raw()))
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
    let (mut how, cause) = match status {
        Ok(status) => match (status.signal(), status.code()) {
            (Some(signal), _) => (
                format!("killed by {}", signal_name(signal)),
                match signal {
                    SIGKILL => Cause::Kill,
                    _ => Cause::Fault,
                },
            ),
            (None, code) => (
                format!("exited with code {}", code.unwrap_or_default()),
                Cause::Exit,
            ),
        },
        Err(error) => (format!("lost: {error}"), Cause::Unknown),
    };
    if !last_line.is_empty() {
        how.push_str(&format!(" (its last words: {last_line})"));
    }
    Ending { how, cause }
}

/// What the system sends where memory runs out.
const SIGKILL: i32 = 9;

/// The name of a signal that ends processes.
fn signal_name(signal: i32) -> String {
    let name = match signal {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        signal if signal == Signal::BUS.as_raw() => "SIGBUS",
        8 => "SIGFPE",
        SIGKILL => "SIGKILL, as when memory runs out",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        24 => "SIGXCPU, as when processor time is limited",
        25 => "SIGXFSZ, as when the size of files is limited",
        _ => return format!("signal {signal}"),
    };
    name.to_owned()
}
