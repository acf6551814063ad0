//! What a job's methods emit into, and where it goes from there.
//!
//! An [`Emitter`] is concrete; where its pairs go is decided when a task starts: through a queue into a table of
//! accumulators (a step with a combiner), into a sorter (without one), or as lines into a part of the output.

mod emitter;
mod fault;
mod held;
mod lines;
mod queue;
mod records;

pub mod lend;

pub use emitter::Emitter;
#[doc(hidden)]
pub use fault::Fault;
pub use lend::As;

pub(crate) use emitter::Sink;
pub(crate) use held::Kept;
pub(crate) use queue::{Batch, Drain, Drained, Queue, heavy};
pub(crate) use records::{Records, ValueCodec};
