//! Counters and status messages.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::task::Counters;

/// Adds to a counter of the job: one, or the amount given.
///
/// Counts are kept by the thread that runs the task and summed over all tasks of a step. An add costs about a
/// nanosecond; the names are looked up once. Threads that a method starts aren't heard: count what they return.
///
/// ```
/// # use mrjob_core::counter;
/// counter!("words", "too short");
/// counter!("words", "letters", 11);
/// ```
#[macro_export]
macro_rules! counter {
    ($group:expr, $name:expr $(,)?) => {
        $crate::counter!($group, $name, 1)
    };
    ($group:expr, $name:expr, $amount:expr $(,)?) => {{
        static COUNTER: $crate::counter::Counter = $crate::counter::Counter::new($group, $name);
        COUNTER.add($amount)
    }};
}

/// Says what the task is doing; shown by the progress display and, on a cluster, by its pages. Arguments as `format!`.
///
/// ```
/// # use mrjob_core::status;
/// status!("page {} of {}", 3, 10);
/// ```
#[macro_export]
macro_rules! status {
    ($($arg:tt)*) => {
        $crate::counter::set_status(::std::format!($($arg)*))
    };
}

/// A counter, made by [`counter!`](crate::counter!).
#[derive(Debug)]
pub struct Counter {
    group: &'static str,
    name: &'static str,
    index: OnceLock<usize>,
}

impl Counter {
    /// A counter of this group and name. Two with the same names count together.
    pub const fn new(group: &'static str, name: &'static str) -> Self {
        Counter {
            group,
            name,
            index: OnceLock::new(),
        }
    }

    /// Adds `amount`, which may be negative.
    #[inline]
    pub fn add(&self, amount: i64) {
        let index = match self.index.get() {
            Some(index) => *index,
            None => self.register(),
        };
        COUNTS.with_borrow_mut(|counts| match counts.get_mut(index) {
            Some(count) => *count = Some(count.unwrap_or(0) + amount),
            None => {
                counts.resize(index + 1, None);
                counts[index] = Some(amount);
            }
        });
    }

    #[cold]
    fn register(&self) -> usize {
        *self.index.get_or_init(|| {
            let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
            let known = names
                .iter()
                .position(|known| *known == (self.group, self.name));
            known.unwrap_or_else(|| {
                names.push((self.group, self.name));
                names.len() - 1
            })
        })
    }
}

/// Group and name of all counters of the program, by their index.
static NAMES: Mutex<Vec<(&'static str, &'static str)>> = Mutex::new(Vec::new());

thread_local! {
    /// What this thread has counted since [`enter`], by the counter's index.
    static COUNTS: RefCell<Vec<Option<i64>>> = const { RefCell::new(Vec::new()) };
    /// Where this thread's status messages go.
    static STATUS: RefCell<Option<Status>> = const { RefCell::new(None) };
}

/// Says what this thread's task is doing; what [`status!`](crate::status!) calls.
pub fn set_status(message: String) {
    STATUS.with_borrow(|status| {
        if let Some(status) = status {
            status.set(message);
        }
    });
}

/// The newest status message of a task, shared with who watches it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Status(Arc<Mutex<Option<String>>>);

impl Status {
    fn set(&self, message: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(message);
    }

    pub(crate) fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Runs `task` with counters of its own and its status messages going to `status`; what it counted.
pub(crate) fn counting<T>(status: &Status, task: impl FnOnce() -> T) -> (T, Counters) {
    let outer = (COUNTS.take(), STATUS.replace(Some(status.clone())));
    let done = task();
    let counts = COUNTS.replace(outer.0);
    STATUS.set(outer.1);
    let names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    let mut counters = Counters::new();
    for ((group, name), count) in names.iter().zip(counts) {
        if let Some(count) = count {
            counters
                .entry((*group).to_owned())
                .or_default()
                .insert((*name).to_owned(), count);
        }
    }
    (done, counters)
}
