//! The steps of a plan, one after the other, over whatever executes tasks: what inline and local share.

mod drive;
mod inputs;
mod side;
mod space;
mod temp;
mod unchanged;

pub(crate) use drive::{Executor, MapPhase, ReducePhase, drive};
pub(crate) use space::Space;
pub(crate) use temp::Temp;
#[cfg(feature = "hadoop")]
pub(crate) use temp::new_folder;
