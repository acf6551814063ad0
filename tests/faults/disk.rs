//! A full disk.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::scene::{Scene, run};

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

#[test]
fn a_disk_that_is_full_is_named() {
    for (runner, memory) in [("local", "48M"), ("inline", "16M")] {
        let scene = Scene::new(500_000);
        let Some(small) = Small::mount(scene.path("tmp")) else {
            eprintln!("skipped: needs root");
            return;
        };
        let mut faulty = scene.program(env!("CARGO_BIN_EXE_faulty"));
        let arguments = ["in.txt", "-q", "--output-dir", "out", "--memory", memory];
        let ended = run(faulty.args(arguments).args(["-r", runner]));
        assert_eq!(ended.code, Some(1), "{}", ended.stderr);
        let error = ended.error();
        assert!(error.contains("No space left on device"), "{error}");
        assert!(error.contains("tmp/"), "{error}");
        assert!(error.contains("hint: "), "{error}");
        assert_eq!(scene.left_in("tmp"), [""; 0]);
        assert!(!scene.path("out").exists());
        drop(small);
    }
}
