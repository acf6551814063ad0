//! Standard streams that were closed when the program began.
//!
//! Before `main` Rust opens `/dev/null` in their places, and what is written there would be gone without an error. So they
//! are looked at before that, by a function that the loader of programs calls.

use std::ffi::c_int;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::config::UsageError;

static STDIN: AtomicBool = AtomicBool::new(false);
static STDOUT: AtomicBool = AtomicBool::new(false);

/// Checks that standard input was open, which is read where no input is named.
///
/// # Errors
///
/// When it was closed.
pub(super) fn check_stdin() -> Result<(), UsageError> {
    match STDIN.load(Ordering::Relaxed) {
        true => Err(UsageError::new(
            "failed to read standard input: it is closed\nhint: name files or folders to read, or redirect a file: `< FILE`",
        )),
        false => Ok(()),
    }
}

/// Whether standard output was closed.
pub(super) fn stdout_was_closed() -> bool {
    STDOUT.load(Ordering::Relaxed)
}

extern "C" fn look() {
    for (number, is_closed) in [(0, &STDIN), (1, &STDOUT)] {
        is_closed.store(c::fcntl(number, c::F_GETFD) < 0, Ordering::Relaxed);
    }
}

#[expect(
    unsafe_code,
    reason = "nothing else of a library runs before Rust's own start"
)]
// SAFETY: the section is a list of functions to call, of this type; the loader may give them arguments, which C lets a function
// ignore. `look` needs nothing that isn't there yet: it makes a system call and stores two bytes.
#[cfg_attr(
    target_vendor = "apple",
    unsafe(link_section = "__DATA,__mod_init_func")
)]
#[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".init_array"))]
#[used]
static LOOK: extern "C" fn() = look;

/// Of the C library, the same on all systems.
mod c {
    use super::c_int;

    pub(super) const F_GETFD: c_int = 1;

    #[expect(
        unsafe_code,
        reason = "other interfaces ask for a descriptor that is open"
    )]
    unsafe extern "C" {
        // SAFETY: with a command that takes no argument it reads no memory of this process.
        pub(super) safe fn fcntl(descriptor: c_int, command: c_int, ...) -> c_int;
    }
}
