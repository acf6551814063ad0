//! What goes wrong while a job runs.

use std::time::{Duration, Instant};

use mrjob_tests_process::{Child, Command};
use serde_json::{Value, json};

use crate::run::{Ran, WORD_COUNT, end};
use crate::scene::{COUNT_WORDS, Scene};

#[test]
fn a_mapper_that_panics_says_so() {
    let Some(scene) = Scene::new("panics", "") else {
        return;
    };
    let put = json!({"Bucket": "panics", "Key": "z.txt", "Body": "a zebra\n"});
    scene.server.ask("put_object", put);
    let ran = end(scene.command(COUNT_WORDS, &["--bad", "zebra", "s3://panics/z.txt"]));
    assert_eq!((ran.code, &*ran.stdout), (Some(1), ""), "{}", ran.stderr);
    // Of the task that read the other file.
    let words = [
        "the word is zebra",
        "s3://panics/z.txt",
        "counter words, all: 8",
    ];
    for word in words {
        assert!(ran.stderr.contains(word), "{word}: {}", ran.stderr);
    }
    assert_eq!(scene.clusters()[0]["Steps"], json!(["FAILED", "CANCELLED"]));
    scene.assert_clean(&["in.txt", "z.txt"]);
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
    let actions = [
        "ListSupportedInstanceTypes",
        "RunJobFlow",
        "DescribeCluster",
        "ListSteps",
        "TerminateJobFlows",
    ];
    for action in actions {
        scene.fault(action, 20, "ThrottlingException");
    }
    let ran = end(scene.command(WORD_COUNT, &[]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    for action in actions {
        assert!(scene.calls(action) > 20, "{action}");
    }
    assert_eq!(scene.clusters().len(), 1);
    scene.assert_clean(&["in.txt"]);
}

#[test]
fn throttled_calls_about_a_cluster_that_is_there() {
    let Some(scene) = Scene::new("throttled-there", "") else {
        return;
    };
    // So many refusals take longer than it would idle.
    let id = scene.make_cluster(json!({}));
    scene.rule("RUNNING", "hold");
    let actions = ["AddJobFlowSteps", "ListInstances", "CancelSteps"];
    for action in actions {
        scene.fault(action, 20, "ThrottlingException");
    }
    let child = scene
        .command(WORD_COUNT, &["--cluster-id", &id])
        .spawn()
        .unwrap();
    scene.await_cluster("RUNNING");
    signal(&child, "INT");
    let ran = ended(child);
    assert_eq!(ran.code, Some(130), "{}", ran.stderr);
    for action in actions {
        assert!(scene.calls(action) > 20, "{action}");
    }
    assert_eq!(scene.clusters()[0]["Steps"], json!(["CANCELLED"]));
}

#[test]
fn an_answer_that_is_lost_makes_no_second_cluster() {
    let Some(scene) = Scene::new("lost-answer", "") else {
        return;
    };
    let line = "RunJobFlow as lost-answer$";
    scene.server.fault(line, 1, json!({"Lost": true}));
    let ran = end(scene.command(WORD_COUNT, &[]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!((scene.calls("RunJobFlow"), scene.clusters().len()), (1, 1));
    scene.assert_clean(&["in.txt"]);
}

#[test]
fn a_network_that_is_gone_for_a_while() {
    let Some(scene) = Scene::new("gone", "") else {
        return;
    };
    scene.rule("RUNNING", "hold");
    let child = scene.command(WORD_COUNT, &[]).spawn().unwrap();
    scene.await_cluster("RUNNING");
    let line = "(DescribeCluster|ListSteps|TerminateJobFlows) as gone$";
    scene.server.fault(line, 15, json!({"Gone": true}));
    scene.server.ask("emr_release", json!({"Name": "^gone\\."}));
    let ran = ended(child);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("asking again"), "{}", ran.stderr);
    scene.assert_clean(&["in.txt"]);
}

#[test]
fn uploads_that_s3_slows_down() {
    let Some(scene) = Scene::new("slow-down", "") else {
        return;
    };
    let slow = json!({"Status": 503, "Code": "SlowDown"});
    scene.server.fault("^(PUT|POST) /slow-down/tmp/", 3, slow);
    let ran = end(scene.command(WORD_COUNT, &[]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    scene.assert_clean(&["in.txt"]);
}

#[test]
fn logs_that_come_late() {
    let Some(scene) = Scene::new("late-logs", "") else {
        return;
    };
    // A node that may not write beside its output.
    scene.rule("SCRIPT", "mute");
    scene.rule("LOGS", "late");
    let ran = end(scene.command(COUNT_WORDS, &["--bad", "dog"]));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("waiting for logs"), "{}", ran.stderr);
    assert!(ran.stderr.contains("the word is dog"), "{}", ran.stderr);
    scene.assert_clean(&["in.txt"]);
}

#[test]
fn an_interrupt_ends_the_application_on_a_cluster_that_stays() {
    let Some(scene) = Scene::new("stop-there", "") else {
        return;
    };
    interrupted_while_a_task_writes(&scene);
    assert_eq!(scene.applications(), ["ended"]);
    assert_eq!(scene.clusters()[0]["State"], "WAITING");
    let mut left = scene.server.keys("stop-there");
    left.retain(|key| !key.starts_with("tmp/programs/"));
    assert_eq!(left, ["in.txt"]);
}

/// A run on a cluster that stays, interrupted while a task writes that does so as long as it lives: the cluster, the output folder.
fn interrupted_while_a_task_writes(scene: &Scene) -> (String, String, Ran) {
    let id = scene.make_cluster(json!({}));
    scene.rule("RUNNING", "hold");
    let out = format!("s3://{}/out", scene.name);
    let mut command = scene.command(WORD_COUNT, &["-o", &out, "--cluster-id", &id]);
    let child = command.spawn().unwrap();
    scene.await_key("out/_temporary/");
    signal(&child, "INT");
    let ran = ended(child);
    assert_eq!(ran.code, Some(130), "{}", ran.stderr);
    (id, out, ran)
}

#[test]
fn output_that_tasks_may_still_write_is_left() {
    let Some(scene) = Scene::new("still-writes", "") else {
        return;
    };
    // Nobody hears of the application's end.
    scene.rule("SCRIPT", "mute");
    let (id, out, ran) = interrupted_while_a_task_writes(&scene);
    let words = "the job's tasks may still write, and so nothing is deleted";
    assert!(ran.stderr.contains(words), "{}", ran.stderr);
    let keys = scene.server.keys("still-writes");
    assert!(keys.iter().any(|key| key.starts_with("out/_temporary/")));
    let second = end(scene.command(WORD_COUNT, &["-o", &out, "--cluster-id", &id]));
    assert!(second.stderr.contains(&out), "{}", second.stderr);
    assert_ne!(second.code, Some(0));
}

#[test]
fn counters_are_there_when_a_step_ends() {
    let Some(scene) = Scene::new("counted", "") else {
        return;
    };
    scene.rule("LOGS", "never");
    scene.rule("SLOW", "2 s");
    let id = scene.make_cluster(json!({}));
    // As often as by default.
    let arguments = [
        "--cluster-id",
        &id,
        "--check-cluster-every=30",
        "--log-format=json",
    ];
    let ran = end(scene.command(COUNT_WORDS, &arguments));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let ends = scene.step_ends();
    let events = ran
        .stderr
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let finished: Vec<Value> = events
        .filter(|event| event["event"] == "step_finished")
        .collect();
    assert_eq!((finished.len(), ends.len()), (2, 2));
    assert_eq!(finished[0]["counters"], json!({"words": {"all": 8}}));
    for (event, end) in finished.iter().zip(ends) {
        let told = seconds(event["time"].as_str().unwrap());
        assert!(told - end < 5.0, "{told} {end}");
    }
}

/// Seconds of the day of `2026-01-01T12:34:56.789Z`.
fn seconds(time: &str) -> f64 {
    let clock = time.split_once('T').unwrap().1.trim_end_matches('Z');
    clock
        .split(':')
        .fold(0.0, |sum, part| sum * 60.0 + part.parse::<f64>().unwrap())
}

#[test]
fn an_interrupt_while_files_are_sent_leaves_nothing() {
    let Some(scene) = Scene::new("stop-upload", "") else {
        return;
    };
    let line = "^(PUT|POST) /stop-upload/tmp/";
    scene.server.fault(line, 1, json!({"Hold": true}));
    let child = scene
        .command(WORD_COUNT, &["-o", "s3://stop-upload/out"])
        .spawn()
        .unwrap();
    scene.server.await_request(line);
    signal(&child, "INT");
    let ran = ended(child);
    assert_eq!(ran.code, Some(130), "{}", ran.stderr);
    assert!(scene.clusters().is_empty());
    assert!(scene.server.uploads("stop-upload").is_empty());
    scene.assert_clean(&["in.txt"]);
    scene.server.release(line);
}

#[test]
fn an_interrupt_while_logs_are_waited_for_leaves_nothing() {
    let Some(scene) = Scene::new("stop-logs", "") else {
        return;
    };
    scene.rule("SCRIPT", "mute");
    scene.rule("LOGS", "never");
    let out = "s3://stop-logs/out";
    let child = scene
        .command(
            COUNT_WORDS,
            &["-o", out, "--bad", "dog", "--check-cluster-every=1"],
        )
        .spawn()
        .unwrap();
    scene.server.await_request("/stop-logs.*tmp(/|%2F)logs");
    signal(&child, "INT");
    let ran = ended(child);
    assert_eq!(ran.code, Some(130), "{}", ran.stderr);
    scene.assert_clean(&["in.txt"]);
}

#[test]
fn a_second_interrupt_says_what_is_left() {
    let Some(scene) = Scene::new("stop-twice", "") else {
        return;
    };
    scene.rule("RUNNING", "hold");
    let line = "TerminateJobFlows as stop-twice$";
    let child = scene.command(WORD_COUNT, &[]).spawn().unwrap();
    scene.await_cluster("RUNNING");
    scene.server.fault(line, 1, json!({"Hold": true}));
    signal(&child, "INT");
    scene.server.await_request(line);
    signal(&child, "INT");
    let ran = ended(child);
    assert_eq!(ran.code, Some(130), "{}", ran.stderr);
    let id = scene.clusters()[0]["Id"].as_str().unwrap().to_owned();
    let left = format!("cluster {id} may still run; hint: `mrjob terminate-cluster {id}`");
    assert!(ran.stderr.contains(&left), "{}", ran.stderr);
    scene.server.release(line);
    scene.await_end();
}

#[test]
fn a_second_interrupt_does_not_wait_for_s3() {
    let Some(scene) = Scene::new("stop-silent", "") else {
        return;
    };
    scene.rule("RUNNING", "hold");
    let child = scene
        .command(WORD_COUNT, &["-o", "s3://stop-silent/out"])
        .spawn()
        .unwrap();
    scene.await_cluster("RUNNING");
    let line = r"^DELETE /stop-silent|^POST /stop-silent/?\?delete";
    scene.server.fault(line, 1000, json!({"Hold": true}));
    signal(&child, "INT");
    scene.server.await_request(line);
    signal(&child, "INT");
    let begun = Instant::now();
    let ran = ended(child);
    assert_eq!(ran.code, Some(130), "{}", ran.stderr);
    // The server holds the requests for a minute.
    assert!(begun.elapsed() < Duration::from_secs(45));
    scene.server.release(line);
    scene.await_end();
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
    scene.rule("SCRIPT", "mute");
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
    let by_hand = "`mrjob terminate-cluster j-";
    assert!(ran.stderr.contains(by_hand), "{}", ran.stderr);
    // It ends by itself, as it has no other steps.
    scene.await_end();
}

pub(crate) fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-s", name, &id]).status();
    assert!(sent.unwrap().success());
}

pub(crate) fn ended(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
