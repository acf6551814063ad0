//! How much memory a reduce task takes.

use std::fs::{self, File};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use crate::player::{Task, raw_bytes, raw_pairs};
use crate::scene::{ALONE, Scene};

const MIB: usize = 1 << 20;
const BUDGET: usize = 8 * MIB;

/// What a program takes beside its data: its code, stacks and buffers of input and output.
const BESIDE: usize = 16 * MIB;

const MAPS: usize = 50;
const VALUE: usize = 8 << 10;

/// The most resident memory of a reduce task over a partition of 20 times its budget, unique keys that begin with `prefix`,
/// out of 50 map tasks. Its output must be right.
fn peak(prefix: &str) -> usize {
    let mut scene = Scene::new(env!("CARGO_BIN_EXE_long_values"), &[], 1);
    scene.hadoop.file.reduce_memory = Some(BUDGET as u64);
    let step = scene.step();
    let records = 20 * BUDGET / VALUE;
    let value = "v".repeat(VALUE);
    let line = |number: usize| format!("\"{prefix}{number:08}\"\t\"{value}\"\n");
    let mut blocks = Vec::new();
    for number in 0..MAPS {
        let text: String = (0..records)
            .filter(|n| n * 7919 % MAPS == number)
            .map(line)
            .collect();
        let task = Task { number, maps: MAPS };
        let ended = scene.end(&mut scene.map_command(task, ""), text.as_bytes());
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        blocks.extend(raw_pairs(&ended.stdout));
    }
    blocks.sort();
    let (input, output) = (
        scene.hadoop.dir.join("input"),
        scene.hadoop.dir.join("output"),
    );
    fs::write(&input, raw_bytes(&blocks)).unwrap();
    drop(blocks);

    let mut command = scene.hadoop.reduce(
        &step,
        Task {
            number: 0,
            maps: MAPS,
        },
    );
    command
        .stdin(File::open(&input).unwrap())
        .stdout(File::create(&output).unwrap())
        .stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        peak = peak.max(high_water(&status).unwrap_or(0));
        thread::sleep(Duration::from_millis(1));
    }
    assert!(child.wait().unwrap().success());
    let expected: String = (0..records).map(line).collect();
    assert!(fs::read(&output).unwrap() == expected.as_bytes());
    peak
}

/// The largest resident size so far; none when the process has ended.
fn high_water(status: &str) -> Option<usize> {
    let status = fs::read_to_string(status).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(
        line.trim()
            .strip_suffix("kB")?
            .trim()
            .parse::<usize>()
            .ok()?
            << 10,
    )
}

#[test]
fn a_reduce_task_stays_within_its_budget() {
    // What all keys have in common, more than a block's prefix shows: everything has to wait for the end.
    let hidden = "p".repeat(80);
    for prefix in ["", &hidden] {
        let peak = peak(prefix);
        assert!(peak > 0, "the peak wasn't seen");
        assert!(peak < BUDGET + BESIDE, "{} KiB of memory", peak >> 10);
    }
}

/// Bytes that a map task spills of unique keys with 96 MiB of values in a container of so many megabytes.
fn spilled(container: &str, java: &str) -> u64 {
    let scene = Scene::new(env!("CARGO_BIN_EXE_long_values"), &[], 1);
    let value = "v".repeat(96 << 10);
    let text: String = (0..1024)
        .map(|number| format!("\"{number:04}\"\t\"{value}\"\n"))
        .collect();
    let mut command = scene.map_command(ALONE, &text);
    command
        .env("mapreduce_map_memory_mb", container)
        .env("mapreduce_map_java_opts", java);
    let ended = scene.end(&mut command, text.as_bytes());
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let counter = |line: &str| {
        line.strip_prefix("reporter:counter:mrjob,bytes spilled,")?
            .parse()
            .ok()
    };
    ended.stderr.lines().find_map(counter).unwrap_or(0)
}

#[test]
fn a_map_task_takes_what_java_leaves_of_its_container() {
    assert_eq!(spilled("1024", "-Xmx300m"), 0);
    // 80 % of it are Java's.
    assert!(spilled("1024", "") > 0);
    assert!(spilled("512", "-Xmx300m") > 0);
    assert_eq!(spilled("4096", ""), 0);
}
