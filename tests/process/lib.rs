//! Programs that tests start: `std::process` with the usual signals, and with a limit for each program's time.
//!
//! - A program has the default signals, even where the tests run under `nohup` or in a shell's background.
//! - A program that outlasts its limit is killed with all that it started, and the test fails with what it printed.
//! - A program that a test leaves running, because it panicked for example, ends with the [`Child`].

mod child;
mod command;
mod signals;
mod tree;

pub use std::process::{ExitStatus, Output, Stdio};

pub use child::Child;
pub use command::Command;
pub use tree::{children, kill};

#[cfg(test)]
mod tests;
