//! The memory that a run takes, measured from outside.

use std::fs;
use std::thread;
use std::time::Duration;

use mrjob_tests_process::{Command, Stdio};

use crate::case::Case;
use crate::memory;
use crate::place::Place;

const MIB: u64 = 1 << 20;

/// What a program takes beside its data: its code, stacks and buffers of input and output.
const BESIDE: u64 = 24 * MIB;

/// The most resident memory in bytes that `case` took inline with `--memory` of `budget` MiB.
fn peak(test: &str, case: &Case, budget: u64) -> u64 {
    let place = Place::new(test, case);
    let mut child = Command::new(case.program)
        .args(["-r", "inline", "-q", "--memory", &format!("{budget}M")])
        .args(&case.arguments)
        .args(place.inputs())
        .current_dir(place.path(""))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        peak = peak.max(high_water(&status).unwrap_or(0));
        thread::sleep(Duration::from_millis(1));
    }
    assert!(child.wait().unwrap().success());
    peak
}

/// The largest resident size so far; none when the process has ended.
fn high_water(status: &str) -> Option<u64> {
    let status = fs::read_to_string(status).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? << 10)
}

fn check(test: &str, case: &Case) {
    for budget in [16, 48] {
        let peak = peak(test, case, budget);
        assert!(peak > 0, "the peak wasn't seen");
        assert!(
            peak < budget * MIB + BESIDE,
            "{} MiB of memory with a budget of {budget} MiB",
            peak / MIB
        );
    }
}

#[test]
fn a_large_group_stays_within_the_budget() {
    check(
        "peak_of_a_group",
        &memory::hot_key(Case::new(env!("CARGO_BIN_EXE_hot_key"))),
    );
}

#[test]
fn long_values_stay_within_the_budget() {
    check(
        "peak_of_values",
        &memory::long_values(Case::new(env!("CARGO_BIN_EXE_hot_key"))),
    );
}

#[test]
fn long_values_that_are_combined_stay_within_the_budget() {
    check(
        "peak_of_combined_values",
        &memory::longest(Case::new(env!("CARGO_BIN_EXE_longest"))),
    );
}

#[test]
fn many_keys_stay_within_the_budget() {
    check(
        "peak_of_keys",
        &memory::many_keys(Case::new(env!("CARGO_BIN_EXE_many_keys"))),
    );
}
