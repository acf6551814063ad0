//! Jobs whose own code fails, or that can't read their input: they aren't tried again.

use std::fs;

use crate::scene::{Ended, Scene, run};

fn failed(scene: &Scene, ended: &Ended) {
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert_eq!(ended.stdout, "");
    assert_eq!(scene.left_in("tmp"), [""; 0]);
    assert_eq!(
        ended.stderr.matches("error: ").count(),
        1,
        "{}",
        ended.stderr
    );
}

#[test]
fn a_panic_ends_the_job_at_once() {
    for runner in ["local", "inline"] {
        let scene = Scene::new(100_000);
        let ended = run(scene
            .faulty("panic", "mapper")
            .args(["--times", "9", "-r", runner]));
        failed(&scene, &ended);
        assert_eq!(scene.noted().len(), 1);
        let place = format!("`split` panicked at in.txt:{}: it broke", scene.deep_line());
        assert!(ended.error().contains(&place), "{}", ended.stderr);
        assert!(
            ended.error().contains("faults/jobs/faulty.rs:"),
            "{}",
            ended.stderr
        );
    }
}

#[test]
fn a_panic_that_ends_the_process_is_told_with_its_place() {
    for runner in ["local", "inline"] {
        let scene = Scene::new(1000);
        let mut faulty = scene.faulty("panic-twice", "mapper");
        let ended = run(faulty.args(["--times", "9", "-r", runner]));
        failed(&scene, &ended);
        let said = format!(
            "`split` panicked at in.txt:{}: this broke too",
            scene.deep_line()
        );
        assert!(ended.error().contains(&said), "{}", ended.stderr);
        let place = "\n  panicked at tests/faults/jobs/faulty.rs:";
        assert!(ended.stderr.contains(place), "{}", ended.stderr);
        assert_eq!(scene.noted().len(), 1);
    }
}

#[test]
fn a_panic_is_told_where_the_job_has_a_hook_of_its_own() {
    for runner in ["local", "inline"] {
        let scene = Scene::new(1000);
        let ended = run(scene.faulty("panic-unheard", "mapper").args(["-r", runner]));
        failed(&scene, &ended);
        let place = format!("`split` panicked at in.txt:{}: it broke", scene.deep_line());
        assert!(ended.error().contains(&place), "{}", ended.stderr);
    }
}

#[test]
fn a_panic_in_the_reducer_names_the_key() {
    let scene = Scene::new(1000);
    let ended = run(scene.faulty("panic", "reducer").args(["--times", "9"]));
    failed(&scene, &ended);
    assert_eq!(scene.noted().len(), 1);
    let place = format!(
        "`total` panicked in the group of key \"{}\": it broke",
        scene.deep_key()
    );
    assert!(ended.error().contains(&place), "{}", ended.stderr);
}

#[test]
fn an_error_ends_the_job_at_once() {
    for runner in ["local", "inline"] {
        let scene = Scene::new(100_000);
        let ended = run(scene
            .faulty("error", "mapper")
            .args(["--times", "9", "-r", runner]));
        failed(&scene, &ended);
        assert_eq!(scene.noted().len(), 1);
        let place = format!(
            "`split` returned an error at in.txt:{}: it broke",
            scene.deep_line()
        );
        assert!(ended.error().contains(&place), "{}", ended.stderr);
    }
}

#[test]
fn a_record_that_cannot_be_read_is_named() {
    let right = r#"{"page": "/", "milliseconds": 3}"#;
    let wrong = r#"{"page": "/", "milliseconds": "3"}"#;
    let scene = Scene::new(0);
    fs::write(
        scene.path("clicks.json"),
        [right, right, wrong, right, ""].join("\n"),
    )
    .unwrap();
    let ended = run(scene
        .program(env!("CARGO_BIN_EXE_typed"))
        .arg("clicks.json"));
    failed(&scene, &ended);
    assert!(ended.error().contains("clicks.json:3"), "{}", ended.stderr);
    let said = "`milliseconds` is the string \"3\", and the type takes `u64`";
    assert!(ended.error().contains(said), "{}", ended.stderr);
    assert!(ended.error().contains("at byte 33 of"), "{}", ended.stderr);
}
