//! A job whose profile has `panic = "abort"` tells of a panic what any other does, and leaves nothing.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use mrjob_tests_process::Command;

/// Time for a build of all dependencies.
const LIMIT: Duration = Duration::from_secs(1800);

/// Builds the job, whose dependencies panic in the same way.
fn build() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let output = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["build", "--workspace", "--bin", "cannot_unwind"])
        .args(["--config", "profile.dev.panic=\"abort\""])
        .args(["--target-dir", "target/aborts"])
        .limit(LIMIT)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    root.join("target/aborts/debug/cannot_unwind")
}

#[test]
#[ignore = "stage `features`: builds a program with another profile"]
fn a_panic_that_aborts_is_told_with_its_place() {
    let job = build();
    for runner in ["inline", "local"] {
        for (at, place) in [
            ("words", "map task 0: `words` panicked at in.txt:2"),
            (
                "total",
                "reduce task 0: `total` panicked in the group of key \"bad\"",
            ),
        ] {
            let dir = tempfile::tempdir().unwrap();
            fs::write(dir.path().join("in.txt"), "to be\nor bad\n").unwrap();
            fs::create_dir(dir.path().join("tmp")).unwrap();
            let output = Command::new(&job)
                .current_dir(dir.path())
                .args(["-q", "-r", runner, "--at", at, "in.txt"])
                .args(["-o", "out", "--local-tmp-dir", "tmp"])
                .env("MRJOB_CONF", "")
                .env("RUST_BACKTRACE", "0")
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{said}");
            assert!(
                said.starts_with(&format!(
                    "error: step 1 of 1 failed in {place}: I refuse\n  panicked at tests/jobs/cannot_unwind.rs:"
                )),
                "{said}"
            );
            assert!(!said.contains("memory"), "{said}");
            let left: Vec<_> = fs::read_dir(dir.path().join("tmp")).unwrap().collect();
            assert!(left.is_empty(), "{left:?}");
            assert!(!dir.path().join("out").exists());
        }
    }
}
