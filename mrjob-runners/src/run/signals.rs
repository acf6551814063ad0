//! Ctrl-C and its like: the first one asks the run to stop and ends the program if it doesn't, the second one ends it at
//! once.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use std::{fs, process, thread};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::low_level::pipe;

use crate::exit::Exit;
use crate::stop::Stop;

/// Whether there is a thread for signals, and when it has come to wait for them.
static STARTED: AtomicBool = AtomicBool::new(false);
static WAITS: OnceLock<()> = OnceLock::new();
/// What a run that was asked to stop has for its end. It takes longer where the job's own code runs in this process, or
/// nobody writes to standard input or reads standard output.
const GRACE: Duration = Duration::from_millis(700);

/// Requests `stop` when this process is told to end. A signal that was ignored when the program began, as `nohup` has
/// it, stays ignored.
///
/// # Errors
///
/// When signals can't be caught.
pub fn stop_on(stop: &Arc<Stop>) -> io::Result<()> {
    let (mut signals, writing) = UnixStream::pair()?;
    let ignored = ignored();
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        if ignored >> (signal - 1) & 1 == 0 {
            pipe::register(signal, writing.try_clone()?)?;
        }
    }
    let stop = Arc::clone(stop);
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            let _ = WAITS.set(());
            if let Ok(1) = signals.read(&mut [0]) {
                stop.request();
                // Until the second signal, or the end of the time.
                let _ = signals.set_read_timeout(Some(grace(&stop)));
                let _ = signals.read(&mut [0]);
                stop.clean_up();
                // Nobody can be told that standard error is closed.
                let _ = io::stderr().write_all(stop.words().as_bytes());
                let _ = io::stderr().write_all(b"error: interrupted\n");
                process::exit(Exit::Interrupted as i32);
            }
        })?;
    STARTED.store(true, Ordering::Relaxed);
    Ok(())
}

/// Whether there is a thread that waits for signals: if so it does by now, and holds nothing.
pub(crate) fn are_awaited() -> bool {
    let started = STARTED.load(Ordering::Relaxed);
    if started {
        WAITS.wait();
    }
    started
}

/// How long the run may take for its end.
fn grace(stop: &Stop) -> Duration {
    stop.grace().unwrap_or(GRACE)
}

/// The signals that are ignored, a bit each; none where the system doesn't say.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}
