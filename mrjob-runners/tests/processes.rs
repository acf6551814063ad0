//! The local runner over processes of this same test program, which die in various ways.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "it is a test with a harness of its own"
)]

mod fake;

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::ops::Not;
use std::panic::catch_unwind;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fake::Fake;
use fake::setting::{Setting, run, run_until, run_with, step};
use mrjob_runners::event::Event;
use mrjob_runners::input::Input;
use mrjob_runners::local::{Local, Workers, is_worker, serve};
use mrjob_runners::run::RunError;
use mrjob_runners::stop::Stop;
use mrjob_tests_process::{Child, Command, Stdio};

const TESTS: &[(&str, fn())] = &[
    ("sorts_over_processes", sorts_over_processes),
    (
        "a_killed_worker_costs_its_map_attempt",
        a_killed_worker_costs_its_map_attempt,
    ),
    (
        "a_killed_worker_costs_its_reduce_attempt",
        a_killed_worker_costs_its_reduce_attempt,
    ),
    ("four_kills_end_the_job", four_kills_end_the_job),
    (
        "an_abort_is_told_with_its_last_words",
        an_abort_is_told_with_its_last_words,
    ),
    ("a_failure_is_not_tried_again", a_failure_is_not_tried_again),
    ("stop_ends_all_at_once", stop_ends_all_at_once),
    (
        "workers_are_kept_and_printing_is_harmless",
        workers_are_kept_and_printing_is_harmless,
    ),
    (
        "workers_go_when_their_launcher_is_killed",
        workers_go_when_their_launcher_is_killed,
    ),
    (
        "standard_input_is_read_from_a_pipe_or_file",
        standard_input_is_read_from_a_pipe_or_file,
    ),
    (
        "a_program_that_is_no_worker_is_an_error",
        a_program_that_is_no_worker_is_an_error,
    ),
    ("one_task_takes_one_worker", one_task_takes_one_worker),
];

fn main() -> ExitCode {
    // Whatever a program prints before its job begins must not disturb anything.
    println!();
    if is_worker() {
        // As a program does that doesn't know its arguments.
        return if std::env::args().any(|argument| argument == "refuse") {
            2.into()
        } else {
            serve(Arc::new(Fake))
        };
    }
    if std::env::args()
        .nth(1)
        .is_some_and(|argument| argument == "launch")
    {
        return launch();
    }
    let filter = std::env::args()
        .nth(1)
        .filter(|argument| !argument.starts_with('-'))
        .unwrap_or_default();
    let chosen: Vec<_> = TESTS
        .iter()
        .filter(|(name, _)| name.contains(&filter))
        .collect();
    // The words of Rust's own harness, which are counted.
    println!("running {} tests", chosen.len());
    let mut failed = Vec::new();
    for (name, test) in &chosen {
        let started = Instant::now();
        let passed = catch_unwind(test).is_ok();
        let outcome = if passed { "ok" } else { "FAILED" };
        println!("test {name} ... {outcome} {:?}", started.elapsed());
        if !passed {
            failed.push(format!("    {name}\n"));
        }
    }
    let (verdict, code) = match &*failed {
        [] => ("ok", ExitCode::SUCCESS),
        failed => {
            println!("failures:\n{}", failed.concat());
            ("FAILED", ExitCode::FAILURE)
        }
    };
    let (passed, failed) = (chosen.len() - failed.len(), failed.len());
    println!(
        "test result: {verdict}. {passed} passed; {failed} failed; 0 ignored; 0 measured; 0 filtered out"
    );
    code
}

fn local() -> Local {
    Local::new(Workers::Processes)
}

fn sorts_over_processes() {
    let setting = Setting::new();
    let mut plan = setting.plan(
        vec![step(true)],
        vec![setting.input("in.txt", "c\na\nb\ne\nd\n")],
    );
    plan.maps = 3.try_into().ok();
    let outcome = run(&local(), &plan);
    assert_eq!(outcome.text(), "a\nb\nc\nd\ne\n");
    assert_eq!(
        outcome.result.as_ref().unwrap().counters[0]["fake"]["lines"],
        10
    );
    drop(outcome);
    assert!(setting.leftovers().is_empty());
}

