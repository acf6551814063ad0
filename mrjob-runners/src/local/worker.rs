//! A worker: takes orders from its launcher, runs one task after the other, and goes when the launcher goes.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::net::Shutdown;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use mrjob_core::task::{Monitor, Program, TaskFailure, TaskReport};

use super::messages::{Answer, Order, frame, receive};

/// Set in the environment of worker processes.
pub(super) const WORKER_VARIABLE: &str = "MRJOB_WORKER";

const SAMPLE_EVERY: Duration = Duration::from_millis(100);

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

/// Runs the tasks of `program` that the launcher orders, until it hangs up.
///
/// Standard input is empty from here on; standard output has been standard error from the start.
pub fn serve(program: Arc<dyn Program>) -> ExitCode {
    match take_socket() {
        Ok(socket) => {
            // When memory runs out, a worker can be replaced and its launcher can't.
            let _ = std::fs::write("/proc/self/oom_score_adj", "500");
            work(program.as_ref(), socket, leave);
            ExitCode::SUCCESS
        }
        // The launcher, which sees it end, says what there is to say.
        Err(_) => ExitCode::FAILURE,
    }
}

/// Moves the launcher's socket away from standard input, where the job's code and its children would find it.
fn take_socket() -> io::Result<UnixStream> {
    let socket: OwnedFd = io::stdin().as_fd().try_clone_to_owned()?;
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    Ok(UnixStream::from(socket))
}

/// Ends this process, and the children of its task with it.
fn leave(busy: bool) {
    use rustix::process::{Signal, getpgrp, getpid, kill_process_group};
    if busy && getpgrp() == getpid() {
        let _ = kill_process_group(getpgrp(), Signal::KILL);
    }
    std::process::exit(0);
}

/// Serves until the launcher hangs up; `gone` is called then, told whether a task is still running.
pub(super) fn work(program: &dyn Program, socket: UnixStream, gone: fn(busy: bool)) {
    // Of an error here the launcher sees the end of the socket.
    let _ = try_work(program, socket, gone);
}

fn try_work(program: &dyn Program, socket: UnixStream, gone: fn(bool)) -> io::Result<()> {
    let hangup = Hangup(socket.try_clone()?);
    let desk = Arc::new(Desk {
        monitor: Monitor::new(),
        socket: Mutex::new(socket.try_clone()?),
        busy: Mutex::new(false),
    });
    let (sender, orders) = mpsc::channel();
    let (reader, sampler) = (Arc::clone(&desk), Arc::clone(&desk));
    thread::Builder::new()
        .name("orders".into())
        .spawn(move || {
            take_orders(socket, &sender);
            reader.monitor.cancel();
            gone(reader.is_busy());
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
        let outcome = match order {
            Order::Map(task) => program.map(&task, &more, &desk.monitor),
            Order::Reduce(task) => program.reduce(&task, &desk.monitor),
            Order::Splits(_) => break,
        };
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

/// Tells of the task's progress where there is any, until the worker ends.
fn sample(desk: &Desk, at_work: &Receiver<()>) {
    let mut last = (0, 0);
    while let Err(RecvTimeoutError::Timeout) = at_work.recv_timeout(SAMPLE_EVERY) {
        if desk.sample(&mut last).is_err() {
            return;
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

    fn sample(&self, last: &mut (u64, u64)) -> io::Result<()> {
        let mut socket = self.lock();
        if let Some(status) = self.monitor.take_status() {
            socket.write_all(&frame(&Answer::Status(status))?)?;
        }
        let now = self.monitor.progress();
        if now != *last && now != (0, 0) {
            socket.write_all(&frame(&Answer::Progress {
                records: now.0,
                bytes: now.1,
            })?)?;
        }
        *last = now;
        Ok(())
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
