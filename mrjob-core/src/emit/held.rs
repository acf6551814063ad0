//! What a combiner emits: values that go back to the group being combined, and pairs of other keys.

use serde::Serialize;

use super::As;
use super::fault::Fault;
use crate::key::{InlineKey, KeySink, Same, encode_to};

/// What a combiner left of a key's values: one, if it is like most.
#[derive(Debug)]
pub enum Kept<V> {
    /// Nothing, or what is here is with the combiner.
    None,
    /// In the table's slot.
    One(V),
    /// Elsewhere, with room for those that come until it is combined again.
    #[expect(clippy::box_collection, reason = "a slot of the table is to be small")]
    Many(Box<Vec<V>>),
}

impl<V> Kept<V> {
    #[inline]
    pub(crate) fn as_slice(&self) -> &[V] {
        match self {
            Kept::None => &[],
            Kept::One(value) => std::slice::from_ref(value),
            Kept::Many(values) => values,
        }
    }
}

/// Takes a combiner's pairs.
pub(crate) struct Held<V> {
    /// Whether a group is being combined: not in `combiner_init` and `combiner_final`.
    in_group: bool,
    /// Its key.
    group: InlineKey,
    /// Values emitted for that key.
    values: Vec<V>,
    /// Pairs emitted for other keys: allowed, though a combiner that does so is slow.
    strays: Vec<(Vec<u8>, V)>,
}

impl<V> Held<V> {
    pub(crate) fn new() -> Self {
        Held {
            in_group: false,
            group: InlineKey::default(),
            values: Vec::new(),
            strays: Vec::new(),
        }
    }

    #[inline]
    pub(crate) fn push<K: Serialize, N>(
        &mut self,
        key: &K,
        value: impl As<V, N>,
    ) -> Result<(), Fault> {
        let mut same = Same::new(&self.group);
        encode_to(key, &mut same).map_err(|e| Fault::Pair(e.into()))?;
        if self.in_group && same.is_whole() {
            self.values.push(value.own());
        } else {
            let mut stray = Vec::new();
            encode_to(key, &mut stray).map_err(|e| Fault::Pair(e.into()))?;
            self.strays.push((stray, value.own()));
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

    /// The same, for a key of up to 16 bytes, as a little-endian number.
    #[inline]
    pub(crate) fn enter_short(&mut self, key: u128, len: usize) {
        self.in_group = true;
        self.group.set_short(key, len);
    }

    /// No group is being combined any more; the values emitted for it.
    #[inline]
    pub(crate) fn leave(&mut self) -> Kept<V> {
        self.in_group = false;
        if self.values.len() > 1 {
            return Kept::Many(Box::new(std::mem::take(&mut self.values)));
        }
        self.values.pop().map_or(Kept::None, Kept::One)
    }

    pub(crate) fn take_strays(&mut self) -> Vec<(Vec<u8>, V)> {
        std::mem::take(&mut self.strays)
    }
}
