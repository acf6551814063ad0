//! A hint to the system that much memory will be read and written all over.
//!
//! With pages of 4 KB the processor knows the addresses of some megabytes at a time; of another place it looks them up
//! in memory, which no prefetch hides. With pages of 2 MB it knows those of gigabytes. Linux uses them where it is asked to
//! (`transparent_hugepage` is `madvise` on most machines).

/// Less gets by with small pages.
const LEAST: usize = 4 << 20;

/// Asks for large pages under what `memory` has allocated, before it is first written to.
pub(super) fn ask_for_large<T>(memory: &Vec<T>) {
    let bytes = memory.capacity() * size_of::<T>();
    if bytes >= LEAST {
        ask(memory.as_ptr().cast(), bytes);
    }
}

#[cfg(target_os = "linux")]
#[expect(
    unsafe_code,
    reason = "without it words are counted half as fast: see benches/NOTES.md"
)]
#[cold]
#[inline(never)]
fn ask(start: *const u8, bytes: usize) {
    use rustix::mm::{Advice, madvise};
    // From the beginning of the page, so that a large allocation stays one mapping, which the allocator can move.
    let before = start.addr() % rustix::param::page_size();
    let start = start.wrapping_sub(before).cast_mut().cast();
    // SAFETY: this advice changes what pages memory is in and not what is in them; it may be of any address. Refused, it
    // changes nothing.
    let _ = unsafe { madvise(start, before + bytes, Advice::LinuxHugepage) };
}

#[cfg(not(target_os = "linux"))]
fn ask(_start: *const u8, _bytes: usize) {}
