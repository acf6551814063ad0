//! Accumulators by key: what a pairwise combiner folds into.

use std::num::NonZeroU32;

use super::hash::{HashedKey, INLINE, hash_short};
use super::pages::ask_for_large;
use super::prefetch::Prefetcher;
use super::slots::Slots;

/// Slots of a new table: 32 KB with an eight-byte accumulator.
const FIRST_SLOTS: usize = 1024;

/// Bytes of slots from which on a table has the addresses of all that it may come to, so that it grows where it is.
const MANY: usize = 1 << 20;

/// Bytes of an arena's chunk: first, and in an arena of many.
const CHUNK: usize = 64 << 10;
const LARGEST_CHUNK: usize = 16 << 20;

/// A hash table from encoded keys to accumulators of any type.
///
/// Open addressing with linear probing; keys of up to 16 bytes live in the slots, so that a look-up costs one cache
/// miss, which a [`Prefetcher`] hides: queue some tens of keys, prefetch each as it comes, then upsert
/// them. Longer keys live in an arena.
///
/// ```
/// use mrjob_core::shuffle::{CombineTable, HashedKey, Partitioning};
///
/// let mut counts = CombineTable::<u64>::new(1 << 20);
/// for word in ["to", "be", "or", "not", "to", "be"] {
///     counts.upsert(&HashedKey::new(word.as_bytes()), word.as_bytes(), 1, |one| one, |count, one| *count += one);
/// }
/// let mut sorted = Vec::new();
/// counts.drain_sorted(Partitioning::Ranges, |_, key, count| {
///     sorted.push((String::from_utf8_lossy(key).into_owned(), count));
///     Ok::<(), std::convert::Infallible>(())
/// })?;
/// assert_eq!(sorted, [("be".into(), 2), ("not".into(), 1), ("or".into(), 1), ("to".into(), 2)]);
/// # Ok::<(), std::convert::Infallible>(())
/// ```
#[derive(Debug)]
pub struct CombineTable<A> {
    pub(super) slots: Slots<A>,
    pub(super) len: usize,
    pub(super) arena: KeyArena,
    /// Bytes that slots may come to.
    most: usize,
}

/// An entry of the table; `Option<Slot<u64>>` takes 32 bytes, for the tag is never zero.
#[derive(Debug)]
pub(super) struct Slot<A> {
    /// Length of the key, plus one.
    pub(super) tag: NonZeroU32,
    /// Filled in by the drain, beside the tag where it costs nothing.
    pub(super) partition: u32,
    /// The first word of the key; of a long one, the hash.
    pub(super) a: u64,
    /// The second word of the key; of a long one, its place in the arena.
    pub(super) b: u64,
    pub(super) value: A,
}

impl<A> Slot<A> {
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.tag.get() as usize - 1
    }

    #[inline]
    fn hash(&self) -> u64 {
        if self.len() > INLINE {
            self.a
        } else {
            hash_short(self.a, self.b, self.tag.get() - 1)
        }
    }
}

#[inline]
fn tag(key: &HashedKey) -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(key.len)
}

impl<A> CombineTable<A> {
    /// An empty table of some tens of kilobytes, which may come to take `memory`. That much isn't taken before, but its
    /// addresses are.
    pub fn new(memory: usize) -> Self {
        Self {
            slots: Slots::new(FIRST_SLOTS, FIRST_SLOTS),
            len: 0,
            arena: KeyArena::default(),
            most: memory,
        }
    }

    /// Keys in the table.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no key in the table.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes held by slots and long keys, but not what accumulators own elsewhere. A drain needs no more.
    pub fn memory(&self) -> usize {
        self.slots.len() * size_of::<Option<Slot<A>>>() + self.arena.memory
    }

    /// Bytes held at the peak of the next doubling, when the old slots may be there beside the new ones.
    pub fn memory_after_growth(&self) -> usize {
        let more = match self.grows_in_place() {
            true => self.slots.len(),
            false => 2 * self.slots.len(),
        };
        self.memory() + more * size_of::<Option<Slot<A>>>()
    }

    fn grows_in_place(&self) -> bool {
        self.slots.capacity() >= 2 * self.slots.len()
    }

    /// Whether so many new keys would make the table double. With [`memory_after_growth`](Self::memory_after_growth)
    /// it tells when to drain instead.
    #[inline]
    pub fn must_grow_for(&self, keys: usize) -> bool {
        (self.len + keys) * 3 > self.slots.len() * 2
    }

    /// Fetches slots as long as the table doesn't grow.
    pub fn prefetcher(&self) -> Prefetcher {
        Prefetcher::new(&self.slots)
    }

    /// Brings `value` into the accumulator of a key, or into a new one. `long` is the key's bytes; it is not read where
    /// the key has up to 16 bytes.
    #[inline]
    pub fn upsert<V>(
        &mut self,
        key: &HashedKey,
        long: &[u8],
        value: V,
        insert: impl FnOnce(V) -> A,
        update: impl FnOnce(&mut A, V),
    ) {
        match self.find(key, long) {
            Ok(at) => {
                if let Some(slot) = &mut self.slots[at] {
                    update(&mut slot.value, value);
                }
            }
            Err(at) => self.insert(at, key, long, insert(value)),
        }
    }

