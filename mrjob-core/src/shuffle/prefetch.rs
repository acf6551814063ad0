//! A hint to the processor that a place will be read soon.

/// Fetches the first and last cache line of `place` without waiting for them; nothing where the processor has no such
/// instruction.
#[inline(always)]
pub(super) fn prefetch<T>(place: &T) {
    prefetch_at(std::ptr::from_ref(place));
}

/// Where the slots of a table are, so that one can be fetched without asking the table.
#[derive(Debug, Clone, Copy)]
pub struct Prefetcher {
    slots: *const u8,
    mask: usize,
    size: usize,
}

impl Prefetcher {
    pub(super) fn new<T>(slots: &[T]) -> Self {
        debug_assert!(slots.len().is_power_of_two());
        Prefetcher {
            slots: slots.as_ptr().cast(),
            mask: slots.len() - 1,
            size: size_of::<T>(),
        }
    }

    /// Fetches the slot of a hash into the cache without waiting for it. When the table has moved meanwhile, something
    /// useless is fetched.
    #[inline]
    pub fn prefetch(&self, hash: u64) {
        let slot = self
            .slots
            .wrapping_add((hash as usize & self.mask) * self.size);
        prefetch_at(slot);
        prefetch_at(slot.wrapping_add(self.size - 1));
    }
}

#[inline(always)]
#[cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "a third of an emit's time is one cache miss")
)]
fn prefetch_at<T>(place: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch reads nothing and never faults, whatever the address.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(place.cast::<i8>());
        if size_of::<T>() > 1 {
            _mm_prefetch::<_MM_HINT_T0>(place.cast::<i8>().wrapping_add(size_of::<T>() - 1));
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = place;
}
