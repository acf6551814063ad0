//! The slots of a table, from the beginning of a cache line.

use std::array;
use std::ops::{Deref, DerefMut};

use super::pages::ask_for_large;
use super::table::Slot;

/// Slots of a line. Their bytes are a multiple of 64, whatever the accumulator.
const LINE: usize = 8;

/// A slot of 32 bytes that begins anywhere is in two cache lines half of the time, and costs two misses.
#[derive(Debug)]
#[repr(C, align(64))]
struct Line<A>([Option<Slot<A>>; LINE]);

impl<A> Line<A> {
    const IS_WITHOUT_GAPS: () = assert!(size_of::<Self>() == LINE * size_of::<Option<Slot<A>>>());

    fn empty() -> Self {
        Line(array::from_fn(|_| None))
    }
}

/// A power of two of slots, at least eight.
#[derive(Debug)]
pub(super) struct Slots<A>(Vec<Line<A>>);

impl<A> Slots<A> {
    /// Empty slots, with the addresses of `capacity` where those can be had.
    pub(super) fn new(slots: usize, capacity: usize) -> Self {
        let mut lines = Vec::new();
        if lines.try_reserve_exact(capacity / LINE).is_err() {
            lines.reserve_exact(slots / LINE);
        }
        ask_for_large(&lines);
        let mut new = Slots(lines);
        new.grow(slots);
        new
    }

    /// How many there can be without moving.
    pub(super) fn capacity(&self) -> usize {
        self.0.capacity() * LINE
    }

    /// Adds empty slots at the end.
    pub(super) fn grow(&mut self, slots: usize) {
        self.0.resize_with(slots / LINE, Line::empty);
    }
}

impl<A> Deref for Slots<A> {
    type Target = [Option<Slot<A>>];

    #[inline]
    #[expect(
        unsafe_code,
        reason = "a slice of arrays in a wrapper isn't flattened otherwise"
    )]
    fn deref(&self) -> &[Option<Slot<A>>] {
        let () = Line::<A>::IS_WITHOUT_GAPS;
        // SAFETY: the lines are arrays of slots without gaps, one after the other.
        unsafe { std::slice::from_raw_parts(self.0.as_ptr().cast(), self.0.len() * LINE) }
    }
}

impl<A> DerefMut for Slots<A> {
    #[inline]
    #[expect(
        unsafe_code,
        reason = "a slice of arrays in a wrapper isn't flattened otherwise"
    )]
    fn deref_mut(&mut self) -> &mut [Option<Slot<A>>] {
        let () = Line::<A>::IS_WITHOUT_GAPS;
        // SAFETY: as above; they are borrowed for as long as the slice.
        unsafe { std::slice::from_raw_parts_mut(self.0.as_mut_ptr().cast(), self.0.len() * LINE) }
    }
}
