//! Ctrl-C and its like.

use std::io::{BufRead, BufReader, Read};
use std::thread;
use std::time::{Duration, Instant};

use mrjob_tests_process::{Child, Command, Stdio};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::scene::{Ended, Scene, end};

/// From the signal to the end of everything, which else takes ten minutes; a busy machine takes seconds.
const AT_ONCE: Duration = Duration::from_secs(60);
/// Until the job has come to its deep record.
const SOON: Duration = Duration::from_secs(300);

fn wait_until(what: &str, limit: Duration, done: impl Fn() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < limit, "{what} after {limit:?}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Sends `signal` to a job that hangs; how it ended.
fn interrupt(scene: &Scene, faulty: &mut Command, signal: Signal) -> Ended {
    let child = faulty.args(["--output-dir", "out"]).spawn().unwrap();
    let is_noted = || scene.left_in("notes") == ["0"] && !scene.read_note().is_empty();
    wait_until("nothing hangs", SOON, is_noted);
    let worker = Pid::from_raw(scene.noted()[0]).unwrap();
    assert!(test_kill_process(worker).is_ok());
    let ended = signalled(child, signal);
    wait_until("a worker is left", AT_ONCE, || {
        test_kill_process(worker).is_err()
    });
    assert_eq!(ended.code, Some(130), "{}", ended.stderr);
    assert_eq!(scene.left_in("tmp"), [""; 0]);
    assert_eq!(scene.left_in("."), ["in.txt", "notes", "tmp"]);
    ended
}

/// How a program ends that is sent `signal`.
fn signalled(child: Child, signal: Signal) -> Ended {
    let launcher = Pid::from_raw(child.id().try_into().unwrap()).unwrap();
    let sent = Instant::now();
    kill_process(launcher, signal).unwrap();
    let ended = end(child);
    assert!(sent.elapsed() < AT_ONCE, "{:?}", sent.elapsed());
    ended
}

#[test]
fn an_interrupt_stops_all_and_leaves_nothing() {
    for method in ["mapper", "reducer"] {
        for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
            let scene = Scene::new(100_000);
            let ended = interrupt(&scene, &mut scene.faulty("wait", method), signal);
            assert!(ended.error().starts_with("interrupted"), "{}", ended.stderr);
        }
    }
}

#[test]
fn a_second_interrupt_leaves_nothing_either() {
    let scene = Scene::new(0);
    let mut faulty = scene.program(env!("CARGO_BIN_EXE_faulty"));
    let mut child = faulty.stdin(Stdio::piped()).spawn().unwrap();
    let silent = child.stdin.take();
    wait_until("it doesn't begin", SOON, || scene.left_in("tmp").len() == 1);
    let launcher = Pid::from_raw(child.id().try_into().unwrap()).unwrap();
    kill_process(launcher, Signal::INT).unwrap();
    let ended = signalled(child, Signal::TERM);
    drop(silent);
    assert_eq!(ended.code, Some(130), "{}", ended.stderr);
    assert_eq!(scene.left_in("tmp"), [""; 0]);
}

#[test]
fn a_stopped_worker_is_reported() {
    let scene = Scene::new(100_000);
    let mut child = scene.faulty("wait", "mapper").spawn().unwrap();
    wait_until("nothing hangs", SOON, || !scene.read_note().is_empty());
    let process = scene.noted()[0];
    let worker = Pid::from_raw(process).unwrap();
    let mut messages = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut read_to = |words: &str| {
        let said = messages.find(|line| line.as_ref().is_ok_and(|line| line.contains(words)));
        assert!(said.is_some(), "nothing is said of {words}");
    };

    kill_process(worker, Signal::STOP).unwrap();
    read_to(&format!(
        "step 1 of 1, map task 0 gives no sign of life: its process {process} is stopped"
    ));
    read_to(&format!("hint: `kill -CONT {process}`"));

    kill_process(worker, Signal::CONT).unwrap();
    read_to("step 1 of 1, map task 0 goes on");

    // The attempt that is tried again doesn't hang.
    kill_process(worker, Signal::STOP).unwrap();
    kill_process(worker, Signal::KILL).unwrap();
    read_to("attempt 1 lost");
    let drained = thread::spawn(move || messages.count());
    let ended = end(child);
    drained.join().unwrap();
    assert_eq!(ended.code, Some(0));
    assert_eq!(ended.stdout, scene.right_output());
}

#[test]
fn a_worker_that_is_interrupted_costs_its_attempt() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let scene = Scene::new(100_000);
        let child = scene.faulty("wait", "mapper").spawn().unwrap();
        wait_until("nothing hangs", SOON, || !scene.read_note().is_empty());
        kill_process(Pid::from_raw(scene.noted()[0]).unwrap(), signal).unwrap();
        let ended = end(child);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        assert_eq!(ended.stdout, scene.right_output());
        assert_eq!(ended.stderr.matches("lost").count(), 1, "{}", ended.stderr);
    }
}

#[test]
fn workers_end_with_a_launcher_that_is_killed() {
    let scene = Scene::new(100_000);
    let mut child = scene.faulty("wait", "mapper").spawn().unwrap();
    wait_until("nothing hangs", SOON, || !scene.read_note().is_empty());
    let worker = Pid::from_raw(scene.noted()[0]).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until("a worker is left", AT_ONCE, || {
        test_kill_process(worker).is_err()
    });
}

#[test]
fn code_that_hangs_in_the_launcher_is_no_obstacle() {
    let scene = Scene::new(400_000);
    let mut faulty = scene.faulty("wait", "mapper");
    // So little that there are temporary files.
    faulty.args(["-r", "inline", "--memory", "16M"]);
    interrupt(&scene, &mut faulty, Signal::INT);
}

#[test]
fn input_that_does_not_come_is_no_obstacle() {
    let scene = Scene::new(0);
    let mut faulty = scene.program(env!("CARGO_BIN_EXE_faulty"));
    let mut child = faulty.stdin(Stdio::piped()).spawn().unwrap();
    let silent = child.stdin.take();
    wait_until("it doesn't begin", SOON, || scene.left_in("tmp").len() == 1);
    let ended = signalled(child, Signal::INT);
    drop(silent);
    assert_eq!(ended.code, Some(130), "{}", ended.stderr);
    assert_eq!(scene.left_in("tmp"), [""; 0]);
}

#[test]
fn output_that_nobody_reads_is_no_obstacle() {
    let scene = Scene::new(100_000);
    let mut faulty = scene.program(env!("CARGO_BIN_EXE_faulty"));
    let mut child = faulty.args(["-q", "in.txt"]).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    // What is written comes at once; the rest is more than a pipe holds.
    stdout.read_exact(&mut [0]).unwrap();
    let ended = signalled(child, Signal::INT);
    drop(stdout);
    assert_eq!(ended.code, Some(130), "{}", ended.stderr);
    assert_eq!(scene.left_in("tmp"), [""; 0]);
}
