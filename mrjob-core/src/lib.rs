//! What a job is and what its tasks do.
//!
//! | module | what is in it |
//! |---|---|
//! | [`key`] | keys as bytes whose order is the type's |
//! | [`value`] | values of any serde type as compact bytes |
//! | [`protocol`] | records as lines: JSON, text, bytes, CSV, binary |
//! | [`partition`] | Hadoop's hash partitioning |
//! | [`shuffle`] | from a mapper's emits to sorted groups, within a memory budget |

pub mod arena;
pub mod key;
pub mod partition;
pub mod protocol;
pub mod shuffle;
pub mod value;

/// Any error, as a job's methods may return it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

pub use arena::Arena;
