//! What glibc's allocator does with large pieces that are freed.
//!
//! By itself it comes to keep ones of up to 32 MB, in a heap whose holes count for the process and fit nothing: a map
//! task that emits values of 4 MB with 96 MB of memory then takes 189 MB.

/// Makes it give large pieces back to the system, always.
pub(super) fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    glibc::give_back();
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(
    unsafe_code,
    reason = "there is no other way to the allocator's options"
)]
mod glibc {
    use std::ffi::c_int;

    // From malloc.h.
    const M_TRIM_THRESHOLD: c_int = -1;
    const M_MMAP_THRESHOLD: c_int = -3;

    unsafe extern "C" {
        // SAFETY: it takes any numbers, and a lock.
        safe fn mallopt(option: c_int, value: c_int) -> c_int;
    }

    pub(super) fn give_back() {
        // Refused, they change nothing.
        let _ = mallopt(M_MMAP_THRESHOLD, 128 << 10);
        let _ = mallopt(M_TRIM_THRESHOLD, 4 << 20);
    }
}
