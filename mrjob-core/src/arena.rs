//! Strings and bytes that live as long as the record they were read from.

use std::cell::{Cell, OnceCell};
use std::fmt;

/// Holds what a record's fields borrow when its bytes can't be lent as they stand: a JSON string with escapes, a line
/// that isn't UTF-8.
///
/// One arena serves one record after the other: it is emptied in between.
///
/// ```
/// # use mrjob_core::Arena;
/// let mut arena = Arena::new();
/// let (a, b) = (arena.keep_str("a\tb".to_owned()), arena.keep_bytes(vec![0xff]));
/// assert_eq!((a, b), ("a\tb", &[0xff][..]));
/// arena.clear();
/// ```
#[derive(Debug, Default)]
pub struct Arena {
    strings: Kept<String>,
    bytes: Kept<Vec<u8>>,
    room: Room,
}

impl Arena {
    /// Makes an arena that holds nothing and owns no memory.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps a string until the arena is cleared, and lends it.
    pub fn keep_str(&self, s: String) -> &str {
        self.strings.push(s)
    }

    /// Keeps bytes until the arena is cleared, and lends them.
    pub fn keep_bytes(&self, b: Vec<u8>) -> &[u8] {
        self.bytes.push(b)
    }

    /// Sets how many bytes the texts of a record that isn't UTF-8 may take; any number unless it is set.
    pub(crate) fn set_room(&self, bytes: usize) {
        self.room.0.set(bytes);
    }

    /// Takes of that room; how much there is, where that is less.
    pub(crate) fn take_room(&self, bytes: usize) -> Result<(), usize> {
        let room = self.room.0.get();
        self.room.0.set(room.checked_sub(bytes).ok_or(room)?);
        Ok(())
    }

    /// Lets go of everything. Costs next to nothing when nothing is held.
    #[inline]
    pub fn clear(&mut self) {
        self.strings.clear();
        self.bytes.clear();
    }
}

/// Bytes that may still be taken.
#[derive(Debug)]
struct Room(Cell<usize>);

impl Default for Room {
    fn default() -> Self {
        Room(Cell::new(usize::MAX))
    }
}

/// The slots of the first block; each further block has twice as many as the one before.
const FIRST: usize = 8;
const BLOCKS: usize = 32;

type Block<T> = Box<[OnceCell<T>]>;

/// A list that grows behind a shared reference, because what is in it never moves.
struct Kept<T> {
    len: Cell<usize>,
    blocks: [OnceCell<Block<T>>; BLOCKS],
}

impl<T> Kept<T> {
    fn push(&self, item: T) -> &T {
        let index = self.len.get();
        self.len.set(index + 1);
        let (block, slot) = place(index);
        let slots = self.blocks[block]
            .get_or_init(|| (0..FIRST << block).map(|_| OnceCell::new()).collect());
        slots[slot].get_or_init(|| item)
    }

    #[inline]
    fn clear(&mut self) {
        if self.len.get() > 0 {
            self.empty();
        }
    }

    /// The first block stays, so that a record with a few strings doesn't allocate it anew.
    #[cold]
    fn empty(&mut self) {
        let used = self.len.replace(0);
        let (first, more) = self.blocks.split_at_mut(1);
        for slot in first[0].get_mut().into_iter().flatten().take(used) {
            slot.take();
        }
        if used > FIRST {
            more.iter_mut().for_each(|block| drop(block.take()));
        }
    }
}

/// Which block, and which slot in it, the `index`th item has.
fn place(index: usize) -> (usize, usize) {
    let block = (index / FIRST + 1).ilog2() as usize;
    (block, index - FIRST * ((1 << block) - 1))
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self {
            len: Cell::new(0),
            blocks: [const { OnceCell::new() }; BLOCKS],
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Kept<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let items = self.blocks.iter().filter_map(OnceCell::get).flatten();
        f.debug_list()
            .entries(items.filter_map(OnceCell::get))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lent_strings_stay_while_more_are_kept() {
        let mut arena = Arena::new();
        for round in 0..3 {
            let lent: Vec<&str> = (0..1000)
                .map(|n| arena.keep_str(format!("{round}/{n}")))
                .collect();
            for (n, s) in lent.iter().enumerate() {
                assert_eq!(*s, format!("{round}/{n}"));
            }
            arena.clear();
            let debug = format!("{arena:?}");
            assert!(debug.contains("strings: [], bytes: []"), "{debug}");
        }
    }

    #[test]
    fn every_index_has_a_place_of_its_own() {
        let places: Vec<_> = (0..100).map(place).collect();
        assert_eq!(
            places[..10],
            [
                (0, 0),
                (0, 1),
                (0, 2),
                (0, 3),
                (0, 4),
                (0, 5),
                (0, 6),
                (0, 7),
                (1, 0),
                (1, 1)
            ]
        );
        assert_eq!((places[23], places[24]), ((1, 15), (2, 0)));
    }
}
