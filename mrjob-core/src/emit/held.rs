//! What a combiner emits: values that go back to the group being combined, and pairs of other keys.

use serde::Serialize;
use smallvec::SmallVec;

use super::As;
use super::fault::Fault;
use crate::key::{InlineKey, KeySink, encode_to};

/// Values of a key that wait for the combiner: as many in the table's slot as fit a cache line beside a word's key.
pub(crate) type Few<V> = SmallVec<[V; FEW]>;

/// How many that are.
pub(crate) const FEW: usize = 4;

/// Takes a combiner's pairs.
pub(crate) struct Held<V> {
    /// Whether a group is being combined: not in `combiner_init` and `combiner_final`.
    in_group: bool,
    /// Its key.
    group: InlineKey,
    scratch: InlineKey,
    /// Values emitted for that key.
    values: Few<V>,
    /// Pairs emitted for other keys: allowed, though a combiner that does so is slow.
    strays: Vec<(Vec<u8>, V)>,
}

impl<V> Held<V> {
    pub(crate) fn new() -> Self {
        Held {
            in_group: false,
            group: InlineKey::default(),
            scratch: InlineKey::default(),
            values: Few::new(),
            strays: Vec::new(),
        }
    }

    #[inline]
    pub(crate) fn push<K: Serialize, N>(
        &mut self,
        key: &K,
        value: impl As<V, N>,
    ) -> Result<(), Fault> {
        self.scratch.clear();
        encode_to(key, &mut self.scratch).map_err(|e| Fault::Pair(e.into()))?;
        if self.in_group && self.group == self.scratch {
            self.values.push(value.own());
        } else {
            self.strays
                .push((self.scratch.as_bytes().to_vec(), value.own()));
        }
        Ok(())
    }

    /// Sets the group that is being combined.
    #[inline]
    pub(crate) fn enter(&mut self, key: &[u8]) {
        self.in_group = true;
        self.group.clear();
        self.group.extend(key);
    }

    /// No group is being combined any more; the values emitted for it.
    #[inline]
    pub(crate) fn leave(&mut self) -> &mut Few<V> {
        self.in_group = false;
        &mut self.values
    }

    pub(crate) fn take_strays(&mut self) -> Vec<(Vec<u8>, V)> {
        std::mem::take(&mut self.strays)
    }
}
