//! A full disk.

use std::path::PathBuf;

use mrjob_tests_process::{Command, Stdio};

use crate::scene::{Scene, run, skip};

/// A file system of a few megabytes, unmounted with this value.
struct Small(PathBuf);

impl Small {
    /// Mounts it; none where this user may not.
    fn mount(place: PathBuf) -> Option<Self> {
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=2m", "none"])
            .arg(&place)
            .stderr(Stdio::null())
            .status();
        mounted
            .is_ok_and(|status| status.success())
            .then_some(Small(place))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

/// Runs the job with a folder of the scene on a disk that is too small; what it says.
fn run_on_small(folder: &str, arguments: &[&str]) -> Option<String> {
    let scene = Scene::new(500_000);
    std::fs::create_dir_all(scene.path(folder)).unwrap();
    let Some(small) = Small::mount(scene.path(folder)) else {
        skip("only root mounts a small disk; hint: run the tests as root");
        return None;
    };
    let mut faulty = scene.program(env!("CARGO_BIN_EXE_faulty"));
    let ended = run(faulty.args(["in.txt", "-q"]).args(arguments));
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert_eq!(scene.left_in("tmp"), [""; 0]);
    assert_eq!(scene.left_in("out"), [""; 0]);
    drop(small);
    Some(ended.error().to_owned())
}

#[test]
fn a_disk_that_is_full_is_named() {
    let spilling = ["--output-dir", "out", "--memory"];
    for (folder, arguments) in [
        ("tmp", [&spilling[..], &["48M"]].concat()),
        ("tmp", [&spilling[..], &["16M", "-r", "inline"]].concat()),
        ("out", vec!["--output-dir", "out"]),
        ("out", vec!["--output-dir", "out", "-r", "inline"]),
    ] {
        let Some(error) = run_on_small(folder, &arguments) else {
            return;
        };
        assert!(error.contains("No space left on device"), "{error}");
        assert!(error.contains(&format!("{folder}/")), "{error}");
        assert!(error.contains("hint: make room there"), "{error}");
    }
}
