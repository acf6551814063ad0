//! `mrjob build`: what it asks cargo-zigbuild for, and what it makes of the program.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::{env, str};

use mrjob_tests_process::Command;

use crate::run::{TOOL, WORD_COUNT};

/// A `cargo-zigbuild` that notes its arguments and has built `program`.
fn builder(dir: &Path, program: &str) {
    let script = format!(
        "#!/bin/sh\necho \"$@\" >> {0}/asked\necho '{{\"reason\":\"compiler-artifact\",\"executable\":\"{program}\"}}'\n",
        dir.display()
    );
    let path = dir.join("cargo-zigbuild");
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
}

/// Code, standard output and standard error of `mrjob build ARGUMENTS`.
fn build(dir: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let path = format!("{}:{}", dir.display(), env::var("PATH").unwrap());
    let mut command = Command::new(TOOL);
    let output = command
        .arg("build")
        .args(arguments)
        .env("PATH", path)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| str::from_utf8(bytes).unwrap().to_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn a_program_is_looked_at() {
    let dir = tempfile::tempdir().unwrap();
    let arch = env::consts::ARCH;
    builder(dir.path(), WORD_COUNT);
    let example = [
        "--example",
        "word_freq",
        "--arch",
        arch,
        "--",
        "--features",
        "emr",
    ];
    let (code, stdout, stderr) = build(dir.path(), &example);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        stdout.contains("glibc 2.34 (Amazon Linux 2023)"),
        "{stdout}"
    );
    let asked = fs::read_to_string(dir.path().join("asked")).unwrap();
    let target =
        format!("--target {arch}-unknown-linux-gnu.2.34 --example word_freq --features emr");
    assert!(asked.contains(&target), "{asked}");

    // Made here, it needs more than that release has.
    let old = ["--release-label", "emr-6.15.0", "--arch", arch];
    let (code, _, stderr) = build(dir.path(), &old);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("and the release has 2.26"), "{stderr}");

    let other = if arch == "x86_64" {
        "aarch64"
    } else {
        "x86_64"
    };
    let (code, _, stderr) = build(dir.path(), &["--arch", other]);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(
        stderr.contains("is of no use there: this program is for"),
        "{stderr}"
    );

    builder(dir.path(), "/bin/sh-that-isnt-there");
    let (code, _, stderr) = build(dir.path(), &[]);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("failed to read"), "{stderr}");
}

#[test]
fn without_zigbuild_it_says_how_to_get_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = Command::new(TOOL);
    command.arg("build").env("PATH", dir.path());
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(
        stderr.contains("cargo-zigbuild isn't installed"),
        "{stderr}"
    );
    assert!(
        stderr.contains("pip install ziglang cargo-zigbuild"),
        "{stderr}"
    );
    let mut command = Command::new(TOOL);
    let output = command
        .args(["build", "--release-label", "emr-99"])
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("labels are as `emr-7.14.0`"), "{stderr}");
}

/// A small program, really built for Amazon Linux 2.
#[test]
fn with_zigbuild_a_program_runs_on_an_older_system() {
    let there = Command::new("cargo-zigbuild").arg("--version").output();
    if !there.is_ok_and(|there| there.status.success()) || env::consts::ARCH != "x86_64" {
        println!("skipped: no cargo-zigbuild; hint: `pip install ziglang cargo-zigbuild`");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("src")).unwrap();
    let manifest =
        "[package]\nname = \"hello\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";
    fs::write(dir.path().join("Cargo.toml"), manifest).unwrap();
    fs::write(
        dir.path().join("src/main.rs"),
        "fn main() { println!(\"hello\"); }\n",
    )
    .unwrap();
    let mut command = Command::new(TOOL);
    command
        .current_dir(dir.path())
        .args(["build", "--release-label", "emr-6.15.0"]);
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    let stdout = String::from_utf8(output.stdout).unwrap();
    let path = stdout.split(": for x86_64").next().unwrap();
    let ran = Command::new(path).output().unwrap();
    assert_eq!(ran.stdout, b"hello\n");
}
