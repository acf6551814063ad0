//! The workers that are alive, and the channel on which all of them are heard.

use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

use super::fork;
use super::home::Home;
use super::spawn::{Ending, Notice, Worker, WorkerId};
use crate::event::Event;
use crate::run::Run;

/// Notices that may wait to be heard; who has more to say waits.
const BACKLOG: usize = 1024;
/// An idle worker that isn't gone after this, having been told to, is killed.
const GRACE: Duration = Duration::from_secs(1);

/// Live workers. Dropping it kills them and waits for their end.
pub(super) struct Pool<'a> {
    run: &'a Run<'a>,
    home: Option<Home<'a>>,
    workers: BTreeMap<WorkerId, Worker>,
    next: WorkerId,
    notices: Receiver<Notice>,
    sender: SyncSender<Notice>,
}

impl<'a> Pool<'a> {
    /// An empty pool, woken when `run` is to stop.
    pub(super) fn new(run: &'a Run<'a>, home: Option<Home<'a>>) -> Self {
        let (sender, notices) = mpsc::sync_channel(BACKLOG);
        let wake = sender.clone();
        // A full channel wakes as well.
        run.stop
            .on_request(move || drop(wake.try_send(Notice::Wake)));
        Pool {
            run,
            home,
            workers: BTreeMap::new(),
            next: 0,
            notices,
            sender,
        }
    }

    /// What its workers are started in, if they are processes.
    pub(super) fn home(&self) -> Option<&Home<'a>> {
        self.home.as_ref()
    }

    /// Starts one more worker.
    pub(super) fn start(&mut self) -> io::Result<WorkerId> {
        let id = self.next;
        self.next += 1;
        let worker = match &self.home {
            Some(home) => {
                home.make_dir(id)?;
                if home.allows_copies() && fork::is_possible() {
                    let dir = home.working_dir(id);
                    Worker::copy(id, &self.run.program, dir, &self.sender)?
                } else {
                    let mut command = home.command(id)?;
                    command.args(self.run.arguments);
                    Worker::process(id, command, &self.sender)?
                }
            }
            None => Worker::thread(id, self.run.program.clone(), &self.sender)?,
        };
        self.workers.insert(id, worker);
        Ok(id)
    }

    /// Those that are alive.
    pub(super) fn ids(&self) -> impl Iterator<Item = WorkerId> + '_ {
        self.workers.keys().copied()
    }

    /// Sends a frame to a worker.
    pub(super) fn send(&mut self, id: WorkerId, frame: &[u8]) {
        if let Some(worker) = self.workers.get_mut(&id) {
            worker.send(frame);
        }
    }

    /// The number of a worker's process, if it has one of its own.
    pub(super) fn process_id(&self, id: WorkerId) -> Option<u32> {
        self.workers.get(&id).and_then(Worker::process_id)
    }

    /// Takes a worker that is gone out of the pool, and says how it ended.
    pub(super) fn bury(&mut self, id: WorkerId) -> Option<Ending> {
        self.workers.remove(&id).map(Worker::wait)
    }

    /// The next thing that happens to a worker, or [`Notice::Wake`] if nothing does for `time`. Lines that workers write
    /// are passed on as events meanwhile.
    pub(super) fn hear(&self, time: Duration) -> Notice {
        loop {
            match self.notices.recv_timeout(time) {
                Ok(Notice::Line(line)) => (self.run.events)(Event::TaskOutput { line }),
                Ok(notice) => return notice,
                Err(RecvTimeoutError::Timeout) => return Notice::Wake,
                Err(RecvTimeoutError::Disconnected) => {
                    unreachable!("the pool has a sender itself")
                }
            }
        }
    }

    /// Tells all workers, which are idle, to end by themselves.
    pub(super) fn dismiss(&mut self) {
        self.workers.values().for_each(Worker::hang_up);
    }

    /// Kills all workers and waits for their end.
    pub(super) fn kill(&mut self) {
        self.workers.values().for_each(Worker::kill);
        self.see_off();
    }

    /// Hears all workers out, for a time, and waits for their end.
    pub(super) fn see_off(&mut self) {
        let deadline = Instant::now() + GRACE;
        while !self.workers.is_empty() {
            match self
                .notices
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                Ok(Notice::Line(line)) => (self.run.events)(Event::TaskOutput { line }),
                Ok(Notice::Closed(id)) => drop(self.bury(id)),
                Ok(Notice::Answer(..) | Notice::Wake) => {}
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
        self.workers.values().for_each(Worker::kill);
        std::mem::take(&mut self.workers)
            .into_values()
            .for_each(|worker| drop(worker.wait()));
    }
}

impl Drop for Pool<'_> {
    fn drop(&mut self) {
        self.kill();
    }
}
