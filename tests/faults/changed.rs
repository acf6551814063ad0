//! Inputs that change while they are read: no short answer, and none of two files in one.

use std::fs;

use crate::scene::{Scene, run};

#[test]
fn a_file_that_shrinks_or_is_replaced_fails_the_job() {
    let changes = [
        ("shrink", "shrank from"),
        ("replace", "was replaced by another file"),
    ];
    for (fault, words) in changes {
        for runner in ["local", "inline"] {
            let scene = Scene::new(100_000);
            let ended = run(scene
                .faulty(fault, "mapper")
                .args(["-r", runner, "-o", "out"]));
            assert_eq!(ended.code, Some(1), "{fault}, {runner}: {}", ended.stderr);
            let message = format!("input `in.txt` {words}");
            assert!(ended.error().contains(&message), "{}", ended.stderr);
            assert!(!scene.path("out").exists());
            assert_eq!(scene.left_in("tmp"), [""; 0]);
        }
    }
}

#[test]
fn a_file_that_grows_is_read_as_it_was_or_with_what_it_has_gained() {
    for runner in ["local", "inline"] {
        let scene = Scene::new(100_000);
        let ended = run(scene.faulty("grow", "mapper").args(["-r", runner]));
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        let gained = "\"zzz\"\t1\n";
        let output = ended.stdout.strip_suffix(gained).unwrap_or(&ended.stdout);
        assert_eq!(output, scene.right_output());
    }
}

#[test]
fn a_file_that_vanishes_is_read_whole_or_named() {
    for runner in ["local", "inline"] {
        // Many tasks, so that some of them open the file later.
        let scene = Scene::new(1_000_000);
        let text = fs::read_to_string(scene.path("in.txt")).unwrap();
        let mut faulty = scene.faulty("vanish", "mapper");
        faulty.args(["--at", text.split_once('\t').unwrap().0]);
        let ended = run(faulty.args(["-r", runner, "-o", "out"]));
        if ended.code == Some(0) {
            let parts = scene.left_in("out").into_iter();
            let parts = parts.filter(|name| name.starts_with("part-"));
            let text: String = parts
                .map(|part| fs::read_to_string(scene.path("out").join(part)).unwrap())
                .collect();
            assert_eq!(text, scene.right_output());
        } else {
            assert_eq!(ended.code, Some(1), "{}", ended.stderr);
            assert!(ended.error().contains("in.txt"), "{}", ended.stderr);
            assert!(!scene.path("out").exists());
        }
        assert_eq!(scene.left_in("tmp"), [""; 0]);
    }
}
