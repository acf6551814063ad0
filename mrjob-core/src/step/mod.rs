//! Steps: a mapper, a combiner and a reducer as types, put together.
//!
//! `#[mrjob::steps]` writes implementations of these traits; by hand they look the same.

mod combine;
mod info;
mod method;
mod record;
mod within;

pub mod at;

pub use crate::error::StepError;
pub use crate::key::order::{Compare, GroupOrder};
pub use combine::{Buffered, Combine, NoCombiner, Pairwise};
pub use info::{Method, StepInfo, StreamPhase};
pub use method::{Combiner, Key, Mapper, MapperKind, PairCombiner, Reducer, Value};
pub use record::{GroupKey, Record, Returns};
pub use within::within;

pub(crate) use combine::{CombineError, Combining};
pub(crate) use within::{note_failed_key, take_failed, take_failed_key, within_key};
