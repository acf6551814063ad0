//! The steps of a plan, one after the other, over whatever executes tasks: what inline and local share.

mod inputs;
mod side;
mod space;
mod steps;
mod unchanged;

pub(crate) use space::Space;
pub(crate) use steps::{Executor, MapPhase, ReducePhase, drive};
