//! Tasks whose panic ends their process: with `panic = "abort"` in the profile, or where a panic can't unwind.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::failure::TaskFailure;

/// Whether any panic ends the process.
pub(super) const ALWAYS: bool = cfg!(panic = "abort");

/// How many tasks run in this process, where any panic ends it.
static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// A task that runs.
pub(super) struct Running;

impl Running {
    pub(super) fn new() -> Self {
        RUNNING.fetch_add(1, Ordering::Relaxed);
        Running
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whether a panic on another thread than a task's ends a task.
pub(super) fn ends_a_task() -> bool {
    ALWAYS && RUNNING.load(Ordering::Relaxed) > 0
}

type Handler = Arc<dyn Fn(Box<TaskFailure>) + Send + Sync>;

static HANDLER: Mutex<Option<Handler>> = Mutex::new(None);

/// Has `handler` called, on the task's thread, with what is known of a panic in a task that is about to end this process. It
/// replaces the one before. A handler that returns lets the process abort.
pub fn on_abort(handler: impl Fn(Box<TaskFailure>) + Send + Sync + 'static) {
    *HANDLER.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(handler));
}

/// Calls the handler, or gives the failure back where there is none.
pub(super) fn tell(failure: Box<TaskFailure>) -> Result<(), Box<TaskFailure>> {
    let handler = HANDLER
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    match handler {
        Some(handler) => {
            handler(failure);
            Ok(())
        }
        None => Err(failure),
    }
}
