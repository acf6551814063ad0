//! Programs that were built without EMR: the tool launches their jobs.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use mrjob_tests_process::Command;
use tempfile::TempDir;

use crate::run::{TOOL, end};
use crate::scene::Scene;

/// A job with arguments, one of them a file. It is of a package without EMR: `cargo xtask test` builds it first.
fn program() -> PathBuf {
    let path = Path::new(TOOL).with_file_name("stop_words");
    assert!(
        path.is_file(),
        "`cargo build --package mrjob-tests --bin stop_words` builds it"
    );
    path
}

/// A search path with a program `mrjob`.
fn search_path(tool: impl FnOnce(&Path)) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    tool(&dir.path().join("mrjob"));
    dir
}

fn command(scene: &Scene, tools: &TempDir, arguments: &[&str]) -> Command {
    let program = program();
    let mut command = scene.command(program.to_str().unwrap(), arguments);
    command.env("PATH", tools.path()).current_dir(tools.path());
    command
}

#[test]
fn the_tool_launches_a_job_with_arguments_and_files() {
    let Some(scene) = Scene::new("handed", "    num_core_instances: 3\n") else {
        return;
    };
    let tools = search_path(|tool| symlink(TOOL, tool).unwrap());
    fs::write(tools.path().join("stop.txt"), "and\nbird\n").unwrap();
    let arguments = [
        "--stop-words=stop.txt",
        "--prefix= a'b ",
        "--instance-type",
        "m6i.2xlarge",
        "--num-task-instances=0",
    ];
    let ran = end(command(&scene, &tools, &arguments));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(
        ran.stdout,
        "\" a'b cat\"\t1\n\" a'b dog\"\t1\n\" a'b the\"\t3\n"
    );
    let cluster = scene.clusters().remove(0);
    let core = &cluster["Request"]["Instances"]["InstanceGroups"][1];
    assert_eq!(core["InstanceCount"], 3);
    assert_eq!(core["InstanceType"], "m6i.2xlarge");
    scene.assert_clean(&["in.txt"]);
    let programs = scene.server.keys("handed");
    let sent = |key: &String| key.starts_with("tmp/programs/stop_words-");
    assert!(programs.iter().any(sent), "{programs:?}");
}

#[test]
fn the_tool_prints_the_plan() {
    let Some(scene) = Scene::new("handed-plan", "") else {
        return;
    };
    let tools = search_path(|tool| symlink(TOOL, tool).unwrap());
    let ran = end(command(&scene, &tools, &["--dry-run"]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    for words in ["StopWords", "s3://handed-plan/in.txt", "a new one"] {
        assert!(ran.stdout.contains(words), "{words}: {}", ran.stdout);
    }
    let ran = end(command(&scene, &tools, &["--subnet", "x", "--cluster-id"]));
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    scene.assert_clean(&["in.txt"]);
}

#[test]
fn another_tool_of_that_name_is_none() {
    let Some(scene) = Scene::new("handed-no", "") else {
        return;
    };
    let none = search_path(|_| {});
    let other = search_path(|tool| {
        fs::write(tool, "#!/bin/sh\necho usage: mrjob\n").unwrap();
        fs::set_permissions(tool, fs::Permissions::from_mode(0o755)).unwrap();
    });
    for tools in [&none, &other] {
        let ran = end(command(&scene, tools, &[]));
        assert_eq!((ran.code, &*ran.stdout), (Some(2), ""), "{}", ran.stderr);
        for words in [
            "`$PATH` has no tool `mrjob` 0.1.0 that was built with it",
            "`features = [\"emr\"]`",
            "`cargo install --path . --features emr`",
        ] {
            assert!(ran.stderr.contains(words), "{words}: {}", ran.stderr);
        }
    }
    assert!(scene.clusters().is_empty());
}
