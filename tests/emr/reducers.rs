//! How many reduce tasks a job has where neither the user nor a step says it.

use serde_json::json;

use crate::run::{WORD_COUNT, end};
use crate::scene::Scene;

#[test]
fn a_small_input_has_one() {
    let Some(scene) = Scene::new("few-reducers", "    num_core_instances: 3\n") else {
        return;
    };
    let ran = end(scene.command(WORD_COUNT, &["-o", "s3://few-reducers/out"]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let said = "1 reduce task, one for each 268 MB of the input's ";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
    let keys = scene.server.keys(scene.name);
    let parts = keys.iter().filter(|key| key.starts_with("out/part-"));
    assert_eq!(parts.count(), 1);
}

/// What is said of a job on a cluster of 16 processors, whose input the cluster alone can look at.
fn said(scene: &Scene, more: &[&str]) -> String {
    let id = scene.make_cluster(json!({}));
    let arguments = [&["--cluster-id", &id, "hdfs:///there/in.txt"], more].concat();
    end(scene.command(WORD_COUNT, &arguments)).stderr
}

#[test]
fn an_input_of_unknown_size_has_half_of_the_processors() {
    let Some(scene) = Scene::new("own-reducers", "") else {
        return;
    };
    let told = said(&scene, &[]);
    let wanted = "8 reduce tasks, half of the cluster's 16 vCPUs; `reducers` sets another number";
    assert!(told.contains(wanted), "{told}");
    let told = said(&scene, &["--reducers", "3"]);
    assert!(!told.contains("vCPUs"), "{told}");
}

#[test]
fn what_cannot_be_looked_up_is_said() {
    let Some(scene) = Scene::new("unseen-nodes", "") else {
        return;
    };
    scene.fault("ListInstances", 1, "AccessDeniedException");
    let told = said(&scene, &[]);
    let wanted = "2 reduce tasks, half of the cluster's 4 vCPUs (it couldn't be looked up what the cluster is: 4 vCPUs are assumed)";
    assert!(told.contains(wanted), "{told}");
}
