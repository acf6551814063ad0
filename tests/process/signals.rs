//! The signals that programs start with.

use std::fs;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Once};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};

static RESET: Once = Once::new();

/// Sees to it that programs start with the default signals.
///
/// A program inherits that a signal is ignored, as `nohup` and a shell's background have it. It doesn't inherit that
/// a signal is caught; so this process, instead of ignoring a signal, catches it and does nothing.
pub(crate) fn reset() {
    RESET.call_once(|| {
        let ignored = ignored();
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] {
            if ignored >> (signal - 1) & 1 == 1 {
                signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)))
                    .expect("these signals can be caught");
            }
        }
    });
}

/// The signals that this process ignores, signal n in bit n - 1; none where the system isn't Linux.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}
