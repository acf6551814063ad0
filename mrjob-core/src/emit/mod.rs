//! What a job's methods emit into, and where it goes from there.
//!
//! An [`Emitter`] is concrete; where its pairs go is decided when a task starts: through a queue into a table of
//! accumulators (a step with a combiner), into a sorter (without one), or as lines into a part of the output.

mod emitter;
mod ends;
mod fault;
mod held;
mod lines;
mod part;
mod queue;
mod records;

pub mod lend;

pub use emitter::Emitter;
#[doc(hidden)]
pub use fault::Fault;
pub use lend::As;
pub use part::{Part, PartTarget};

pub(crate) use emitter::Sink;
pub(crate) use ends::Ends;
pub(crate) use held::Kept;
pub(crate) use part::{PartError, PartWriter, Written};
pub(crate) use queue::{Batch, Drain, Drained, Queue, heavy};
pub(crate) use records::{Records, ValueCodec};
