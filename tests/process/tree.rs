//! A process and those that it started.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// Kills a process and, on Linux, all that it started.
pub fn kill(process: u32) {
    let mut tree = vec![process];
    let mut next = 0;
    while let Some(&parent) = tree.get(next) {
        // One that runs could start another after its children are listed.
        stop(parent);
        tree.extend(children(parent));
        next += 1;
    }
    for process in tree {
        send(process, Signal::KILL);
    }
}

/// Stops a process, and waits until it has stopped or ended.
fn stop(process: u32) {
    send(process, Signal::STOP);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(1)
        && field(process, 0).is_some_and(|state| !matches!(&*state, "T" | "t" | "Z" | "X"))
    {
        sleep(Duration::from_millis(1));
    }
}

fn send(process: u32, signal: Signal) {
    if let Some(process) = i32::try_from(process).ok().and_then(Pid::from_raw) {
        // It may have ended meanwhile.
        let _ = kill_process(process, signal);
    }
}

/// The processes that a process has started and that still run; none where the system isn't Linux.
pub fn children(parent: u32) -> Vec<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|process| parent_of(*process) == Some(parent))
        .collect()
}

fn parent_of(process: u32) -> Option<u32> {
    field(process, 1)?.parse().ok()
}

/// A field of `/proc/PID/stat`, counted from 0 behind the name in parentheses, which may hold spaces: state, parent.
fn field(process: u32, number: usize) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    fields.split(' ').nth(number).map(str::to_owned)
}
