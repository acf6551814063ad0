//! What a user sees of a run, on standard error: a [`Reporter`](crate::event::Reporter) a way of telling it.
//!
//! [`Lines`] writes plain lines, [`Bar`] a progress bar on a terminal, [`Json`] an object a line; [`Progress`] knows how
//! far a run is and `summary` sums it up, in words that both of the first use.

mod amount;
pub(crate) mod backtrace;
mod bar;
mod choose;
mod failure;
mod json;
mod lines;
mod messages;
mod progress;
mod summary;

pub use bar::Bar;
pub use json::Json;
pub use lines::Lines;
pub use mrjob_core::visible;
pub use progress::Progress;

pub(crate) use amount::{bytes, count, counted, memory_row};
pub(crate) use choose::{choose, choose_anew};
pub(crate) use messages::{LogFormat, Messages, Verbosity};
pub(crate) use summary::lossy;

use std::time::{Duration, Instant};

/// Time since a run began.
pub type Clock = Box<dyn Fn() -> Duration + Send>;

/// A clock that starts now.
pub fn clock() -> Clock {
    let start = Instant::now();
    Box::new(move || start.elapsed())
}

#[cfg(test)]
mod tests;
