//! Inputs that are no plain files.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;

use rustix::fs::{CWD, FileType, Mode, mknodat};

use crate::scene::{Ended, Scene, run, skip};

fn make_pipe(scene: &Scene, name: &str) {
    let mode = Mode::RUSR | Mode::WUSR;
    mknodat(CWD, scene.path(name), FileType::Fifo, mode, 0).unwrap();
}

/// What `faulty` says, which refuses an input before anything runs.
fn refused(scene: &Scene, input: &str) -> String {
    let ended = run(scene
        .program(env!("CARGO_BIN_EXE_faulty"))
        .args(["-o", "out", input]));
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    assert!(!scene.path("out").exists());
    ended.error().to_owned()
}

/// What `line` does in the scene's folder.
fn shell(scene: &Scene, line: &str) -> Ended {
    run(scene.command("bash").args(["-c", line]))
}

#[test]
fn what_a_shell_gives_as_a_file_is_read_once_and_whole() {
    let scene = Scene::new(100_000);
    make_pipe(&scene, "pipe");
    make_pipe(&scene, "pipe.gz");
    for (before, inputs) in [
        ("cat in.txt > pipe &", "pipe"),
        ("gzip -c in.txt > pipe.gz &", "pipe.gz"),
        ("", "<(cat in.txt)"),
        ("", "<(head -n 50000 in.txt) <(tail -n 50000 in.txt)"),
        ("cat in.txt |", "/dev/stdin"),
        ("", "/dev/stdin < in.txt"),
        ("", "/dev/fd/3 3< in.txt"),
    ] {
        for runner in ["local", "inline"] {
            let faulty = env!("CARGO_BIN_EXE_faulty");
            let line = format!("{before} {faulty} --local-tmp-dir tmp -r {runner} {inputs}");
            let ended = shell(&scene, &line);
            assert_eq!(ended.code, Some(0), "{line}: {}", ended.stderr);
            assert_eq!(ended.stdout, scene.right_output(), "{line}");
            assert_eq!(scene.left_in("tmp"), [""; 0]);
        }
    }
}

#[test]
fn what_is_no_file_is_refused_by_name() {
    let scene = Scene::new(1);
    make_pipe(&scene, "p");
    fs::create_dir(scene.path("folder")).unwrap();
    make_pipe(&scene, "folder/q");
    let _socket = UnixListener::bind(scene.path("socket")).unwrap();
    symlink("nowhere", scene.path("dangling")).unwrap();
    symlink("loop", scene.path("loop")).unwrap();
    for (input, said) in [
        (
            "/dev/zero",
            "input `/dev/zero` is neither a file nor a folder",
        ),
        ("socket", "input `socket` is neither a file nor a folder"),
        // Nobody may ever write to it.
        ("folder", "input `folder/q` is neither a file nor a folder"),
        ("dangling", "input `dangling` doesn't exist"),
        ("loop", "failed to read input `loop`: "),
    ] {
        let error = refused(&scene, input);
        assert!(error.starts_with(said), "{input}: {error}");
    }
}

#[test]
fn a_folder_that_may_not_be_read_is_named() {
    let scene = Scene::new(1);
    let folder = scene.path("folder");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&folder).is_ok() {
        skip("root reads every folder; hint: run the tests as another user");
        return;
    }
    let error = refused(&scene, "folder");
    fs::set_permissions(&folder, Permissions::from_mode(0o700)).unwrap();
    assert!(
        error.starts_with("failed to read input `folder`: "),
        "{error}"
    );
}
