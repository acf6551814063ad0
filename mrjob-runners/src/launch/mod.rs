//! From arguments to an exit code, or to an outcome in memory.
//!
//! | module | what is in it |
//! |---|---|
//! | `program` | `main` of a job program: which of its roles it plays |
//! | `typed` | the command line, parsed |
//! | `execute` | a plan through a runner, told to a reporter |
//! | `handover`, `foreign` | a job that goes on in a tool with the runner it lacks: the program's side, and the tool's |
//! | `stream` | a task by hand: lines in, lines out |
//! | `task` | a task of Hadoop Streaming |
//! | `set_up` | the variables and shell lines around it |
//! | `stdout` | standard output, which is for data |
//! | `closed` | streams that were closed from the start |
//! | `signals` | Ctrl-C and its like |
//! | `embedded`, `parsed`, `outcome` | a job inside another program, such as a test |

mod allocator;
mod closed;
mod embedded;
mod execute;
#[cfg(feature = "emr")]
mod foreign;
#[cfg(all(feature = "hadoop", not(feature = "emr")))]
mod handover;
mod outcome;
mod parsed;
mod program;
#[cfg(feature = "streaming")]
mod set_up;
mod signals;
mod stdout;
mod stream;
#[cfg(feature = "streaming")]
mod task;
mod typed;

pub use embedded::Launch;
#[cfg(feature = "emr")]
pub use foreign::launch as launch_foreign;
pub use outcome::{Outcome, OutcomeError};
pub use parsed::Parsed;
pub(crate) use program::{exit, main};
pub(crate) use signals::are_awaited as signals_are_awaited;
pub use signals::stop_on as stop_on_signals;
pub use stdout::{check_open as check_stdout, print};
