//! Few open files, and a temporary folder that goes away.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use mrjob_tests_process::Command;

use crate::scene::{Scene, run};

#[test]
fn sixty_four_open_files_are_enough() {
    let scene = Scene::new(100_000);
    let files = scene.path("many");
    fs::create_dir(&files).unwrap();
    let text = fs::read_to_string(scene.path("in.txt")).unwrap();
    let lines: Vec<_> = text.split_inclusive('\n').collect();
    for (number, some) in lines.chunks(250).enumerate() {
        fs::write(files.join(number.to_string()), some.concat()).unwrap();
    }
    for cores in ["2", "7"] {
        let mut shell = scene.command("sh");
        shell
            .args(["-c", "ulimit -n 64 && exec \"$@\"", "sh"])
            .args([env!("CARGO_BIN_EXE_faulty"), "--local-tmp-dir", "tmp"])
            .args(["--num-cores", cores, "--memory", "128M", "many"]);
        let ended = run(&mut shell);
        assert_eq!(ended.code, Some(0), "{cores}: {}", ended.stderr);
        assert_eq!(ended.stdout, scene.right_output());
    }
}

#[test]
fn an_empty_name_of_the_temporary_folder_is_none() {
    let scene = Scene::new(1000);
    let output = Command::new(env!("CARGO_BIN_EXE_faulty"))
        .args(["-q", "in.txt"])
        .env("TMPDIR", "")
        .current_dir(scene.path("."))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        scene.right_output()
    );
    assert_eq!(scene.left_in("."), ["in.txt", "notes", "tmp"]);
}

#[test]
fn folders_need_not_have_names_of_text() {
    let scene = Scene::new(10_000);
    let strange = scene.path("x").with_file_name(OsStr::from_bytes(b"x\xff"));
    fs::create_dir_all(strange.join("tmp")).unwrap();
    fs::copy(scene.path("in.txt"), strange.join("in.txt")).unwrap();
    for codec in [&[][..], &["--output-compression", "gz"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_faulty"))
            .args([
                "-q",
                "--num-cores",
                "2",
                "--local-tmp-dir",
                "tmp",
                "-o",
                "out",
                "in.txt",
            ])
            .args(codec)
            .current_dir(&strange)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        assert!(strange.join("out/_SUCCESS").exists());
        fs::remove_dir_all(strange.join("out")).unwrap();
        assert_eq!(fs::read_dir(strange.join("tmp")).unwrap().count(), 0);
    }
}

#[test]
fn a_temporary_folder_that_goes_away_is_named() {
    let scene = Scene::new(100_000);
    let mut faulty = scene.faulty("no-tmp", "mapper");
    let ended = run(faulty.args(["-o", "out"]));
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(ended.error().contains("tmp/"), "{}", ended.stderr);
    assert!(ended.error().contains("hint: "), "{}", ended.stderr);
    assert!(!scene.path("out").exists());
}
