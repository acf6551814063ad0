//! A job gives the same bytes whatever runs it, over the real engine.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod count;

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use count::Count;
use mrjob_core::emit::Part;
use mrjob_core::program::{JobProgram, Program};
use mrjob_runners::event::Event;
use mrjob_runners::inline::Inline;
use mrjob_runners::input::Input;
use mrjob_runners::local::{Local, Workers};
use mrjob_runners::output::cat;
use mrjob_runners::plan::Plan;
use mrjob_runners::run::{Finished, Run, Runner};
use mrjob_runners::stop::Stop;

/// Lines of words, of which some are frequent and most are not.
fn text(lines: u64) -> String {
    let mut text = String::new();
    let mut number = 1u64;
    for _ in 0..lines {
        for _ in 0..6 {
            number = number
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            let word = (number >> 33) % (1 << ((number >> 20) % 24));
            write!(text, "a-rather-long-word-{word} ").unwrap();
        }
        text.push('\n');
    }
    text
}

/// Runs the job on `in.txt` in `dir`, and tells its events.
fn run(runner: &dyn Runner, dir: &Path, change: impl FnOnce(&mut Plan)) -> (Finished, Vec<Event>) {
    let program = Arc::new(JobProgram::new(|| Ok(Count)).unwrap());
    let path = dir.join("in.txt");
    let bytes = fs::metadata(&path).unwrap().len();
    let name = "in.txt".to_owned();
    let inputs = vec![Input::File { path, name, bytes }];
    let mut plan = Plan::new("count", program.steps().to_vec(), inputs);
    plan.temp_dir = dir.to_owned();
    change(&mut plan);
    let events = Mutex::new(Vec::new());
    let run = Run {
        plan: &plan,
        program,
        arguments: &[],
        #[cfg(feature = "cluster")]
        shipped: &Default::default(),
        events: &|event| events.lock().unwrap().push(event),
        stop: &Stop::default(),
    };
    (runner.run(&run).unwrap(), events.into_inner().unwrap())
}

/// The number of tasks, phase by phase.
fn tasks(events: &[Event]) -> Vec<usize> {
    let tasks = |event: &Event| match event {
        Event::PhaseStarted { tasks, .. } => Some(*tasks),
        _ => None,
    };
    events.iter().filter_map(tasks).collect()
}

/// How many tasks said that they look for words.
fn statuses(events: &[Event]) -> usize {
    let is_status = |event: &&Event| matches!(event, Event::Status { message, .. } if message == "looking for words");
    events.iter().filter(is_status).count()
}

fn whole(finished: &Finished) -> String {
    let mut out = Vec::new();
    cat(&finished.parts, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn parts(finished: &Finished) -> Vec<String> {
    let read = |part: &Part| match part {
        Part::File(path) => fs::read_to_string(path).unwrap(),
        Part::Memory(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
        _ => unreachable!(),
    };
    finished.parts.iter().map(read).collect()
}

#[test]
fn local_gives_the_bytes_of_inline_whatever_the_number_of_tasks() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("in.txt"), text(70_000)).unwrap();
    let expected = whole(&run(&Inline, dir.path(), |_| ()).0);
    assert!(expected.lines().count() > 50);
    for workers in [2, 5] {
        for maps in [None, Some(7)] {
            let (finished, events) = run(&Local::new(Workers::Threads), dir.path(), |plan| {
                plan.workers = workers.try_into().unwrap();
                plan.maps = maps.and_then(|maps| u32::try_into(maps).ok());
            });
            assert!(
                whole(&finished) == expected,
                "{workers} workers, {maps:?} maps"
            );
            let tasks = tasks(&events);
            assert!(tasks[0] > 1 && tasks[1] > workers, "{tasks:?}");
            assert_eq!(statuses(&events), tasks[0]);
        }
    }
}

#[test]
fn hash_partitions_are_those_of_inline() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("in.txt"), text(3000)).unwrap();
    let reducers = |plan: &mut Plan| plan.reducers = 3.try_into().ok();
    let expected = parts(&run(&Inline, dir.path(), reducers).0);
    assert_eq!(expected.len(), 3);
    assert!(expected.iter().all(|part| !part.is_empty()));
    let (local, _) = run(&Local::new(Workers::Threads), dir.path(), reducers);
    assert_eq!(parts(&local), expected);
}
