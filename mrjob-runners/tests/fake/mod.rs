//! A program without an engine: lines in, lines out, sorted by its reduce tasks. Some lines are commands to misbehave:
//! `fail`, `abort`, `panic`, `kill FILE N` (the first N times), `sleep MILLISECONDS`, `print TEXT`, `pid FILE`; with
//! `reduce-` before them they are obeyed by the reduce task that meets them.

pub(crate) mod setting;

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use mrjob_core::emit::{Part, PartTarget};
use mrjob_core::program::{Pipes, Program, StreamTask};
use mrjob_core::shuffle::{MapRuns, Partitioning, RunOutput, Slice};
use mrjob_core::step::StepInfo;
use mrjob_core::task::{
    FailureKind, MapTarget, MapTask, Monitor, ReduceTask, Source, Split, TaskFailure, TaskReport,
};
use serde_json::json;

pub(crate) struct Fake;

impl Program for Fake {
    fn name(&self) -> &str {
        "Fake"
    }

    fn steps(&self) -> &[StepInfo] {
        &[]
    }

    fn map(
        &self,
        task: &MapTask,
        _more: &dyn Fn() -> Vec<Split>,
        monitor: &Monitor,
    ) -> Result<TaskReport, Box<TaskFailure>> {
        let mut lines = Vec::new();
        for split in &task.splits {
            lines.extend(lines_of(split));
        }
        let mut report = obey("", &lines, monitor).map_err(|failure| *failure)?;
        let text = lines.concat();
        match &task.target {
            MapTarget::Part(target) => write_part(target, text, &mut report),
            MapTarget::Shuffle { partitioning, runs } => {
                let path = match runs {
                    RunOutput::File(path) => path.clone(),
                    RunOutput::Memory { spill_dir } => {
                        fs::create_dir_all(spill_dir).unwrap();
                        spill_dir.join("runs-x")
                    }
                };
                let partitions = match partitioning {
                    Partitioning::Hash(partitions) => partitions.get(),
                    _ => 1,
                };
                report.bytes_out = text.len() as u64;
                fs::write(&path, format!("{partitions}\n{text}")).unwrap();
                let path = path.as_os_str().as_bytes();
                let runs = json!({"File": {"path": path, "bytes": text.len(), "records": lines.len(), "runs": 1, "spilled": 0}});
                report.runs = Some(serde_json::from_value(runs).unwrap());
            }
            _ => unreachable!(),
        }
        Ok(report)
    }

    fn reduce(&self, task: &ReduceTask, monitor: &Monitor) -> Result<TaskReport, Box<TaskFailure>> {
        let mut lines = Vec::new();
        for runs in &task.runs {
            let MapRuns::File(runs) = runs else {
                unreachable!()
            };
            let mut file = BufReader::new(File::open(&runs.path).unwrap());
            let partitions: usize = next_line(&mut file).unwrap().trim().parse().unwrap();
            while let Some(line) = next_line(&mut file) {
                if matches!(task.slice, Slice::Partition(number) if line.len() % partitions != number as usize)
                {
                    continue;
                }
                lines.push(line);
            }
        }
        let mut report = obey("reduce-", &lines, monitor).map_err(|failure| *failure)?;
        lines.sort();
        write_part(&task.target, lines.concat(), &mut report);
        Ok(report)
    }

    fn stream(
        &self,
        _: &StreamTask,
        _: Pipes,
        _: &Monitor,
    ) -> Result<TaskReport, Box<TaskFailure>> {
        unreachable!()
    }
}

/// The lines that begin in `split`.
fn lines_of(split: &Split) -> Vec<String> {
    match &split.source {
        Source::File { path, .. } => lines_from(split, File::open(path).unwrap()),
        Source::Memory { bytes, .. } => lines_from(split, std::io::Cursor::new(bytes.as_slice())),
        _ => unreachable!(),
    }
}

fn lines_from(split: &Split, mut source: impl Read + Seek) -> Vec<String> {
    let mut at = split.start.saturating_sub(1);
    source.seek(SeekFrom::Start(at)).unwrap();
    let mut source = BufReader::new(source);
    if split.start > 0 {
        // Unless a line begins here, its end belongs to the split before.
        at += next_line(&mut source).map_or(0, |line| line.len() as u64);
    }
    let mut lines = Vec::new();
    while split.end.is_none_or(|end| at < end) {
        let Some(line) = next_line(&mut source) else {
            break;
        };
        at += line.len() as u64;
        lines.push(line);
    }
    lines
}

fn next_line(source: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    (source.read_line(&mut line).unwrap() > 0).then_some(line)
}

/// Does what lines that begin with `prefix` say.
fn obey(prefix: &str, lines: &[String], monitor: &Monitor) -> Result<TaskReport, Box<TaskFailure>> {
    let mut report = TaskReport::default();
    for line in lines {
        report.records_in += 1;
        report.bytes_in += line.len() as u64;
        monitor.advance(1, line.len() as u64);
        let words: Vec<_> = line
            .strip_prefix(prefix)
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        match words[..] {
            ["fail"] => {
                return Err(Box::new(TaskFailure::new(
                    FailureKind::Error,
                    "told to fail",
                )));
            }
            ["abort"] => std::process::abort(),
            ["panic"] => panic!("told to panic"),
            ["kill", file, times] if noted(file) <= times.parse().unwrap() => die(),
            ["print", text] => print(text),
            ["pid", file] => _ = note(file, std::process::id()),
            ["sleep", time] => sleep(time.parse().unwrap(), monitor)?,
            _ => {}
        }
    }
    report.counters = BTreeMap::from([(
        "fake".to_owned(),
        BTreeMap::from([("lines".to_owned(), lines.len() as i64)]),
    )]);
    Ok(report)
}

/// As an out-of-memory killer would, or by a panic where that would hit the test itself.
fn die() -> ! {
    if std::env::var_os("MRJOB_WORKER").is_none() {
        panic!("told to die");
    }
    rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL)
        .unwrap();
    unreachable!()
}

fn print(text: &str) {
    let mut out = std::io::stdout();
    writeln!(out, "{text}").unwrap();
}

fn sleep(milliseconds: u64, monitor: &Monitor) -> Result<(), Box<TaskFailure>> {
    for _ in 0..milliseconds / 10 {
        if monitor.is_cancelled() {
            return Err(Box::new(TaskFailure::new(
                FailureKind::Cancelled,
                "cancelled",
            )));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// Adds a line to a file; how many there are then.
fn note(file: &str, line: impl std::fmt::Display) -> usize {
    let mut to = OpenOptions::new()
        .append(true)
        .create(true)
        .open(file)
        .unwrap();
    // In one call: several processes write to it.
    to.write_all(format!("{line}\n").as_bytes()).unwrap();
    fs::read_to_string(file).unwrap().lines().count()
}

fn noted(file: &str) -> usize {
    note(file, "x")
}

fn write_part(target: &PartTarget, text: String, report: &mut TaskReport) {
    report.records_out = text.lines().count() as u64;
    report.bytes_out = text.len() as u64;
    report.part = Some(match target {
        PartTarget::Memory { limit, .. } if text.len() <= *limit => {
            Part::Memory(Arc::new(text.into_bytes()))
        }
        PartTarget::Memory { path, .. } | PartTarget::File(path) => {
            File::create_new(path)
                .unwrap()
                .write_all(text.as_bytes())
                .unwrap();
            Part::File(path.clone())
        }
        _ => unreachable!(),
    });
}

/// The files in `dir`, in the order of their names.
pub(crate) fn files_of(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}
