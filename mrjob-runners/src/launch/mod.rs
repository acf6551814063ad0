//! From arguments to an exit code, or to an outcome in memory.
//!
//! | module | what is in it |
//! |---|---|
//! | `program` | `main` of a job program: which of its roles it plays |
//! | `command_line` | the command line, parsed |
//! | `execute` | a plan through a runner, told to a reporter |
//! | `handover` | a job that goes on in a tool with the runner it lacks |
//! | `stream` | a task by hand: lines in, lines out |
//! | `task` | a task that a cluster has started |
//! | `set_up` | the variables and shell lines around it |
//! | `stdout` | standard output, which is for data |
//! | `closed` | streams that were closed from the start |
//! | `embedded`, `parsed`, `outcome` | a job inside another program, such as a test |

mod allocator;
mod closed;
mod command_line;
mod embedded;
mod execute;
pub mod handover;
mod outcome;
mod parsed;
mod program;
#[cfg(feature = "cluster")]
mod set_up;
mod stdout;
mod stream;
#[cfg(feature = "cluster")]
mod task;

pub use embedded::Launch;
pub use handover::tool::launch as launch_foreign;
pub use outcome::{Outcome, OutcomeError};
pub use parsed::Parsed;
pub(crate) use program::{exit, main};
pub use stdout::{check_open as check_stdout, print};
