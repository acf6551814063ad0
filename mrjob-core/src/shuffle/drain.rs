//! A table's content in the order of partitions and keys, sorted where it is.

use std::cmp::Ordering;

use super::bytes::word;
use super::hash::INLINE;
use super::options::Partitioning;
use super::table::{CombineTable, KeyArena, Slot};

/// Fewer are compared.
const FEW: usize = 48;

impl<A> CombineTable<A> {
    /// Hands out every key and accumulator in the order of (partition, key), and leaves the table empty with its slots
    /// allocated. It takes no further memory.
    ///
    /// # Errors
    ///
    /// The first error of `take`; what was not handed out by then is dropped.
    pub fn drain_sorted<E>(
        &mut self,
        partitioning: Partitioning,
        mut take: impl FnMut(u32, &[u8], A) -> Result<(), E>,
    ) -> Result<(), E> {
        let len = compact(&mut self.slots);
        let arena = &self.arena;
        for slot in self.slots[..len].iter_mut().flatten() {
            prepare(slot, arena, partitioning);
        }
        sort(&mut self.slots[..len], Stage::Partition, arena);
        let mut result = Ok(());
        for slot in &mut self.slots[..len] {
            if let (Some(slot), true) = (slot.take(), result.is_ok()) {
                let words = inline(&slot);
                let key = key(&slot, &words, arena);
                result = take(slot.partition, key, slot.value);
            }
        }
        self.len = 0;
        self.arena.clear();
        result
    }
}

/// Moves what is there to the front; how many there are.
fn compact<A>(slots: &mut [Option<Slot<A>>]) -> usize {
    let mut len = 0;
    for at in 0..slots.len() {
        if slots[at].is_some() {
            slots.swap(len, at);
            len += 1;
        }
    }
    len
}

/// Makes the words comparable: big-endian, and a long key's prefix in place of its hash.
#[inline]
fn prepare<A>(slot: &mut Slot<A>, arena: &KeyArena, partitioning: Partitioning) {
    if slot.len() > INLINE {
        slot.a = word(arena.get(slot.b, slot.len()));
    } else {
        slot.a = slot.a.swap_bytes();
        slot.b = slot.b.swap_bytes();
    }
    if partitioning != Partitioning::Ranges {
        slot.partition = partitioning.partition(key(slot, &inline(slot), arena));
    }
}

/// What lots are divided by next.
#[derive(Debug, Clone, Copy)]
enum Stage {
    Partition,
    Prefix,
}

impl Stage {
    #[inline]
    fn word<A>(self, slot: &Option<Slot<A>>) -> u64 {
        slot.as_ref().map_or(0, |slot| match self {
            Self::Partition => u64::from(slot.partition),
            Self::Prefix => slot.a,
        })
    }
}

/// Sorts in place: byte by byte of partition and prefix, by comparisons where few are left or the rest of keys decides.
fn sort<A>(slots: &mut [Option<Slot<A>>], stage: Stage, arena: &KeyArena) {
    if slots.len() <= FEW {
        return slots.sort_unstable_by(|x, y| compare(x, y, arena));
    }
    let first = stage.word(&slots[0]);
    let differing = slots
        .iter()
        .fold(0, |bits, slot| bits | (stage.word(slot) ^ first));
    match stage {
        _ if differing != 0 => {
            let shift = (63 - differing.leading_zeros()) / 8 * 8;
            let ends = divide(slots, |slot| (stage.word(slot) >> shift) as usize & 0xff);
            let mut start = 0;
            for end in ends {
                sort(&mut slots[start..end], stage, arena);
                start = end;
            }
        }
        Stage::Partition => sort(slots, Stage::Prefix, arena),
        Stage::Prefix => slots.sort_unstable_by(|x, y| compare(x, y, arena)),
    }
}

/// Swaps slots into the lots of their digits; where the lots end.
fn divide<A>(
    slots: &mut [Option<Slot<A>>],
    digit: impl Fn(&Option<Slot<A>>) -> usize,
) -> [usize; 256] {
    let mut ends = [0; 256];
    for slot in &*slots {
        ends[digit(slot)] += 1;
    }
    let mut next = [0; 256];
    let mut sum = 0;
    for (next, end) in next.iter_mut().zip(&mut ends) {
        *next = sum;
        sum += *end;
        *end = sum;
    }
    for lot in 0..ends.len() {
        while next[lot] < ends[lot] {
            let digit = digit(&slots[next[lot]]);
            if digit != lot {
                slots.swap(next[lot], next[digit]);
            }
            next[digit] += 1;
        }
    }
    ends
}

#[inline]
fn compare<A>(x: &Option<Slot<A>>, y: &Option<Slot<A>>, arena: &KeyArena) -> Ordering {
    let (Some(x), Some(y)) = (x, y) else {
        return Ordering::Equal;
    };
    let prefixes = (x.partition, x.a).cmp(&(y.partition, y.a));
    prefixes.then_with(|| {
        if x.len().max(y.len()) <= INLINE {
            (x.b, x.tag).cmp(&(y.b, y.tag))
        } else {
            key(x, &inline(x), arena).cmp(key(y, &inline(y), arena))
        }
    })
}

#[inline]
fn inline<A>(slot: &Slot<A>) -> [u8; INLINE] {
    (u128::from(slot.a) << 64 | u128::from(slot.b)).to_be_bytes()
}

#[inline]
fn key<'a, A>(slot: &Slot<A>, inline: &'a [u8; INLINE], arena: &'a KeyArena) -> &'a [u8] {
    let len = slot.len();
    if len > INLINE {
        arena.get(slot.b, len)
    } else {
        &inline[..len]
    }
}
