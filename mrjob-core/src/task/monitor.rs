//! What can be seen of a running task from another thread, and how it is told to stop.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::counter::Status;

/// Shared between a task and whoever watches it. The task writes once a block of input, not once a record.
#[derive(Debug, Default)]
pub struct Monitor {
    records: AtomicU64,
    bytes: AtomicU64,
    cancelled: AtomicBool,
    pub(crate) status: Status,
}

impl Monitor {
    /// A monitor at zero.
    pub fn new() -> Self {
        Self::default()
    }

    /// Records and bytes read since the last [`Monitor::reset`].
    pub fn progress(&self) -> (u64, u64) {
        (
            self.records.load(Ordering::Relaxed),
            self.bytes.load(Ordering::Relaxed),
        )
    }

    /// Adds to what was read.
    pub fn advance(&self, records: u64, bytes: u64) {
        self.records.fetch_add(records, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Back to zero, for the next task.
    pub fn reset(&self) {
        self.records.store(0, Ordering::Relaxed);
        self.bytes.store(0, Ordering::Relaxed);
        self.status.take();
    }

    /// Asks the task to stop at its next block.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether [`Monitor::cancel`] was called.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Takes what the job said of itself by [`status!`](crate::status!), if it did since the last call.
    pub fn take_status(&self) -> Option<String> {
        self.status.take()
    }
}
