//! Inputs that change while they are read: no short answer, and none of two files in one.

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
