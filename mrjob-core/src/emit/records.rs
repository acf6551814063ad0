//! Pairs to be sorted as they are.

use serde::Serialize;

use super::fault::Fault;
use crate::shuffle::{MapRuns, ShuffleError, Sorter};
use crate::{BoxError, key, value};

/// How a shuffle's values are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueCodec {
    /// Compactly; their order means nothing.
    Compact,
    /// As keys are, so that they can be sorted.
    Ordered,
}

impl ValueCodec {
    #[inline]
    pub(crate) fn encode<V: Serialize + ?Sized>(
        self,
        from: &V,
        out: &mut Vec<u8>,
    ) -> Result<(), BoxError> {
        match self {
            ValueCodec::Compact => value::encode(from, out).map_err(Into::into),
            ValueCodec::Ordered => key::encode(from, out).map_err(Into::into),
        }
    }
}

/// A sorter and how pairs are encoded for it.
pub(crate) struct Records {
    sorter: Sorter,
    codec: ValueCodec,
}

impl Records {
    pub(crate) fn new(sorter: Sorter, codec: ValueCodec) -> Self {
        Records { sorter, codec }
    }

    #[inline]
    pub(crate) fn push<K, V>(&mut self, key: &K, value: &V) -> Result<(), Fault>
    where
        K: Serialize + ?Sized,
        V: Serialize + ?Sized,
    {
        let codec = self.codec;
        self.sorter.push(
            |out| key::encode(key, out).map_err(|e| Fault::Pair(e.into())),
            |out| codec.encode(value, out).map_err(Fault::Pair),
        )
    }

    /// Leaves `bytes` of the budget to others, from now on.
    pub(crate) fn make_room(&mut self, bytes: usize) -> Result<(), ShuffleError> {
        self.sorter.make_room_for(bytes)
    }

    pub(crate) fn finish(self) -> Result<MapRuns, ShuffleError> {
        self.sorter.finish()
    }
}
