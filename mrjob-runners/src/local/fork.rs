//! A worker as a copy of its launcher, which needn't be loaded and linked, and knows its job's arguments already.
//!
//! Only the thread that asks for a copy is in it, so what another one holds at this moment, a lock or half a change, stays so
//! for ever. Therefore there is a copy only where no other thread does anything. It is the first worker's way as a rule: with
//! it come threads that listen to it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{fs, io, process};

use rustix::process::{Pid, setpgid};

use crate::run::signals;

/// Which of the two processes this is.
pub(super) enum Side {
    /// The one that asked for a copy, with the copy's number.
    Launcher(Pid),
    /// The copy.
    Worker,
}

/// Whether a copy of this process is as good as a new one: no thread but this one does anything. Where there is no `/proc`
/// nobody knows.
pub(super) fn is_possible() -> bool {
    // What is waited for ends the run.
    let waiting = usize::from(signals::are_awaited());
    fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.count() == 1 + waiting)
}

/// Copies this process, if that [is possible](is_possible), into a process group of its own. A copy has to come to [`leave`].
///
/// # Errors
///
/// When there is no room for another process.
#[expect(
    unsafe_code,
    reason = "a small job takes 4.3 ms with it and 5.2 ms with a new process"
)]
pub(super) fn fork() -> io::Result<Side> {
    // SAFETY: the only other thread waits in a read and holds no lock, so everything in the copy is whole; the C library sees
    // to its own.
    let number = unsafe { c::fork() };
    match number {
        0 => {
            let _ = setpgid(None, None);
            heed_signals();
            Ok(Side::Worker)
        }
        _ => {
            let copy = Pid::from_raw(number).filter(|_| number > 0);
            let copy = copy.ok_or_else(io::Error::last_os_error)?;
            // Whichever comes first: neither may act on the group before it is there.
            let _ = setpgid(Some(copy), Some(copy));
            Ok(Side::Launcher(copy))
        }
    }
}

/// Ends a copy with what `body` comes to: nothing of the launcher's is to be dropped in it, least of all its folders.
pub(super) fn leave(body: impl FnOnce() -> io::Result<()>) -> ! {
    // A panic has been told by its hook.
    let code = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => 0,
        Ok(Err(_)) => 1,
        Err(_) => 101,
    };
    process::exit(code)
}

/// Has signals end this process again that the launcher catches.
fn heed_signals() {
    for signal in [c::SIGHUP, c::SIGINT, c::SIGTERM] {
        if c::signal(signal, c::SIG_DFL) == c::SIG_IGN {
            c::signal(signal, c::SIG_IGN);
        }
    }
}

/// Of the C library, the same on all systems.
mod c {
    #![expect(unsafe_code, reason = "there is no other way to these")]

    use std::ffi::c_int;

    pub(super) const SIGHUP: c_int = 1;
    pub(super) const SIGINT: c_int = 2;
    pub(super) const SIGTERM: c_int = 15;
    pub(super) const SIG_DFL: usize = 0;
    pub(super) const SIG_IGN: usize = 1;

    unsafe extern "C" {
        pub(super) fn fork() -> c_int;
        // SAFETY: neither of the handlers that it is called with is code.
        pub(super) safe fn signal(signal: c_int, handler: usize) -> usize;
    }
}
