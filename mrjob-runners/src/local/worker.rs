//! A worker: takes orders from its launcher, runs one task after the other, and goes when the launcher goes.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::net::Shutdown;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use mrjob_core::program::Program;
use mrjob_core::task::{FailureKind, Monitor, TaskFailure, TaskReport};

use super::messages::{Answer, Order, Task, frame, receive};
use super::working_dir::{Entered, WorkingDir};

/// Set in the environment of worker processes, to their working directory.
pub(super) const WORKER_VARIABLE: &str = "MRJOB_WORKER";

const PLACE: &str = "`--local-tmp-dir` puts temporary files in another place";
const SAMPLE_EVERY: Duration = Duration::from_millis(100);
/// A worker that has nothing to tell says so, in order to be heard; see [`SILENT`](super::schedule::SILENT).
const SIGN_OF_LIFE_EVERY: Duration = Duration::from_secs(1);

/// Whether this process was started as a worker, so that `main` has to come to [`serve`].
///
/// What a worker's task starts inherits the environment but not the launcher's socket, and isn't a worker.
pub fn is_worker() -> bool {
    let is_socket = || {
        let stdin = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        Ok::<_, io::Error>(stdin.metadata()?.file_type().is_socket())
    };
    std::env::var_os(WORKER_VARIABLE).is_some() && is_socket().unwrap_or(false)
}

/// Runs the tasks of `program` that the launcher orders, until it hangs up. They run in the
/// working directory that it has made, with Hadoop's variables in the environment.
///
/// Standard input is empty from here on; standard output has been standard error from the start.
pub fn serve(program: Arc<dyn Program>) -> ExitCode {
    match try_serve(program) {
        Ok(()) => ExitCode::SUCCESS,
        // The launcher, which sees it end, says what there is to say.
        Err(_) => ExitCode::FAILURE,
    }
}

/// The same in a copy of the launcher, which gets the variable here that a new process would have got.
#[expect(unsafe_code, reason = "a copy has its environment from its launcher")]
pub(super) fn serve_as_copy(program: Arc<dyn Program>, dir: PathBuf) -> io::Result<()> {
    // SAFETY: a copy has no other thread yet.
    unsafe { std::env::set_var(WORKER_VARIABLE, dir) };
    try_serve(program)
}

fn try_serve(program: Arc<dyn Program>) -> io::Result<()> {
    let socket = take_socket()?;
    // When memory runs out, a worker can be replaced and its launcher can't.
    let _ = std::fs::write("/proc/self/oom_score_adj", "500");
    export();
    let dir = std::env::var_os(WORKER_VARIABLE).unwrap_or_default();
    let dir = WorkingDir::new(dir.into());
    work(program.as_ref(), socket, Place::Process(dir));
    Ok(())
}

/// Moves the launcher's socket away from standard input, where the job's code and its children would find it.
fn take_socket() -> io::Result<UnixStream> {
    let socket: OwnedFd = io::stdin().as_fd().try_clone_to_owned()?;
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    Ok(UnixStream::from(socket))
}

/// Lets tasks set Hadoop's variables in the environment of this process, where programs look for them.
#[expect(
    unsafe_code,
    reason = "jobs read Hadoop's variables from the environment"
)]
fn export() {
    // SAFETY: a worker runs one task at a time. Beside that task's it has two threads, one that reads orders and
    // one that writes progress; both use the socket and the allocator, and neither calls what reads the environment.
    // With inputs in S3 there is the network's, which reads it through the standard library and its lock; the resolver
    // runs while a task reads, when variables change their values but none is added.
    unsafe { mrjob_core::task::export_environment() }
}

/// Where a worker is.
#[derive(Debug)]
pub(super) enum Place {
    /// It is a process of its own.
    Process(WorkingDir),
    /// It is a thread of the launcher, with whose environment and working directory its tasks run.
    Thread,
}

impl Place {
    /// Goes where a task is to run.
    fn enter(&self) -> Result<Option<Entered<'_>>, Box<TaskFailure>> {
        let Place::Process(dir) = self else {
            return Ok(None);
        };
        let entered = dir.enter().map_err(|error| {
            let message = format!(
                "failed to go to the working directory `{}`: {error}",
                dir.path().display()
            );
            let mut failure = TaskFailure::new(FailureKind::Io, message);
            failure.hint = Some(PLACE.to_owned());
            Box::new(failure)
        });
        entered.map(Some)
    }
}

/// Ends this process, and the children of its task with it.
fn leave(busy: bool) {
    use rustix::process::{Signal, getpgrp, getpid, kill_process_group};
    if busy && getpgrp() == getpid() {
        let _ = kill_process_group(getpgrp(), Signal::KILL);
    }
    std::process::exit(0);
}

/// Serves until the launcher hangs up. Then a process ends, even if a task is still running.
pub(super) fn work(program: &dyn Program, socket: UnixStream, place: Place) {
    // Of an error here the launcher sees the end of the socket.
    let _ = try_work(program, socket, &place);
}

