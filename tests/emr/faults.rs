//! What goes wrong while a job runs.

use std::process::{Child, Command};

use serde_json::json;

use crate::run::{Ran, WORD_COUNT, end};
use crate::scene::{COUNT_WORDS, Scene};

#[test]
fn a_mapper_that_panics_says_so() {
    let Some(scene) = Scene::new("panics", "") else {
        return;
    };
    let ran = end(scene.command(COUNT_WORDS, &["--bad", "dog"]));
    assert_eq!((ran.code, &*ran.stdout), (Some(1), ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("the word is dog"), "{}", ran.stderr);
    assert!(ran.stderr.contains("s3://panics/in.txt"), "{}", ran.stderr);
    assert_eq!(scene.clusters()[0]["Steps"], json!(["FAILED", "CANCELLED"]));
    scene.assert_clean(&["in.txt"]);
}

#[test]
fn a_cluster_that_fails_to_start_says_why() {
    let cases = [
        ("fails-starting", "STARTING"),
        ("fails-bootstrap", "BOOTSTRAPPING"),
    ];
    for (name, state) in cases {
        let Some(scene) = Scene::new(name, "") else {
            return;
        };
        scene.rule(state, "fail");
        let ran = end(scene.command(WORD_COUNT, &[]));
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        let reason = format!("it failed while {state}");
        assert!(ran.stderr.contains(&reason), "{}", ran.stderr);
        scene.assert_clean(&["in.txt"]);
    }
}

#[test]
fn an_interrupt_leaves_nothing() {
    let cases = [
        ("stop-starting", "STARTING"),
        ("stop-bootstrap", "BOOTSTRAPPING"),
        ("stop-running", "RUNNING"),
    ];
    for (name, state) in cases {
        let Some(scene) = Scene::new(name, "") else {
            return;
        };
        scene.rule(state, "hold");
        let child = scene
            .command(WORD_COUNT, &["-o", &format!("s3://{name}/out")])
            .spawn()
            .unwrap();
        scene.await_cluster(state);
        signal(&child, "INT");
        let ran = ended(child);
        assert_eq!(ran.code, Some(130), "{}", ran.stderr);
        scene.assert_clean(&["in.txt"]);
    }
}

#[test]
fn a_launcher_that_is_killed_leaves_no_cluster() {
    let Some(scene) = Scene::new("killed", "") else {
        return;
    };
    let mut child = scene
        .command(WORD_COUNT, &["-o", "s3://killed/out"])
        .spawn()
        .unwrap();
    scene.await_cluster("STARTING");
    child.kill().unwrap();
    child.wait().unwrap();
    scene.await_cluster("TERMINATED");
}

#[test]
fn throttled_calls_are_made_again() {
    let Some(scene) = Scene::new("throttled", "") else {
        return;
    };
    for action in [
        "RunJobFlow",
        "DescribeCluster",
        "ListSteps",
        "TerminateJobFlows",
    ] {
        scene.fault(action, 2, "ThrottlingException");
    }
    let ran = end(scene.command(WORD_COUNT, &[]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    scene.assert_clean(&["in.txt"]);
}

#[test]
fn of_two_runs_to_one_folder_one_is_told() {
    let Some(scene) = Scene::new("two-runs", "") else {
        return;
    };
    scene.rule("RUNNING", "hold");
    let out = ["-o", "s3://two-runs/out"];
    let first = scene.command(WORD_COUNT, &out).spawn().unwrap();
    scene.await_cluster("RUNNING");
    let second = end(scene.command(WORD_COUNT, &out));
    assert_eq!(second.code, Some(1), "{}", second.stderr);
    let said = "another run writes to `s3://two-runs/out`";
    assert!(second.stderr.contains(said), "{}", second.stderr);
    assert_eq!(scene.clusters().len(), 1);
    signal(&first, "INT");
    assert_eq!(ended(first).code, Some(130));
    scene.assert_clean(&["in.txt"]);
}

#[test]
fn logs_that_never_come_cost_only_the_counters() {
    let Some(scene) = Scene::new("no-logs", "") else {
        return;
    };
    scene.rule("LOGS", "never");
    let ran = end(scene.command(WORD_COUNT, &[]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.contains("\"the\"\t3\n"), "{}", ran.stdout);
    assert!(
        ran.stderr.contains("counters are missing"),
        "{}",
        ran.stderr
    );
}

#[test]
fn somebody_else_ends_the_cluster() {
    let Some(scene) = Scene::new("ended-outside", "") else {
        return;
    };
    scene.rule("RUNNING", "hold");
    let child = scene.command(WORD_COUNT, &[]).spawn().unwrap();
    scene.await_cluster("RUNNING");
    scene.do_outside("TerminateJobFlows", json!({}));
    let ran = ended(child);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let reason = "Terminated by user request";
    assert!(ran.stderr.contains(reason), "{}", ran.stderr);
    scene.assert_clean(&["in.txt"]);
}

#[test]
fn somebody_else_cancels_the_step() {
    let Some(scene) = Scene::new("cancelled-outside", "") else {
        return;
    };
    scene.rule("RUNNING", "hold");
    let child = scene.command(WORD_COUNT, &[]).spawn().unwrap();
    scene.await_cluster("RUNNING");
    let id = scene.clusters()[0]["StepIds"][0].clone();
    scene.do_outside("CancelSteps", json!({"StepIds": [id]}));
    let ran = ended(child);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let reason = "step 1 of 1 is CANCELLED";
    assert!(ran.stderr.contains(reason), "{}", ran.stderr);
    scene.assert_clean(&["in.txt"]);
}

#[test]
fn credentials_that_expire_say_what_is_left_to_do() {
    let Some(scene) = Scene::new("expires", "") else {
        return;
    };
    for action in ["DescribeCluster", "ListSteps", "TerminateJobFlows"] {
        scene.fault(action, 1000, "ExpiredTokenException");
    }
    let ran = end(scene.command(WORD_COUNT, &[]));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("log in again"), "{}", ran.stderr);
    let by_hand = "`aws emr terminate-clusters --cluster-ids j-";
    assert!(ran.stderr.contains(by_hand), "{}", ran.stderr);
    // It ends by itself, as it has no other steps.
    scene.await_end();
}

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-s", name, &id]).status();
    assert!(sent.unwrap().success());
}

fn ended(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
