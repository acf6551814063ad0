//! Where the output goes fails.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, symlink};

use mrjob_tests_process::Command;

use crate::scene::{Scene, end, run};

#[test]
fn a_reader_that_has_enough_is_no_error() {
    // Far more than a pipe holds.
    let scene = Scene::new(100_000);
    for runner in ["local", "inline"] {
        let mut faulty = scene.program(env!("CARGO_BIN_EXE_faulty"));
        let mut child = faulty.args(["in.txt", "-q", "-r", runner]).spawn().unwrap();
        let mut first = String::new();
        let mut head = BufReader::new(child.stdout.take().unwrap());
        head.read_line(&mut first).unwrap();
        drop(head);
        let ended = end(child);
        assert!(scene.right_output().starts_with(&first));
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
        assert_eq!(scene.left_in("tmp"), [""; 0]);
    }
}

#[test]
fn a_full_device_is_an_error() {
    let scene = Scene::new(1000);
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut faulty = scene.program(env!("CARGO_BIN_EXE_faulty"));
    let ended = run(faulty.args(["in.txt", "-q"]).stdout(full));
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(
        ended
            .error()
            .starts_with("failed to write to standard output: No space left on device"),
        "{}",
        ended.stderr
    );
    assert_eq!(scene.left_in("tmp"), [""; 0]);
}

#[test]
fn of_two_runs_into_one_folder_one_wins_and_one_is_told() {
    let scene = Scene::new(100_000);
    let start = || scene.faulty("none", "mapper").args(["-o", "out"]).spawn();
    let (one, other) = (start().unwrap(), start().unwrap());
    let ended = [end(one), end(other)];
    let (won, lost): (Vec<_>, Vec<_>) = ended.iter().partition(|ended| ended.code == Some(0));
    assert_eq!((won.len(), lost.len()), (1, 1));
    assert!(lost[0].error().contains("`out`"), "{}", lost[0].stderr);
    let parts = scene.left_in("out").into_iter();
    let parts = parts.filter(|name| name.starts_with("part-"));
    let text: String = parts
        .map(|part| fs::read_to_string(scene.path("out").join(part)).unwrap())
        .collect();
    assert_eq!(text, scene.right_output());
    assert_eq!(scene.left_in("."), ["in.txt", "notes", "out", "tmp"]);
}

#[test]
fn an_output_folder_that_is_not_empty_is_refused_before_anything_runs() {
    let scene = Scene::new(1000);
    fs::create_dir(scene.path("out")).unwrap();
    File::create(scene.path("out/mine")).unwrap();
    for runner in ["local", "inline"] {
        let mut faulty = scene.faulty("error", "mapper");
        let ended = run(faulty.args(["--output-dir", "out", "-r", runner]));
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
        assert!(ended.error().contains("`out`"), "{}", ended.stderr);
        assert!(ended.error().contains("hint: "), "{}", ended.stderr);
        assert_eq!(scene.noted(), [0; 0]);
        assert_eq!(scene.left_in("out"), ["mine"]);
    }
}

#[test]
fn a_folder_for_the_output_of_steps_that_cannot_be_made_is_refused_before_anything_runs() {
    let scene = Scene::new(1000);
    let mut job = scene.program(env!("CARGO_BIN_EXE_top_words"));
    let ended = run(job.args(["--step-output-dir", "/proc/steps", "-o", "out", "in.txt"]));
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    let error = ended.error();
    assert!(
        error.starts_with("failed to make the output folder `/proc/steps`: "),
        "{error}"
    );
    assert_eq!(scene.left_in("."), ["in.txt", "notes", "tmp"]);
}

#[test]
fn s3_is_refused_with_both_ways_to_it_by_a_program_without_it() {
    let scene = Scene::new(10);
    for arguments in [&["s3://b/in"][..], &["in.txt", "-o", "s3://b/out"]] {
        let ended = run(scene.program(env!("CARGO_BIN_EXE_faulty")).args(arguments));
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
        for way in [
            "hint: build it with mrjob's feature for S3, `features = [\"s3\"]`",
            "`mrjob cp`",
        ] {
            assert!(ended.stderr.contains(way), "{}", ended.stderr);
        }
    }
    assert_eq!(scene.noted(), [0; 0]);
}

#[test]
fn an_output_elsewhere_is_refused_and_a_file_uri_is_a_folder() {
    let scene = Scene::new(10);
    let faulty = |output: &str| {
        run(scene
            .program(env!("CARGO_BIN_EXE_faulty"))
            .args(["in.txt", "-q", "-o", output]))
    };
    for (output, system) in [("s3://b/out", "in S3"), ("ftp://h/out", "a `ftp` URI")] {
        let ended = faulty(output);
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
        let expected = format!("failed to write to `{output}`, which is {system}: ");
        assert!(ended.error().starts_with(&expected), "{}", ended.stderr);
        assert!(ended.stderr.contains("hint: "), "{}", ended.stderr);
    }
    let ended = faulty(&format!("file://{}", scene.path("out").display()));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(scene.path("out/_SUCCESS").exists());
}

#[test]
fn a_link_that_leads_nowhere_is_refused_before_anything_runs() {
    let scene = Scene::new(1000);
    symlink("nowhere", scene.path("out")).unwrap();
    let ended = run(scene.faulty("error", "mapper").args(["-o", "out"]));
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    let expected = "failed to write to `out`: it is not a folder";
    assert!(ended.error().starts_with(expected), "{}", ended.stderr);
    assert_eq!(scene.noted(), [0; 0]);
}

#[test]
fn whoever_is_in_the_output_folder_stays_in_it() {
    let scene = Scene::new(1000);
    let here = scene.path("here");
    fs::create_dir(&here).unwrap();
    let before = fs::metadata(&here).unwrap().ino();
    let output = Command::new(env!("CARGO_BIN_EXE_faulty"))
        .args(["-q", "-o", ".", "../in.txt"])
        .current_dir(&here)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(fs::metadata(&here).unwrap().ino(), before);
    let left = scene.left_in("here");
    assert_eq!(left[0], "_SUCCESS");
    assert!(left[1..].iter().all(|name| name.starts_with("part-")));
    assert_eq!(scene.left_in("."), ["here", "in.txt", "notes", "tmp"]);
}