fn try_work(program: &dyn Program, socket: UnixStream, place: &Place) -> io::Result<()> {
    let hangup = Hangup(socket.try_clone()?);
    let desk = Arc::new(Desk {
        monitor: Monitor::new(),
        socket: Mutex::new(socket.try_clone()?),
        busy: Mutex::new(false),
    });
    if let Place::Process(_) = place {
        let desk = Arc::clone(&desk);
        mrjob_core::task::on_abort(move |failure| {
            // Of an error here the launcher sees the end of the process.
            let _ = desk.conclude(Err(failure));
            std::process::exit(1);
        });
    }
    let (sender, orders) = mpsc::channel();
    let (reader, sampler) = (Arc::clone(&desk), Arc::clone(&desk));
    let is_process = matches!(place, Place::Process(_));
    thread::Builder::new()
        .name("orders".into())
        .spawn(move || {
            take_orders(socket, &sender);
            reader.monitor.cancel();
            if is_process {
                leave(reader.is_busy());
            }
        })?;
    let (working, at_work) = mpsc::channel::<()>();
    thread::Builder::new()
        .name("progress".into())
        .spawn(move || sample(&sampler, &at_work))?;
    desk.answer(&Answer::Ready)?;
    let more = || {
        let (_, read) = desk.monitor.progress();
        match desk.answer(&Answer::More(read)).map(|()| orders.recv()) {
            Ok(Ok(Order::Splits(splits))) => splits,
            _ => Vec::new(),
        }
    };
    for order in &orders {
        desk.set_busy(true);
        let Order::Run(task) = order else {
            break;
        };
        let outcome = place.enter().and_then(|_entered| match *task {
            Task::Map(task) => program.map(&task, &more, &desk.monitor),
            Task::Reduce(task) => program.reduce(&task, &desk.monitor),
        });
        desk.set_busy(false);
        desk.conclude(outcome)?;
    }
    drop((working, hangup));
    Ok(())
}

/// Reads orders until the launcher hangs up.
fn take_orders(socket: UnixStream, orders: &Sender<Order>) {
    let mut socket = BufReader::new(socket);
    while let Ok(Some(order)) = receive(&mut socket) {
        if orders.send(order).is_err() {
            return;
        }
    }
}

/// Tells of the task's progress where there is any, and of being alive where there is none, until the worker ends.
fn sample(desk: &Desk, at_work: &Receiver<()>) {
    let mut last = (0, 0);
    let mut told = Instant::now();
    while let Err(RecvTimeoutError::Timeout) = at_work.recv_timeout(SAMPLE_EVERY) {
        let due = told.elapsed() >= SIGN_OF_LIFE_EVERY;
        match desk.sample(&mut last, due) {
            Ok(true) => told = Instant::now(),
            Ok(false) => {}
            Err(_) => return,
        }
    }
}

/// What the threads of a worker share.
struct Desk {
    monitor: Monitor,
    socket: Mutex<UnixStream>,
    busy: Mutex<bool>,
}

impl Desk {
    fn answer(&self, answer: &Answer) -> io::Result<()> {
        self.lock().write_all(&frame(answer)?)
    }

    /// Sends the end of a task. The monitor is reset under the same lock, so that no sample is of the wrong task.
    fn conclude(&self, outcome: Result<TaskReport, Box<TaskFailure>>) -> io::Result<()> {
        let answer = match outcome {
            Ok(report) => Answer::Done(Box::new(report)),
            Err(failure) => Answer::Failed(failure),
        };
        let mut socket = self.lock();
        if let Some(status) = self.monitor.take_status() {
            socket.write_all(&frame(&Answer::Status(status))?)?;
        }
        self.monitor.reset();
        socket.write_all(&frame(&answer)?)
    }

    /// Sends the progress if it isn't `last`'s, or is `due`; whether it did.
    fn sample(&self, last: &mut (u64, u64), due: bool) -> io::Result<bool> {
        let mut socket = self.lock();
        if let Some(status) = self.monitor.take_status() {
            socket.write_all(&frame(&Answer::Status(status))?)?;
        }
        let now = self.monitor.progress();
        let tell = due || now != *last && now != (0, 0);
        if tell {
            socket.write_all(&frame(&Answer::Progress {
                records: now.0,
                bytes: now.1,
            })?)?;
        }
        *last = now;
        Ok(tell)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, UnixStream> {
        self.socket.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_busy(&self) -> bool {
        *self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_busy(&self, busy: bool) {
        *self.busy.lock().unwrap_or_else(PoisonError::into_inner) = busy;
    }
}

/// Ends the conversation when the worker ends, by a panic too: other threads hold the socket as well.
struct Hangup(UnixStream);

impl Drop for Hangup {
    fn drop(&mut self) {
        let _ = self.0.shutdown(Shutdown::Both);
    }
}
