//! Steps that a real Hadoop runs, with `s3://` in and out: what inline gives.

use std::io::Write;

use serde_json::json;

use crate::run::{GREP, WORD_COUNT, end, program};
use crate::scene::{COUNT_WORDS, Scene};

/// A scene whose steps run on the cluster of the tests.
fn scene(name: &'static str) -> Option<Scene> {
    if std::env::var_os("MRJOB_TEST_HADOOP").is_none() {
        // Past what the harness holds back.
        let _ = writeln!(
            std::io::stdout(),
            "skipped (service): no Hadoop cluster; hint: `cargo xtask test emr` starts one where Java and Maven are: \
             `apt-get install openjdk-17-jre-headless maven`"
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
fn a_step_with_a_combiner() {
    let Some(scene) = scene("real-words") else {
        return;
    };
    same_as_inline(&scene, WORD_COUNT, &["--reducers=1"]);
    scene.assert_clean(&["in.txt"]);
}

#[test]
fn two_steps_with_hdfs_between_them() {
    let Some(scene) = scene("real-steps") else {
        return;
    };
    same_as_inline(&scene, COUNT_WORDS, &["--reducers=1"]);
    scene.assert_clean(&["in.txt"]);
}

#[test]
fn mappers_alone() {
    let Some(scene) = scene("real-maps") else {
        return;
    };
    same_as_inline(&scene, GREP, &["--pattern", "w7"]);
    scene.assert_clean(&["in.txt"]);
}

#[test]
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
