//! Steps that a real Hadoop runs, with `s3://` in and out: what inline gives.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use mrjob_tests_process::Command;
use serde_json::json;

use crate::faults::{ended, signal};
use crate::run::{GREP, TOOL, WORD_COUNT, end, program};
use crate::scene::{COUNT_WORDS, Scene};

/// A scene whose steps run on the cluster of the tests.
fn scene(name: &'static str) -> Option<Scene> {
    if std::env::var_os("MRJOB_TEST_HADOOP").is_none() {
        // Past what the harness holds back.
        let _ = writeln!(
            std::io::stdout(),
            "skipped (service): no Hadoop cluster; hint: `cargo xtask test hadoop` starts one where Java and Maven are"
        );
        return None;
    }
    let scene = Scene::new(name, "")?;
    scene.rule("HADOOP", "run");
    let words = (0..3000).map(|n| format!("w{} common x{}\n", n * 7919 % 500, n * 31 % 300));
    let put =
        json!({"Bucket": name, "Key": "in.txt", "Body": words.collect::<String>() + "ümlaut\n"});
    scene.server.ask("put_object", put);
    Some(scene)
}

/// On EMR and inline, from the same object, the job prints the same.
fn same_as_inline(scene: &Scene, path: &str, arguments: &[&str]) {
    let input = format!("s3://{}/in.txt", scene.name);
    let mut inline = program(path, scene.server, &["-r", "inline", &input]);
    inline.args(arguments);
    let expected = end(inline);
    assert_eq!(expected.code, Some(0), "{}", expected.stderr);
    let ran = end(scene.command(path, arguments));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(!expected.stdout.is_empty());
    assert_eq!(ran.stdout, expected.stdout, "{path} {arguments:?}");
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn a_step_with_a_combiner() {
    let Some(scene) = scene("real-words") else {
        return;
    };
    same_as_inline(&scene, WORD_COUNT, &["--reducers=1"]);
    scene.assert_clean(&["in.txt"]);
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn two_steps_with_hdfs_between_them() {
    let Some(scene) = scene("real-steps") else {
        return;
    };
    same_as_inline(&scene, COUNT_WORDS, &["--reducers=1"]);
    scene.assert_clean(&["in.txt"]);
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn mappers_alone() {
    let Some(scene) = scene("real-maps") else {
        return;
    };
    same_as_inline(&scene, GREP, &["--pattern", "w7"]);
    scene.assert_clean(&["in.txt"]);
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn part_files_in_s3() {
    let Some(scene) = scene("real-parts") else {
        return;
    };
    let input = "s3://real-parts/in.txt";
    let local = [
        "-r",
        "local",
        "--reducers=3",
        "-o",
        "s3://real-parts/local",
        input,
    ];
    let ran = end(program(WORD_COUNT, scene.server, &local));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let ran = end(scene.command(WORD_COUNT, &["--reducers=3", "-o", "s3://real-parts/out"]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    for part in 0..3 {
        let text = |folder| {
            scene
                .server
                .text("real-parts", &format!("{folder}/part-0000{part}"))
        };
        assert_eq!(text("out"), text("local"), "{part}");
    }
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn a_panic_is_found_in_yarns_logs() {
    let Some(scene) = scene("real-panic") else {
        return;
    };
    let ran = end(scene.command(COUNT_WORDS, &["--bad", "w8"]));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("the word is w8"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("s3://real-panic/in.txt"),
        "{}",
        ran.stderr
    );
    scene.assert_clean(&["in.txt"]);
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn a_cancelled_step_leaves_no_application() {
    let Some(scene) = scene("real-cancel") else {
        return;
    };
    let id = scene.make_cluster(json!({}));
    let out = "s3://real-cancel/out";
    let arguments = ["--cluster-id", &id, "-o", out, "--wait=600", "-v"];
    let child = scene.command(COUNT_WORDS, &arguments).spawn().unwrap();
    let name = loop {
        let steps = scene.step_names();
        match steps.first() {
            Some(name) => break name.clone(),
            None => sleep(Duration::from_millis(200)),
        }
    };
    let (key, _) = name.split_once(": Step").unwrap();
    let tag = format!("{}.0", key.to_lowercase());
    let states = || {
        let home = std::env::var("MRJOB_TEST_HADOOP").unwrap();
        let mut list = Command::new(Path::new(&home).join("bin/hadoop"));
        list.args([
            "org.apache.hadoop.yarn.client.cli.ApplicationCLI",
            "application",
        ]);
        let listed = list
            .args(["-list", "-appStates", "ALL", "-appTags", &tag])
            .output();
        let listed = String::from_utf8(listed.unwrap().stdout).unwrap();
        let applications = listed
            .lines()
            .filter(|line| line.starts_with("application_"));
        applications.map(str::to_owned).collect::<Vec<String>>()
    };
    while !states().iter().any(|state| state.contains("RUNNING")) {
        sleep(Duration::from_secs(1));
    }
    signal(&child, "INT");
    let ran = ended(child);
    assert_eq!(ran.code, Some(130), "{}", ran.stderr);
    let states = states();
    assert!(
        states.len() == 1 && states[0].contains("KILLED"),
        "{states:?}"
    );
    let mut left = scene.server.keys("real-cancel");
    left.retain(|key| !key.starts_with("tmp/programs/"));
    assert_eq!(left, ["in.txt"]);
}

#[test]
#[ignore = "stage `hadoop`: needs a cluster"]
fn files_of_hdfs_by_the_tool() {
    let Some(scene) = scene("real-tool") else {
        return;
    };
    let home = std::env::var_os("MRJOB_TEST_HADOOP").unwrap();
    let here = tempfile::tempdir().unwrap();
    let tool = |arguments: &[&str]| {
        let mut tool = program(TOOL, scene.server, arguments);
        tool.env("HADOOP_CONF_DIR", Path::new(&home).join("conf"));
        tool.current_dir(here.path());
        end(tool)
    };
    let printed = |arguments: &[&str]| {
        let ran = tool(arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}", ran.stderr);
        ran.stdout
    };
    let refused = |arguments: &[&str]| {
        let ran = tool(arguments);
        assert_eq!((ran.code, &*ran.stdout), (Some(2), ""), "{arguments:?}");
        ran.stderr
    };
    let folder = format!("hdfs:///tmp/tool-{}", std::process::id());
    let at = |name: &str| format!("{folder}/{name}");
    fs::write(here.path().join("one.txt"), "one\n").unwrap();
    fs::create_dir(here.path().join("below")).unwrap();
    fs::write(here.path().join("below/two words.txt"), "two\n").unwrap();

    printed(&["cp", "-r", "one.txt", "below", &at("")]);
    let names = |text: &str| -> Vec<String> {
        let fields = text.lines().map(|line| line.split_once("hdfs:").unwrap().1);
        fields.map(|name| format!("hdfs:{name}")).collect()
    };
    let all = [at("one.txt"), at("two words.txt")];
    assert_eq!(names(&printed(&["ls", &folder])), all);
    assert_eq!(printed(&["cat", &folder]), "one\ntwo\n");
    assert_eq!(printed(&["cat", &at("t*")]), "two\n");
    assert_eq!(printed(&["cat", &at("{one,none}.txt")]), "one\n");

    let error = refused(&["cp", "one.txt", &at("two words.txt")]);
    assert!(error.contains("is there already"), "{error}");
    printed(&["cp", "-f", "one.txt", &at("two words.txt")]);
    assert_eq!(printed(&["cat", &at("two words.txt")]), "one\n");
    printed(&["cp", "s3://real-tool/in.txt", &at("deep/er/in.txt")]);
    printed(&["cp", &at("deep/er/in.txt"), "back.txt"]);
    let back = fs::read_to_string(here.path().join("back.txt")).unwrap();
    assert!(back == printed(&["cat", "s3://real-tool/in.txt"]) && back.len() > 10_000);
    assert_eq!(
        names(&printed(&["ls", "-R", &at("deep")])),
        [at("deep/er/in.txt")]
    );
    let top = printed(&["ls", "hdfs:///"]);
    assert!(top.contains("hdfs:///tmp/"), "{top}");

    let error = refused(&["rm", "-r", &folder]);
    assert!(error.contains("3 files"), "{error}");
    assert!(refused(&["rm", "-r", "-y", "hdfs:///"]).contains("file system"));
    printed(&["rm", &at("one.txt")]);
    printed(&["rm", "-r", "-y", &folder]);
    assert!(refused(&["ls", &folder]).contains("doesn't exist"));
    let error = refused(&["ls", "hdfs://elsewhere:8020/a"]);
    assert!(error.contains("hint: `hadoop fs`"), "{error}");
}
