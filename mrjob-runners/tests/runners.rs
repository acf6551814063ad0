//! What inline and local have in common, over threads where it takes workers.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod fake;

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fake::setting::{Outcome, Setting, run, run_until, step};
use mrjob_core::emit::Part;
use mrjob_runners::event::{Event, Phase};
use mrjob_runners::inline::Inline;
use mrjob_runners::input::Input;
use mrjob_runners::local::{Local, Workers};
use mrjob_runners::run::{RunError, Runner};
use mrjob_runners::stop::Stop;

fn threads() -> Local {
    Local::new(Workers::Threads)
}

fn runners() -> [Box<dyn Runner>; 2] {
    [Box::new(Inline), Box::new(threads())]
}

/// The names of the events, but for those that depend on time.
fn names(outcome: &Outcome) -> Vec<String> {
    let name = |event: &Event| {
        serde_json::to_value(event).unwrap()["event"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    outcome
        .events
        .iter()
        .map(name)
        .filter(|name| name != "progress")
        .collect()
}

#[test]
fn events_come_in_order() {
    for runner in runners() {
        let setting = Setting::new();
        let plan = setting.plan(
            vec![step(true), step(false)],
            vec![setting.input("in.txt", "b\na\n")],
        );
        let outcome = run(runner.as_ref(), &plan);
        let phase = ["phase_started", "phase_finished"];
        let expected = [
            &["job_started"][..],
            &phase,
            &phase,
            &["step_finished"],
            &phase,
            &["step_finished", "job_finished"],
        ];
        assert_eq!(names(&outcome), expected.concat());
        let Some(Event::JobFinished { input, output, .. }) = outcome.events.last() else {
            unreachable!()
        };
        assert_eq!((*input, *output), ((2, 4), (2, 4)));
    }
}

#[test]
fn map_only_output_is_in_the_order_of_the_input() {
    for runner in runners() {
        let setting = Setting::new();
        let text: String = (0..1000).map(|number| format!("line {number}\n")).collect();
        let (first, second) = text.split_at(5000);
        let cut = first.rfind('\n').unwrap() + 1;
        let inputs = vec![
            setting.input("1", &text[..cut]),
            Input::Memory(Arc::new(text.as_bytes()[cut..].to_vec())),
        ];
        assert!(!second.is_empty());
        let mut plan = setting.plan(vec![step(false), step(false)], inputs);
        plan.maps = 7.try_into().ok();
        assert_eq!(run(runner.as_ref(), &plan).text(), text);
    }
}

#[test]
fn hash_partitions_have_a_part_each_also_empty_ones() {
    for runner in runners() {
        let setting = Setting::new();
        let mut plan = setting.plan(
            vec![step(true)],
            vec![setting.input("in.txt", "bb\na\nc\n")],
        );
        plan.reducers = 4.try_into().ok();
        plan.output.dir = Some(setting.path("out"));
        assert!(run(runner.as_ref(), &plan).result.is_ok());
        let part =
            |number| fs::read_to_string(setting.path(&format!("out/part-{number:05}"))).unwrap();
        assert_eq!(
            [part(0), part(1), part(2), part(3)],
            ["", "", "a\nc\n", "bb\n"]
        );
    }
}

#[test]
fn empty_input_is_one_task() {
    for runner in runners() {
        let setting = Setting::new();
        for inputs in [vec![], vec![setting.input("empty", "")]] {
            let outcome = run(runner.as_ref(), &setting.plan(vec![step(true)], inputs));
            assert_eq!(outcome.text(), "");
            let one = |event: &Event| {
                matches!(
                    event,
                    Event::PhaseStarted {
                        phase: Phase::Map,
                        tasks: 1,
                        ..
                    }
                )
            };
            assert!(outcome.events.iter().any(one));
        }
    }
}

#[test]
fn binary_parts_are_read_whole() {
    let setting = Setting::new();
    let mut steps = vec![step(true), step(false)];
    steps[1].binary_input = true;
    let mut plan = setting.plan(steps, vec![setting.input("in.txt", &"a\n".repeat(100))]);
    plan.maps = 5.try_into().ok();
    let outcome = run(&threads(), &plan);
    let tasks = outcome.events.iter().filter_map(|event| match event {
        Event::PhaseStarted {
            phase: Phase::Map,
            tasks,
            ..
        } => Some(*tasks),
        _ => None,
    });
    assert_eq!(tasks.collect::<Vec<_>>(), [5, 1]);
}

#[test]
fn a_panic_on_a_thread_costs_an_attempt() {
    let setting = Setting::new();
    let text = format!("a\nkill {} 3\n", setting.path("kills").display());
    let outcome = run(
        &threads(),
        &setting.plan(vec![step(true)], vec![setting.input("in.txt", &text)]),
    );
    assert_eq!(outcome.lost(), ["worker panicked"; 3]);
    assert_eq!(outcome.text().lines().count(), 2);
}

#[test]
fn stop_ends_a_run_and_leaves_nothing() {
    for runner in runners().map(Arc::<dyn Runner>::from) {
        let setting = Setting::new();
        let plan = setting.plan(
            vec![step(true)],
            vec![setting.input("in.txt", "sleep 60000\n")],
        );
        let stop = Stop::default();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(50));
                stop.request();
            });
            let started = Instant::now();
            let outcome = run_until(runner.as_ref(), &plan, &stop);
            assert!(matches!(outcome.result, Err(RunError::Stopped)));
            // The record takes a minute.
            assert!(started.elapsed() < Duration::from_secs(30));
        });
        assert!(setting.leftovers().is_empty());
    }
}

