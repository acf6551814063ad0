//! The memory that a whole run takes.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use crate::scene::Scene;

/// Bytes of input: many times the budget, so that every task is full for most of its time.
const INPUT: u64 = if cfg!(debug_assertions) {
    80 << 20
} else {
    200 << 20
};
const BUDGET: u64 = 64 << 20;

/// What a worker may take: its task's share, which is 18 MiB, and the program's own data. Holes in its heap would come
/// to more.
const WORKER: u64 = 22 << 20;

/// Bytes of memory that no file backs, which is what a budget is about: of `process` and its children, and of the
/// largest child. Program text, which all of them share, isn't in it.
fn anonymous(process: u32) -> (u64, u64) {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let statuses = processes.filter_map(|entry| {
        let id: u32 = entry.file_name().to_str()?.parse().ok()?;
        let status = fs::read_to_string(entry.path().join("status")).ok()?;
        let field = |name: &str| -> Option<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse().ok()
        };
        let is_worker = field("PPid:")? == u64::from(process);
        // Kibibytes; a process that has ended has none.
        let bytes = field("RssAnon:")? << 10;
        (is_worker || id == process).then_some((is_worker, bytes))
    });
    statuses.fold((0, 0), |(sum, largest), (is_worker, bytes)| {
        let worker = if is_worker { bytes } else { 0 };
        (sum + bytes, largest.max(worker))
    })
}

/// Nearly unique keys.
fn write_input(scene: &Scene) {
    let mut file = BufWriter::new(File::create(scene.path("large.txt")).unwrap());
    let (mut written, mut random) = (0, 88172645463325252_u64);
    while written < INPUT {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let line = format!("{:010x}\t{}\n", random >> 24, random % 1_000_000);
        file.write_all(line.as_bytes()).unwrap();
        written += line.len() as u64;
    }
    file.flush().unwrap();
}

/// The peaks of a run of `program`: of all, and of a worker.
fn peaks(scene: &Scene, program: &str, arguments: &[&str]) -> (u64, u64) {
    let mut command = scene.program(program);
    command
        .args(["large.txt", "-q", "--memory", &BUDGET.to_string()])
        .args(arguments)
        .stdout(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut peaks = (0, 0);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success());
            return peaks;
        }
        let (all, worker) = anonymous(child.id());
        peaks = (peaks.0.max(all), peaks.1.max(worker));
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_run_keeps_within_its_budget() {
    let scene = Scene::new(0);
    write_input(&scene);
    let faulty = env!("CARGO_BIN_EXE_faulty");
    let spiller = env!("CARGO_BIN_EXE_spiller");
    for (program, arguments) in [
        (faulty, &[][..]),
        (faulty, &["-D", "mapreduce.job.maps=40"]),
        (faulty, &["--reducers", "8"]),
        (spiller, &[]),
    ] {
        let (all, worker) = peaks(&scene, program, arguments);
        let why = format!(
            "{} KiB, a worker {} with {arguments:?}",
            all >> 10,
            worker >> 10
        );
        assert!(all <= BUDGET && worker <= WORKER, "{why}");
        // Else it doesn't measure: a task of 40 is too small to fill its share.
        assert!(all > BUDGET / 5, "{why}");
    }
}