fn a_killed_worker_costs_its_map_attempt() {
    let setting = Setting::new();
    let text = format!("c\nb\nkill {} 2\na\n", setting.path("kills").display());
    let mut plan = setting.plan(vec![step(true)], vec![setting.input("in.txt", &text)]);
    plan.maps = 3.try_into().ok();
    let outcome = run(&local(), &plan);
    assert!(
        outcome.text().starts_with("a\nb\nc\nkill"),
        "{}",
        outcome.text()
    );
    assert_eq!(
        outcome.lost(),
        ["worker killed by SIGKILL, as when memory runs out"; 2]
    );
    let task = outcome.events.iter().find_map(|event| match event {
        Event::PhaseFinished { totals, .. } => Some(totals.tasks),
        _ => None,
    });
    assert_eq!(task, Some(3));
}

fn a_killed_worker_costs_its_reduce_attempt() {
    let setting = Setting::new();
    let text = format!("c\nreduce-kill {} 3\naa\n", setting.path("kills").display());
    let mut plan = setting.plan(vec![step(true)], vec![setting.input("in.txt", &text)]);
    plan.reducers = 3.try_into().ok();
    let outcome = run(&local(), &plan);
    assert_eq!(outcome.text().lines().count(), 3);
    assert_eq!(outcome.result.as_ref().unwrap().parts.len(), 3);
    assert_eq!(outcome.lost().len(), 3);
}

fn four_kills_end_the_job() {
    let setting = Setting::new();
    let text = format!("c\nkill {} 9\na\n", setting.path("kills").display());
    let mut plan = setting.plan(vec![step(true)], vec![setting.input("in.txt", &text)]);
    plan.maps = 2.try_into().ok();
    plan.output.dir = Some(setting.path("out"));
    let outcome = run(&local(), &plan);
    let error = outcome.error();
    assert!(
        error.contains("4 attempts at map task 0") && error.contains("of in.txt"),
        "{error}"
    );
    assert!(
        error.contains("bytes 0..") && error.contains("SIGKILL"),
        "{error}"
    );
    assert_eq!(outcome.lost().len(), 3);
    assert!(setting.leftovers().is_empty() && !setting.path("out").exists());
}

fn an_abort_is_told_with_its_last_words() {
    let setting = Setting::new();
    let plan = setting.plan(
        vec![step(false)],
        vec![setting.input("in.txt", "print oh-dear\nabort\n")],
    );
    let outcome = run(&local(), &plan);
    assert!(
        outcome
            .error()
            .contains("worker killed by SIGABRT (its last words: oh-dear)"),
        "{}",
        outcome.error()
    );
}

fn a_failure_is_not_tried_again() {
    let setting = Setting::new();
    let pids = setting.path("pids");
    let text = format!("pid {}\nfail\n", pids.display());
    let plan = setting.plan(vec![step(true)], vec![setting.input("in.txt", &text)]);
    let outcome = run(&local(), &plan);
    assert_eq!(
        outcome.error(),
        "step 1 of 1 failed in map task 0: the task couldn't go on: told to fail"
    );
    assert_eq!(fs::read_to_string(&pids).unwrap().lines().count(), 1);
    assert!(outcome.lost().is_empty() && setting.leftovers().is_empty());
}

fn stop_ends_all_at_once() {
    // A busy machine may take its time once, and hardly each time.
    let fastest = (0..10).map(|_| time_to_stop()).min();
    assert!(fastest < Some(Duration::from_millis(200)), "{fastest:?}");
}

/// From the request to stop to the end of all.
fn time_to_stop() -> Duration {
    let setting = Setting::new();
    let pids = setting.path("pids");
    let text = format!(
        "pid {0}\nsleep 60000\npid {0}\nsleep 60000\n",
        pids.display()
    );
    let mut plan = setting.plan(vec![step(true)], vec![setting.input("in.txt", &text)]);
    plan.maps = 2.try_into().ok();
    let stop = Stop::default();
    let (outcome, took) = std::thread::scope(|scope| {
        let run = scope.spawn(|| (run_until(&local(), &plan, &stop), Instant::now()));
        wait_for(|| {
            fs::read_to_string(&pids)
                .ok()
                .filter(|pids| pids.lines().count() == 2)
        });
        let asked = Instant::now();
        stop.request();
        let (outcome, ended) = run.join().unwrap();
        (outcome, ended - asked)
    });
    assert!(matches!(outcome.result, Err(RunError::Stopped)));
    for pid in fs::read_to_string(&pids).unwrap().lines() {
        assert!(
            !fs::exists(format!("/proc/{pid}")).unwrap(),
            "{pid} is alive"
        );
    }
    assert!(setting.leftovers().is_empty());
    took
}

