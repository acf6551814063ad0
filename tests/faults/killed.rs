//! Workers that are killed.

use crate::scene::{Ended, Scene, run};

/// Enough that a task spills in the least memory there is.
const MANY: u64 = 500_000;
const FOUR: [&str; 2] = ["-D", "mapreduce.job.maps=4"];
const LITTLE: [&str; 2] = ["--memory", "48M"];

fn lost_nothing(scene: &Scene, ended: &Ended, attempts: usize) {
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stdout == scene.right_output());
    assert_eq!(scene.noted().len(), attempts);
    assert_eq!(
        ended.stderr.matches("lost").count(),
        attempts,
        "{}",
        ended.stderr
    );
    assert_eq!(scene.left_in("tmp"), [""; 0]);
}

#[test]
fn in_the_mapper_it_costs_an_attempt() {
    let scene = Scene::new(1000);
    let ended = run(&mut scene.faulty("kill", "mapper"));
    lost_nothing(&scene, &ended, 1);
    assert!(ended.stderr.contains("SIGKILL"), "{}", ended.stderr);
}

#[test]
fn in_the_reducer_it_costs_an_attempt() {
    let scene = Scene::new(1000);
    let ended = run(&mut scene.faulty("kill", "reducer"));
    lost_nothing(&scene, &ended, 1);
}

#[test]
fn three_times_it_costs_three_attempts() {
    for method in ["mapper", "reducer"] {
        let scene = Scene::new(1000);
        let ended = run(scene.faulty("kill", method).args(["--times", "3"]));
        lost_nothing(&scene, &ended, 3);
    }
}

#[test]
fn after_spills_it_costs_an_attempt() {
    for method in ["mapper", "reducer"] {
        let scene = Scene::new(MANY);
        let ended = run(scene.faulty("kill", method).args(LITTLE));
        lost_nothing(&scene, &ended, 1);
    }
}

#[test]
fn while_it_writes_a_run_it_costs_an_attempt() {
    let scene = Scene::new(MANY);
    let ended = run(scene.faulty("full-file", "mapper").args(LITTLE));
    lost_nothing(&scene, &ended, 1);
}

#[test]
fn while_it_writes_a_table_it_costs_an_attempt() {
    let scene = Scene::new(MANY);
    let spiller = env!("CARGO_BIN_EXE_spiller");
    let mut program = scene.program(spiller);
    program.arg("--notes").arg(scene.path("notes"));
    let ended = run(program.args(LITTLE).arg("in.txt"));
    lost_nothing(&scene, &ended, 1);
}

#[test]
fn on_every_attempt_the_job_fails() {
    for (method, input) in [
        ("mapper", "map task 3 (bytes 11168 to the end of in.txt)"),
        ("reducer", "reduce task 0 (key range 1 of 1)"),
    ] {
        let scene = Scene::new(1000);
        let mut faulty = scene.faulty("kill", method);
        let ended = run(faulty
            .args(["--times", "9", "--output-dir", "out"])
            .args(FOUR));
        assert_eq!(ended.code, Some(1), "{}", ended.stderr);
        assert_eq!(scene.noted().len(), 4);
        assert!(ended.error().contains(input), "{}", ended.stderr);
        assert!(ended.error().contains("SIGKILL"), "{}", ended.stderr);
        assert!(ended.error().contains("hint: "), "{}", ended.stderr);
        assert!(!scene.path("out").exists());
        assert_eq!(scene.left_in("."), ["in.txt", "notes", "tmp"]);
        assert_eq!(scene.left_in("tmp"), [""; 0]);
    }
}