    /// The accumulator of a key; `long` as in [`upsert`](Self::upsert).
    #[inline]
    pub fn get_mut(&mut self, key: &HashedKey, long: &[u8]) -> Option<&mut A> {
        let at = self.find(key, long).ok()?;
        self.slots[at].as_mut().map(|slot| &mut slot.value)
    }

    /// Where the key is, or the empty slot where it would be.
    #[inline]
    fn find(&self, key: &HashedKey, long: &[u8]) -> Result<usize, usize> {
        if key.len as usize > INLINE {
            return self.find_long(key, long);
        }
        let tag = tag(key);
        let mask = self.slots.len() - 1;
        let mut at = key.hash as usize & mask;
        loop {
            match &self.slots[at] {
                Some(slot) if slot.a == key.a && slot.b == key.b && slot.tag == tag => {
                    return Ok(at);
                }
                Some(_) => at = (at + 1) & mask,
                None => return Err(at),
            }
        }
    }

    #[inline(never)]
    fn find_long(&self, key: &HashedKey, long: &[u8]) -> Result<usize, usize> {
        debug_assert_eq!(key.len as usize, long.len());
        let tag = tag(key);
        let mask = self.slots.len() - 1;
        let mut at = key.hash as usize & mask;
        loop {
            match &self.slots[at] {
                Some(slot)
                    if slot.a == key.hash
                        && slot.tag == tag
                        && self.arena.get(slot.b, long.len()) == long =>
                {
                    return Ok(at);
                }
                Some(_) => at = (at + 1) & mask,
                None => return Err(at),
            }
        }
    }

    #[inline]
    fn insert(&mut self, mut at: usize, key: &HashedKey, long: &[u8], value: A) {
        if self.must_grow_for(1) {
            self.grow();
            at = free(&self.slots, key.hash);
        }
        let (a, b) = if key.len as usize > INLINE {
            (key.hash, self.arena.push(long))
        } else {
            (key.a, key.b)
        };
        self.slots[at] = Some(Slot {
            tag: tag(key),
            partition: 0,
            a,
            b,
            value,
        });
        self.len += 1;
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        if self.grows_in_place() {
            return self.spread();
        }
        let slots = 2 * self.slots.len();
        let most = self.most / size_of::<Option<Slot<A>>>();
        let capacity = match slots * size_of::<Option<Slot<A>>>() {
            MANY.. if most > slots => 1 << most.ilog2(),
            _ => slots,
        };
        let mut old = std::mem::replace(&mut self.slots, Slots::new(slots, capacity));
        let slots = old.iter_mut().filter_map(Option::take);
        slots.for_each(|slot| self.place(slot));
    }

    /// Doubles the slots where they are. Each goes to its new place, or as near behind it as there is room: one after
    /// the other from a gap on, so that none stands before one that has still to go.
    fn spread(&mut self) {
        let old = self.slots.len();
        self.slots.grow(2 * old);
        let gap = self.slots.iter().position(Option::is_none);
        let gap = gap.expect("a third of the slots is empty");
        // They may have come round from the end.
        let first: Vec<_> = self.slots[..gap]
            .iter_mut()
            .filter_map(Option::take)
            .collect();
        for at in gap..old {
            if let Some(slot) = self.slots[at].take() {
                self.place(slot);
            }
        }
        first.into_iter().for_each(|slot| self.place(slot));
    }

    #[inline]
    fn place(&mut self, slot: Slot<A>) {
        let at = free(&self.slots, slot.hash());
        self.slots[at] = Some(slot);
    }
}

/// The first empty slot for a hash.
#[inline]
fn free<A>(slots: &[Option<Slot<A>>], hash: u64) -> usize {
    let mask = slots.len() - 1;
    let mut at = hash as usize & mask;
    while slots[at].is_some() {
        at = (at + 1) & mask;
    }
    at
}

/// Keys that don't fit a slot, in chunks that are never copied.
#[derive(Debug, Default)]
pub(super) struct KeyArena {
    chunks: Vec<Vec<u8>>,
    memory: usize,
}

impl KeyArena {
    fn push(&mut self, key: &[u8]) -> u64 {
        let fits = |chunk: &Vec<u8>| chunk.capacity() - chunk.len() >= key.len();
        if !self.chunks.last().is_some_and(fits) {
            let usual = (self.memory / 16).clamp(CHUNK, LARGEST_CHUNK);
            let bytes = usual.max(key.len());
            let chunk = Vec::with_capacity(bytes);
            ask_for_large(&chunk);
            self.chunks.push(chunk);
            self.memory += bytes;
        }
        let number = self.chunks.len() - 1;
        let chunk = &mut self.chunks[number];
        let place = (number as u64) << 32 | chunk.len() as u64;
        chunk.extend_from_slice(key);
        place
    }

    #[inline]
    pub(super) fn get(&self, place: u64, len: usize) -> &[u8] {
        let from = place as u32 as usize;
        &self.chunks[(place >> 32) as usize][from..from + len]
    }

    pub(super) fn clear(&mut self) {
        self.chunks.clear();
        self.memory = 0;
    }
}