fn workers_are_kept_and_printing_is_harmless() {
    let setting = Setting::new();
    let pids = setting.path("pids");
    let text = format!(
        "pid {0}\nreduce-pid {0}\nprint hello\nsleep 150\n",
        pids.display()
    );
    let plan = setting.plan(
        vec![step(true), step(true)],
        vec![setting.input("in.txt", &text)],
    );
    let outcome = run(&local(), &plan);
    assert!(outcome.result.is_ok(), "{}", outcome.error());
    let pids: Vec<_> = fs::read_to_string(&pids)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect();
    assert_eq!(pids.len(), 4);
    assert!(pids.iter().all(|pid| *pid == pids[0]), "{pids:?}");
    assert!(
        outcome
            .events
            .iter()
            .any(|event| matches!(event, Event::TaskOutput { line } if line == "hello"))
    );
    assert!(outcome.events.iter().any(|event| matches!(
        event,
        Event::Progress {
            records: 4,
            tasks_done: 0,
            ..
        }
    )));
}

/// Sorts standard input to standard output.
fn launch() -> ExitCode {
    let setting = Setting::new();
    let outcome = run(
        &local(),
        &setting.plan(vec![step(true)], vec![Input::Stdin]),
    );
    print!("{}", outcome.text());
    ExitCode::SUCCESS
}

/// This program as a launcher of its own, whose files are in the `temp` of `setting`.
fn launcher(setting: &Setting, stdin: Stdio) -> Child {
    let program = std::env::current_exe().unwrap();
    Command::new(program)
        .arg("launch")
        .env("TMPDIR", setting.path("temp"))
        .stdin(stdin)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn workers_go_when_their_launcher_is_killed() {
    let setting = Setting::new();
    let pids = setting.path("pids");
    let mut launcher = launcher(&setting, Stdio::piped());
    let mut stdin = launcher.stdin.take().unwrap();
    write!(stdin, "pid {}\nsleep 60000\n", pids.display()).unwrap();
    drop(stdin);
    let pid = wait_for(|| {
        fs::read_to_string(&pids)
            .ok()
            .filter(|pid| pid.ends_with('\n'))
    });
    launcher.kill().unwrap();
    launcher.wait().unwrap();
    // It may stay as a zombie where nobody takes care of orphans.
    let status = format!("/proc/{}/stat", pid.trim());
    wait_for(|| {
        fs::read_to_string(&status)
            .is_ok_and(|status| !status.contains(") Z "))
            .not()
            .then_some(())
    });
}

fn standard_input_is_read_from_a_pipe_or_file() {
    let setting = Setting::new();
    let mut piped = launcher(&setting, Stdio::piped());
    piped.stdin.take().unwrap().write_all(b"b\na\n").unwrap();
    assert_eq!(piped.wait_with_output().unwrap().stdout, b"\na\nb\n");

    let path = setting.path("in.txt");
    fs::write(&path, "d\nc\n").unwrap();
    let redirected = launcher(&setting, fs::File::open(&path).unwrap().into());
    assert_eq!(redirected.wait_with_output().unwrap().stdout, b"\nc\nd\n");

    // One that another program has begun to read.
    let mut begun = fs::File::open(&path).unwrap();
    begun.seek(SeekFrom::Start(2)).unwrap();
    assert_eq!(
        launcher(&setting, begun.into())
            .wait_with_output()
            .unwrap()
            .stdout,
        b"\nc\n"
    );
}

fn a_program_that_is_no_worker_is_an_error() {
    let setting = Setting::new();
    let plan = setting.plan(vec![step(true)], vec![setting.input("in.txt", "a\n")]);
    // Beside another thread a worker is a new process, which comes to `main`.
    let (done, other) = std::sync::mpsc::channel::<()>();
    let other = std::thread::spawn(move || other.recv());
    let outcome = run_with(&local(), &plan, &Stop::default(), &["refuse"]);
    drop(done);
    assert!(other.join().is_ok());
    assert_eq!(
        outcome.error(),
        "failed to start a worker: worker exited with code 2"
    );
    assert!(outcome.lost().is_empty() && setting.leftovers().is_empty());
}

/// Waits until there is a value, for 5 minutes at most.
fn wait_for<T>(value: impl Fn() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(300);
    loop {
        if let Some(value) = value() {
            return value;
        }
        assert!(Instant::now() < deadline, "waited in vain");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn one_task_takes_one_worker() {
    let setting = Setting::new();
    let plan = setting.plan(vec![step(true)], vec![setting.input("in.txt", "b\na\n")]);
    let started = Instant::now();
    for _ in 0..20 {
        assert_eq!(run(&local(), &plan).text(), "a\nb\n");
    }
    println!("a tiny job takes {:?}", started.elapsed() / 20);
}
