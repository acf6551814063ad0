//! Steps: a mapper, a combiner and a reducer as types, put together.
//!
//! `#[mrjob::steps]` writes implementations of these traits; by hand they look the same.

mod build;
mod combine;
mod method;
mod record;
mod within;

pub mod at;

pub use crate::key::order::{Compare, GroupOrder};
pub use build::Step;
pub use combine::{Buffered, Combine, NoCombiner, Pairwise};
pub use method::{Combiner, Key, Mapper, MapperKind, PairCombiner, Reducer, Value};
pub use record::{GroupKey, Record, Returns, StepError};
pub use within::within;

pub(crate) use build::{Make, RunMap, Stand};
pub(crate) use combine::{CombineError, Combining};
pub(crate) use within::{note_failed_key, take_failed, take_failed_key, within_key};