#[test]
fn too_little_memory_is_refused_with_what_is_enough() {
    let setting = Setting::new();
    let mut plan = setting.plan(vec![step(true)], vec![]);
    plan.memory = 40 << 20;
    let error = run(&threads(), &plan).error();
    assert_eq!(
        error,
        "40 MB of memory are too little for 2 workers\nhint: give at least 44 MB: `--memory`, or run fewer workers: `--num-cores`"
    );
    plan.memory = 44 << 20;
    assert!(run(&threads(), &plan).result.is_ok());
}

#[test]
fn a_path_that_is_not_text_can_be_read() {
    use std::os::unix::ffi::OsStrExt;
    let setting = Setting::new();
    let path = setting
        .dir
        .path()
        .join(std::ffi::OsStr::from_bytes(b"\xff.txt"));
    fs::write(&path, "a\n").unwrap();
    let mut input = setting.input("in.txt", "a\n");
    if let Input::File { path: place, .. } = &mut input {
        *place = path;
    }
    assert_eq!(
        run(&threads(), &setting.plan(vec![step(true)], vec![input])).text(),
        "a\n"
    );
}

#[test]
fn inline_keeps_small_parts_in_memory_and_large_ones_in_files() {
    let setting = Setting::new();
    let mut plan = setting.plan(
        vec![step(true)],
        vec![setting.input("in.txt", &"a\n".repeat(100))],
    );
    let finished = run(&Inline, &plan).result.unwrap();
    assert!(matches!(finished.parts[..], [Part::Memory(_)]) && finished.keep.is_none());
    assert!(setting.leftovers().is_empty());
    plan.memory = 800;
    let finished = run(&Inline, &plan).result.unwrap();
    assert!(matches!(&finished.parts[..], [Part::File(path)] if path.exists()));
    drop(finished);
    assert!(setting.leftovers().is_empty());
}

#[test]
fn inline_takes_next_to_no_time_of_its_own() {
    let setting = Setting::new();
    let plan = setting.plan(
        vec![step(true)],
        vec![setting.input("in.txt", &"some words\n".repeat(1000))],
    );
    let fastest = (0..20).map(|_| {
        let started = Instant::now();
        assert!(run(&Inline, &plan).result.is_ok());
        started.elapsed()
    });
    let fastest = fastest.min().unwrap();
    println!("10 KB inline: {fastest:?}");
    assert!(fastest < Duration::from_millis(20), "{fastest:?}");
}

#[test]
fn inline_needs_no_temporary_folder_for_small_data() {
    let setting = Setting::new();
    let mut plan = setting.plan(vec![step(false)], vec![setting.input("in.txt", "a\n")]);
    plan.temp_dir = setting.path("nowhere");
    assert_eq!(run(&Inline, &plan).text(), "a\n");
    assert!(!setting.path("nowhere").exists());
}
