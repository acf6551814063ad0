//! What a job is and what its tasks do.
//!
//! | module | what is in it |
//! |---|---|
//! | [`job`], [`step`] | a job and its steps, as types |
//! | [`check`] | what the macros let the compiler check |
//! | [`emit`], [`values`] | what methods emit into and are given |
//! | [`counter`](mod@counter) | counters and status messages |
//! | [`task`] | what a task does, and the job without its types |
//! | [`shuffle`] | from a mapper's emits to sorted groups, within a memory budget |
//! | [`key`] | keys as bytes whose order is the type's |
//! | [`value`] | values of any serde type as compact bytes |
//! | [`protocol`] | records as lines: JSON, text, bytes, CSV, binary |
//! | [`partition`] | Hadoop's hash partitioning |
//! | [`codec`] | compressed files |
//! | [`visible`] | text for terminals |

pub mod arena;
pub mod check;
pub mod codec;
pub mod counter;
pub mod emit;
mod error;
pub mod job;
pub mod key;
pub mod partition;
mod path_bytes;
pub mod program;
pub mod protocol;
pub mod shuffle;
pub mod step;
pub mod task;
mod type_name;
pub mod value;
pub mod values;
pub mod visible;

pub use arena::Arena;
pub use emit::Emitter;
pub use error::BoxError;
pub use job::Settings;
pub use program::{Step, Steps};
pub use values::Values;
