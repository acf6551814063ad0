//! Emits on their way to a table of accumulators, some tens of them at a time.
//!
//! A table of millions of keys costs a cache miss an emit. Between an emit and its turn in the queue the slot it will
//! need is fetched, so that the misses of a whole queue overlap.

use std::mem::needs_drop;

use serde::Serialize;

use super::As;
use super::fault::Fault;
use super::records::Records;
use crate::key::{InlineKey, encode_to};
use crate::shuffle::{HashedKey, PairLimit, Prefetcher};
use crate::value::{self, weigh};

/// Emits that wait. 32 to 64 measured best; fewer leave misses uncovered, more leave the first-level cache.
const WAITING: usize = 48;

/// Bytes of long keys and values, of those of the task's memory, that are much for a batch.
pub(crate) fn heavy(memory: usize) -> usize {
    memory / 64
}

/// An emit whose turn hasn't come.
#[derive(Debug)]
pub(crate) struct Waiting<V> {
    pub(crate) key: HashedKey,
    /// Where in [`Batch::long`] the key's bytes begin, if it isn't inline.
    pub(crate) at: usize,
    pub(crate) value: V,
}

/// Some tens of emits.
#[derive(Debug)]
pub(crate) struct Batch<V> {
    pub(crate) waiting: Vec<Waiting<V>>,
    /// Bytes of the keys that aren't inline.
    pub(crate) long: Vec<u8>,
    /// About how many bytes the values own elsewhere.
    pub(crate) owned: usize,
}

impl<V> Batch<V> {
    /// Bytes of long keys and of what values own.
    pub(crate) fn memory(&self) -> usize {
        self.long.len() + self.owned
    }
}

/// What became of an emit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Drained {
    /// It waits.
    Waiting,
    /// It and those before it are in the table.
    Done,
    /// The same, and combining made next to nothing smaller.
    NotWorthIt,
}

/// Takes batches: a table, its combiner and the job that it belongs to.
pub(crate) trait Drain<V> {
    /// Fetches what keys will need, until the next batch is drained.
    fn prefetcher(&self) -> Prefetcher;

    /// Bytes of the task's memory.
    fn memory(&self) -> usize;

    /// Takes all of `batch` and leaves it empty.
    fn drain(&mut self, batch: &mut Batch<V>) -> Result<Drained, Fault>;

    /// Leaves `bytes` of the budget to others, from now on.
    fn make_room(&mut self, bytes: usize) -> Result<(), Fault>;

    /// Writes out what is held; from then on pairs are sorted as they are.
    fn finish(self: Box<Self>) -> Result<Records, Fault>;
}

/// The queue in front of a [`Drain`].
pub(crate) struct Queue<V> {
    batch: Batch<V>,
    key: InlineKey,
    limit: PairLimit,
    /// Bytes of long keys and values with which a batch is drained before it is full.
    most: usize,
    prefetcher: Prefetcher,
    drain: Box<dyn Drain<V>>,
}

impl<V> Queue<V> {
    /// How many emits wait at most.
    pub(crate) const LENGTH: usize = WAITING;

    pub(crate) fn new(drain: Box<dyn Drain<V>>) -> Self {
        let batch = Batch {
            waiting: Vec::with_capacity(WAITING),
            long: Vec::new(),
            owned: 0,
        };
        Queue {
            batch,
            key: InlineKey::default(),
            limit: PairLimit::within(drain.memory()),
            most: heavy(drain.memory()),
            prefetcher: drain.prefetcher(),
            drain,
        }
    }

    #[inline]
    pub(crate) fn push<K: Serialize, N>(
        &mut self,
        key: &K,
        value: impl As<V, N> + Serialize,
    ) -> Result<Drained, Fault> {
        self.key.clear();
        encode_to(key, &mut self.key).map_err(|e| Fault::Pair(e.into()))?;
        let at = self.batch.long.len();
        self.batch.owned += self.owned::<_, N>(&value)?;
        let key = if self.key.is_inline() {
            let (a, b) = self.key.words();
            HashedKey::short(a.swap_bytes(), b.swap_bytes(), self.key.len() as u32)
        } else {
            self.limit.check(self.key.len(), 0)?;
            self.batch.long.extend_from_slice(self.key.as_bytes());
            HashedKey::long(self.key.as_bytes())
        };
        self.prefetcher.prefetch(key.hash());
        let is_plain = key.long_len() == 0 && !needs_drop::<V>();
        let value = value.own();
        self.batch.waiting.push(Waiting { key, at, value });
        if self.batch.waiting.len() < WAITING && (is_plain || self.batch.memory() <= self.most) {
            return Ok(Drained::Waiting);
        }
        let drained = self.drain.drain(&mut self.batch)?;
        self.prefetcher = self.drain.prefetcher();
        Ok(drained)
    }

    /// About how many bytes a value will own.
    #[inline]
    fn owned<T: As<V, N> + Serialize, N>(&mut self, value: &T) -> Result<usize, Fault> {
        if !needs_drop::<V>() {
            return Ok(0);
        }
        let weight = weigh(value);
        if self.limit.check(0, weight.encoded).is_err() {
            // It may be: only its encoding tells.
            let mut encoded = Vec::new();
            value::encode(value, &mut encoded).map_err(|error| Fault::Pair(error.into()))?;
            self.limit.check(0, encoded.len())?;
        }
        Ok(weight.owned)
    }

    /// Leaves `bytes` of the budget to others, from now on.
    pub(crate) fn make_room(&mut self, bytes: usize) -> Result<(), Fault> {
        self.drain.make_room(bytes)?;
        self.prefetcher = self.drain.prefetcher();
        Ok(())
    }

    /// Puts what waits into the table and writes the table out; from then on pairs are sorted as they are.
    pub(crate) fn finish(mut self) -> Result<Records, Fault> {
        self.drain.drain(&mut self.batch)?;
        self.drain.finish()
    }
}
