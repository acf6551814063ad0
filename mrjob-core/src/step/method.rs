//! The methods of a step as types.

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::record::{GroupKey, Record};
use crate::error::StepError;
use crate::key::order::GroupOrder;
use crate::protocol::Protocol;
use crate::{Emitter, Values};

/// What can be a key: any type that serde writes and reads, but for maps and types that need `deserialize_any`.
pub trait Key: Serialize + DeserializeOwned + 'static {}
impl<T: Serialize + DeserializeOwned + 'static> Key for T {}

/// What can be a value: any type that serde writes and reads.
pub trait Value: Serialize + DeserializeOwned + 'static {}
impl<T: Serialize + DeserializeOwned + 'static> Value for T {}

/// A mapper of the job `J`.
pub trait Mapper<J> {
    /// Keys that it emits.
    type Key: Key;
    /// Values that it emits.
    type Value: Value;
    /// What messages call it.
    const NAME: &'static str;
    /// Whether it is called by record or by file.
    const KIND: MapperKind = MapperKind::Records;

    /// Called once a task, before the first record.
    ///
    /// # Errors
    ///
    /// The user's.
    fn init(job: &mut J, out: &mut Emitter<Self::Key, Self::Value>) -> Result<(), StepError> {
        let _ = (job, out);
        Ok(())
    }

    /// Called for each record, of a mapper of [`MapperKind::Records`].
    ///
    /// # Errors
    ///
    /// When the record isn't what the mapper takes, and the user's.
    fn map<P: Protocol>(
        job: &mut J,
        record: Record<'_>,
        out: &mut Emitter<Self::Key, Self::Value>,
    ) -> Result<(), StepError> {
        let _ = (job, record, out);
        Err(StepError::Record(
            format!("`{}` takes files, not records", Self::NAME).into(),
        ))
    }

    /// Called for each file, of a mapper of [`MapperKind::Files`]: a local copy, decompressed, and the URI it came from.
    ///
    /// # Errors
    ///
    /// The user's.
    fn map_file(
        job: &mut J,
        path: &Path,
        uri: &str,
        out: &mut Emitter<Self::Key, Self::Value>,
    ) -> Result<(), StepError> {
        let _ = (job, path, uri, out);
        Err(StepError::Record(
            format!("`{}` takes records, not files", Self::NAME).into(),
        ))
    }

    /// Called once a task, after the last record.
    ///
    /// # Errors
    ///
    /// The user's.
    fn finish(job: &mut J, out: &mut Emitter<Self::Key, Self::Value>) -> Result<(), StepError> {
        let _ = (job, out);
        Ok(())
    }
}

/// What a mapper is called with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MapperKind {
    /// One record after the other.
    Records,
    /// One file after the other.
    Files,
}

/// A reducer of the job `J`.
pub trait Reducer<J> {
    /// Keys of the groups that it takes.
    type InKey: Key;
    /// Values of the groups that it takes.
    type InValue: Value;
    /// Keys that it emits.
    type Key: Key;
    /// Values that it emits.
    type Value: Value;
    /// What messages call it.
    const NAME: &'static str;

    /// How keys, and values with `sort_values`, are held against their types' own order.
    fn order() -> GroupOrder<Self::InKey, Self::InValue> {
        GroupOrder::default()
    }

    /// Called once a task, before the first group.
    ///
    /// # Errors
    ///
    /// The user's.
    fn init(job: &mut J, out: &mut Emitter<Self::Key, Self::Value>) -> Result<(), StepError> {
        let _ = (job, out);
        Ok(())
    }

    /// Called for each group.
    ///
    /// # Errors
    ///
    /// When the key isn't what the reducer takes, and the user's.
    fn reduce(
        job: &mut J,
        key: GroupKey<'_>,
        values: Values<'_, Self::InValue>,
        out: &mut Emitter<Self::Key, Self::Value>,
    ) -> Result<(), StepError>;

    /// Called once a task, after the last group.
    ///
    /// # Errors
    ///
    /// The user's.
    fn finish(job: &mut J, out: &mut Emitter<Self::Key, Self::Value>) -> Result<(), StepError> {
        let _ = (job, out);
        Ok(())
    }
}

/// A combiner that takes a key's values as a reducer does, any number of times, and emits fewer.
pub trait Combiner<J> {
    /// The mapper's keys.
    type Key: Key;
    /// The mapper's values.
    type Value: Value;
    /// What messages call it.
    const NAME: &'static str;

    /// Called once a task, before the first group.
    ///
    /// # Errors
    ///
    /// The user's.
    fn init(job: &mut J, out: &mut Emitter<Self::Key, Self::Value>) -> Result<(), StepError> {
        let _ = (job, out);
        Ok(())
    }

    /// Combines some values of a key.
    ///
    /// # Errors
    ///
    /// The user's.
    fn combine(
        job: &mut J,
        key: GroupKey<'_>,
        values: Values<'_, Self::Value>,
        out: &mut Emitter<Self::Key, Self::Value>,
    ) -> Result<(), StepError>;

    /// Called once a task, after the last group.
    ///
    /// # Errors
    ///
    /// The user's.
    fn finish(job: &mut J, out: &mut Emitter<Self::Key, Self::Value>) -> Result<(), StepError> {
        let _ = (job, out);
        Ok(())
    }
}

/// A combiner that adds one value to another of the same key, in place.
pub trait PairCombiner<J> {
    /// The mapper's values.
    type Value: Value;
    /// What messages call it.
    const NAME: &'static str;

    /// Adds `next` to `acc`.
    ///
    /// # Errors
    ///
    /// The user's.
    fn combine(job: &mut J, acc: &mut Self::Value, next: Self::Value) -> Result<(), StepError>;
}
