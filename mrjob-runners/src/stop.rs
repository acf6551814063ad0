//! How a run is told to stop, and what it takes back if it can't come to its end.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;
use std::{io, thread};

/// How long a program that is told to end at once waits for others.
const ELSEWHERE: Duration = Duration::from_secs(5);

/// Tells a run to stop: set by a signal, seen by the runner.
#[derive(Default)]
pub struct Stop {
    requested: AtomicBool,
    hooks: Mutex<Vec<Box<dyn Fn() + Send>>>,
    folders: Mutex<Vec<PathBuf>>,
    grace: Mutex<Option<Duration>>,
    last_words: Mutex<String>,
    /// What the run takes back elsewhere if it doesn't come to its end.
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
    pub fn allow(&self, grace: Duration) {
        *lock(&self.grace) = Some(grace);
    }

    /// How long the run may take for its end, if that was said.
    pub fn grace(&self) -> Option<Duration> {
        *lock(&self.grace)
    }

    /// Sets what is said to a user who can't wait for the run's end; nothing, if it is empty.
    pub fn last_words(&self, words: String) {
        *lock(&self.last_words) = words;
    }

    /// What is said to a user who can't wait for the run's end.
    pub fn words(&self) -> String {
        lock(&self.last_words).clone()
    }

    /// The folders that the run deletes at its end. Who makes one holds this until it is noted, so that who can't wait for
    /// the end misses none.
    pub fn folders(&self) -> MutexGuard<'_, Vec<PathBuf>> {
        lock(&self.folders)
    }

    /// Notes what takes back something that the run has begun elsewhere.
    pub fn note_undo(&self, undo: impl Fn() + Send + 'static) {
        lock(&self.undo).push(Box::new(undo));
    }

    /// Deletes what the run would have deleted, for who can't wait for its end. It makes no folder after that.
    pub fn clean_up(&self) {
        let folders = self.folders();
        folders.iter().for_each(|folder| delete(folder));
        std::mem::forget(folders);
        self.take_back();
    }

    /// Takes back what was begun elsewhere, if that answers.
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
