//! What tasks are given.

use std::collections::BTreeMap;
use std::fs;

use mrjob_runners::cluster::Message;
use mrjob_runners::task_env::SetupLine;

use crate::scene::{ALONE, Scene};

/// The job's answers to `questions`, by their first word.
fn answers(scene: &Scene, questions: &str) -> BTreeMap<String, String> {
    let input = scene.shuffled(&[questions]).remove(0);
    let ended = scene.reduce(0, &input);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let pair = |line: &str| {
        let (key, value) = line.split_once('\t').unwrap();
        (key.to_owned(), value.to_owned())
    };
    ended.text().lines().map(pair).collect()
}

#[test]
fn arguments_that_no_command_line_of_hadoops_could_hold() {
    for word in ["two words", "'\"", "", "a'b'c \\ $HOME", "ü\u{1f600}"] {
        let scene = Scene::told(&[&format!("--word={word}")], 1);
        assert_eq!(answers(&scene, "word\n")["word"], word);
    }
}

#[test]
fn files_are_found_by_their_names() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("side.txt");
    fs::write(&path, "beside").unwrap();
    let mut scene = Scene::told(&["--side", path.to_str().unwrap()], 1);
    scene.hadoop.file.arguments = vec!["--side=side.txt".into()];
    let missing = scene.map("side\n");
    assert_eq!(missing.code, Some(2));
    assert!(
        missing
            .stderr
            .contains("failed to read `side.txt`, given by `--side`"),
        "{}",
        missing.stderr
    );
    fs::copy(path, scene.hadoop.dir.join("side.txt")).unwrap();
    assert_eq!(answers(&scene, "side\n")["side"], "beside");
}

#[test]
fn variables_of_any_value_are_in_the_environment() {
    let mut scene = Scene::told(&[], 1);
    for value in ["a b=c\td", ""] {
        scene.hadoop.file.cmdenv = BTreeMap::from([("SP".to_owned(), value.to_owned())]);
        assert_eq!(answers(&scene, "variable SP\n")["variable"], value);
    }
    scene.hadoop.file.cmdenv = BTreeMap::from([("A=B".to_owned(), String::new())]);
    let ended = scene.map("a b\n");
    assert_eq!(ended.code, Some(2));
    assert!(
        ended
            .stderr
            .contains("`A=B` in `cmdenv` can't be a variable's name"),
        "{}",
        ended.stderr
    );
}

#[test]
fn properties_are_hadoops_and_not_cut() {
    let mut scene = Scene::told(&[], 1);
    let long = "x".repeat(30_000);
    scene.hadoop.file.jobconf = vec![
        ("crawl.pages".to_owned(), long.clone()),
        ("crawl.depth".to_owned(), "3".to_owned()),
    ];
    let mut command = scene.map_command(ALONE, "");
    command
        .env("crawl_pages", &long[..20_000])
        .env("crawl_depth", "4");
    let ended = scene.end(
        &mut command,
        b"property crawl.pages\nproperty crawl.depth\nproperty mapreduce.job.maps\n",
    );
    let text = String::from_utf8_lossy(&ended.stdout);
    assert!(text.contains(&long));
    let input = scene
        .hadoop
        .shuffle(&scene.step(), &[ended.stdout])
        .remove(0);
    let given = scene.reduce(0, &input);
    let mut lines: Vec<&str> = given.text().lines().collect();
    lines.sort_unstable();
    assert_eq!(lines[..3], ["end\tof 0", "property\t1", "property\t4"]);
}

/// Shell lines as the task file has them.
fn setup(lines: &[&str]) -> Vec<SetupLine> {
    let lines = lines
        .iter()
        .map(|line| serde_json::json!({"written": line, "script": line}));
    serde_json::from_value(lines.collect()).unwrap()
}

#[test]
fn what_setup_exports_is_there_and_what_it_prints_is_no_data() {
    let mut scene = Scene::told(&[], 1);
    scene.hadoop.file.setup = setup(&["echo noise", "export MADE=\"by $FROM\""]);
    scene.hadoop.file.cmdenv = BTreeMap::from([("FROM".to_owned(), "a b".to_owned())]);
    assert_eq!(answers(&scene, "variable MADE\n")["variable"], "by a b");
}

#[test]
fn paths_of_cmdenv_go_before_those_of_the_machine() {
    let mut scene = Scene::told(&[], 1);
    scene.hadoop.file.cmdenv = BTreeMap::from([("PATH".to_owned(), "/own".to_owned())]);
    let path = std::env::var("PATH").unwrap();
    assert_eq!(
        answers(&scene, "variable PATH\n")["variable"],
        format!("/own:{path}")
    );
}

#[test]
fn a_line_of_setup_that_fails_fails_the_task() {
    let mut scene = Scene::told(&[], 1);
    scene.hadoop.file.sh_bin = ["/bin/sh", "-e"].map(str::to_owned).to_vec();
    scene.hadoop.file.setup = setup(&["true", "false", "exit 0"]);
    let ended = scene.map("a b\n");
    assert_eq!((ended.code, ended.text()), (Some(1), ""));
    let [Message::Failure(failure)] = &ended.messages()[..] else {
        panic!("{}", ended.stderr)
    };
    assert_eq!(
        failure.to_string(),
        "a shell command failed: line 2 of `setup`, `false`, ended with exit status: 1"
    );
}
