//! What an operator does with clusters.

use std::fs;

use mrjob_tests_process::Command;
use serde_json::{Value, json};

use crate::run::{Ran, TOOL, WORD_COUNT, end};
use crate::scene::{COUNT_WORDS, Scene};

/// `mrjob SUBCOMMAND -c CONF …`.
fn tool(scene: &Scene, arguments: &[&str]) -> Command {
    let mut command = scene.tool(TOOL, arguments[0]);
    command.args(&arguments[1..]);
    command
}

fn printed(scene: &Scene, arguments: &[&str]) -> String {
    let ran = end(tool(scene, arguments));
    assert_eq!(ran.code, Some(0), "{arguments:?}: {}", ran.stderr);
    ran.stdout
}

#[test]
fn a_cluster_that_is_made_stays_and_is_ended() {
    let options = "    release_label: emr-7.1.0\n    num_core_instances: 2\n    max_concurrent_steps: 3\n    \
                   tags: {team: search}\n    max_mins_idle: 120\n    bootstrap: [echo hello nodes]\n";
    let Some(scene) = Scene::new("operated", options) else {
        return;
    };
    let made = printed(&scene, &["create-cluster", "--name", "operated.one"]);
    let id = made.trim();
    scene.await_cluster("WAITING");
    let cluster = scene.clusters().remove(0);
    assert_eq!(cluster["Id"], id);
    let request = &cluster["Request"];
    assert_eq!(request["Instances"]["KeepJobFlowAliveWhenNoSteps"], true);
    assert_eq!(request["StepConcurrencyLevel"], 3);
    assert_eq!(
        request["AutoTerminationPolicy"],
        json!({"IdleTimeout": 7200})
    );
    assert!(
        cluster["Bootstrapped"]
            .as_str()
            .unwrap()
            .contains("hello nodes")
    );

    let ran = end(scene.command(WORD_COUNT, &["--cluster-id", id]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);

    let table = printed(&scene, &["list-clusters"]);
    let line = table.lines().find(|line| line.starts_with(id)).unwrap();
    for word in ["WAITING", " 4 ", "operated.one", "team=search"] {
        assert!(line.contains(word), "{word}: {line}");
    }
    let listed: Value =
        serde_json::from_str(&printed(&scene, &["list-clusters", "--json"])).unwrap();
    let mut listed = listed.as_array().unwrap().iter();
    let listed = listed.find(|cluster| cluster["id"] == id).unwrap();
    assert_eq!(listed["tags"]["team"], "search");
    assert!(
        listed["idle"].is_number() && listed["age"].is_number(),
        "{listed}"
    );

    let ran = end(tool(&scene, &["terminate-cluster", id]));
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("hint: `--yes`"), "{}", ran.stderr);
    assert_eq!(scene.clusters()[0]["State"], "WAITING");
    let said = printed(&scene, &["terminate-cluster", id, "--yes"]);
    assert_eq!(said, format!("{id} ends\n"));
    scene.await_end();
    let said = printed(&scene, &["terminate-cluster", id, "--json"]);
    assert_eq!(said, "[]\n");
}

#[test]
fn only_idle_clusters_are_ended() {
    let Some(scene) = Scene::new("idle-ones", "") else {
        return;
    };
    let id = scene.make_cluster(json!({}));
    scene.await_cluster("WAITING");
    let idle = ["terminate-idle-clusters", "--max-mins-idle", "60", "--yes"];
    assert_eq!(printed(&scene, &idle), "there is none to end\n");
    scene.wait_idle(&id, 2);
    let idle = [
        "terminate-idle-clusters",
        "--max-mins-idle",
        "0",
        "--dry-run",
    ];
    let table = printed(&scene, &idle);
    assert!(table.contains(&id), "{table}");
    assert_eq!(scene.clusters()[0]["State"], "WAITING");
}

#[test]
fn a_failed_step_is_diagnosed_and_its_logs_fetched() {
    let Some(scene) = Scene::new("diagnosed", "") else {
        return;
    };
    let ran = end(scene.command(COUNT_WORDS, &["--bad", "dog"]));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let cluster = scene.clusters().remove(0);
    let (id, step) = (
        cluster["Id"].as_str().unwrap(),
        cluster["StepIds"][0].as_str().unwrap(),
    );
    // The cluster's logs come later than the run's own message.
    scene.await_key(&format!("tmp/logs/{id}/steps/{step}/"));
    for what in [id, step] {
        let said = printed(&scene, &["diagnose", what]);
        assert!(said.contains("the word is dog"), "{said}");
        assert!(said.contains("s3://diagnosed/in.txt"), "{said}");
        assert!(said.contains("is FAILED"), "{said}");
    }
    let said: Value = serde_json::from_str(&printed(&scene, &["diagnose", id, "--json"])).unwrap();
    assert_eq!(
        (&said["id"], &said["steps"][1]["state"]),
        (&json!(id), &json!("CANCELLED"))
    );

    let dir = tempfile::tempdir().unwrap();
    let to = dir.path().join("logs");
    let said = printed(&scene, &["fetch-logs", step, "--to", to.to_str().unwrap()]);
    assert!(said.starts_with("1 files in "), "{said}");
    assert!(
        fs::metadata(to.join(format!("steps/{step}/stderr.gz")))
            .unwrap()
            .len()
            > 0
    );
    let Ran { code, stderr, .. } = end(tool(&scene, &["diagnose", "s-NOPE"]));
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("give the id of its cluster"), "{stderr}");
    let Ran { code, stderr, .. } = end(tool(&scene, &["diagnose", "j-NOPE"]));
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains("'j-NOPE' is not valid"), "{stderr}");
}
