//! Counters and status messages.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::visible::line;

/// Counters by group and name.
pub type Counters = BTreeMap<String, BTreeMap<String, i64>>;

/// Adds to a counter of the job: one, or the amount given.
///
/// Group and name are constants; [`count`] takes names from the data.
///
/// Counts are kept by the thread that runs the task and summed over all tasks of a step. An add costs about a
/// nanosecond; the names are looked up once. Threads that a method starts aren't heard: count what they return.
/// A counter beyond what an `i64` holds fails the task or the job.
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
            Some(count) => match count.unwrap_or(0).checked_add(amount) {
                Some(sum) => *count = Some(sum),
                None => note_overflow(CounterOverflow::new(self.group, self.name, amount)),
            },
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

/// Adds `amount`, which may be negative, to a counter of the job whose names come from the data.
///
/// It is the counter that [`counter!`](crate::counter!) has for the same names. Both names are looked up at each call, which
/// takes some tens of nanoseconds; memory is taken for a name's first call only. All that [`counter!`](crate::counter!) says of
/// threads and of sums holds here.
///
/// Each name is kept, by every task and by the launcher: count by country, not by user.
///
/// ```
/// # use mrjob_core::counter::count;
/// let country = String::from("DK");
/// count("visits by country", country, 1);
/// ```
pub fn count(group: impl AsRef<str>, name: impl AsRef<str>, amount: i64) {
    add_named(group.as_ref(), name.as_ref(), amount);
}

fn add_named(group: &str, name: &str, amount: i64) {
    NAMED.with_borrow_mut(|groups| {
        let known = groups.get_mut(group).and_then(|names| names.get_mut(name));
        match known {
            Some(count) => match count.checked_add(amount) {
                Some(sum) => *count = sum,
                None => note_overflow(CounterOverflow::new(group, name, amount)),
            },
            None => {
                let names = groups.entry(group.to_owned()).or_default();
                names.insert(name.to_owned(), amount);
            }
        }
    });
}

/// Adds all of `from` to `into`.
///
/// # Errors
///
/// When a counter is beyond what an `i64` holds; the others are added.
pub fn add_counters(into: &mut Counters, from: &Counters) -> Result<(), CounterOverflow> {
    let mut added = Ok(());
    for (group, names) in from {
        let sums = into.entry(group.clone()).or_default();
        for (name, amount) in names {
            let sum = sums.entry(name.clone()).or_default();
            match sum.checked_add(*amount) {
                Some(more) => *sum = more,
                None => added = added.and(Err(CounterOverflow::new(group, name, *amount))),
            }
        }
    }
    added
}

/// A counter is beyond what an `i64` holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the counter `{}: {}` is {}\nhint: count a larger unit, such as megabytes where these are bytes",
    line(group), line(name), if *below { format!("below {}", i64::MIN) } else { format!("beyond {}", i64::MAX) }
)]
pub struct CounterOverflow {
    group: String,
    name: String,
    below: bool,
}

impl CounterOverflow {
    /// The counter of these names, to which `amount` couldn't be added.
    fn new(group: &str, name: &str, amount: i64) -> Self {
        CounterOverflow {
            group: group.to_owned(),
            name: name.to_owned(),
            below: amount < 0,
        }
    }
}

/// Group and name of all counters of the program, by their index.
static NAMES: Mutex<Vec<(&'static str, &'static str)>> = Mutex::new(Vec::new());

thread_local! {
    /// What this thread has counted since its task began, by the counter's index.
    static COUNTS: RefCell<Vec<Option<i64>>> = const { RefCell::new(Vec::new()) };
    /// What this thread has counted since then under names that aren't constants.
    static NAMED: RefCell<Counters> = const { RefCell::new(Counters::new()) };
    /// The first counter since then that was too large.
    static OVERFLOW: RefCell<Option<CounterOverflow>> = const { RefCell::new(None) };
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

#[cold]
fn note_overflow(overflow: CounterOverflow) {
    OVERFLOW.with_borrow_mut(|first| {
        first.get_or_insert(overflow);
    });
}

/// Runs `task` with counters of its own and its status messages going to `status`; what it counted.
pub(crate) fn counting<T>(
    status: &Status,
    task: impl FnOnce() -> T,
) -> (T, Result<Counters, CounterOverflow>) {
    let outer = (
        COUNTS.take(),
        NAMED.take(),
        OVERFLOW.take(),
        STATUS.replace(Some(status.clone())),
    );
    let done = task();
    let counts = COUNTS.replace(outer.0);
    let named = NAMED.replace(outer.1);
    let overflow = OVERFLOW.replace(outer.2);
    STATUS.set(outer.3);
    (done, overflow.map_or_else(|| sum(counts, named), Err))
}

/// What was counted under constant names and under others.
fn sum(counts: Vec<Option<i64>>, named: Counters) -> Result<Counters, CounterOverflow> {
    let names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    let mut constant = Counters::new();
    for ((group, name), count) in names.iter().zip(counts) {
        if let Some(count) = count {
            constant
                .entry((*group).to_owned())
                .or_default()
                .insert((*name).to_owned(), count);
        }
    }
    let mut all = named;
    add_counters(&mut all, &constant).map(|()| all)
}
