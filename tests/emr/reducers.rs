//! How many reduce tasks a job has where nobody says it.

use serde_json::{Value, json};

use crate::run::{WORD_COUNT, end};
use crate::scene::{COUNT_WORDS, Scene};

/// What a run says of them. With `hdfs:///empty` the size of the input isn't known.
fn said(scene: &Scene, path: &str, arguments: &[&str]) -> String {
    let ran = end(scene.command(path, arguments));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let lines = ran.stderr.lines();
    let said: Vec<&str> = lines.filter(|line| line.contains("reduce task")).collect();
    assert!(said.len() <= 1, "{}", ran.stderr);
    said.concat()
}

fn parts(scene: &Scene, folder: &str) -> usize {
    let folder = format!("{folder}/part-");
    let keys = scene.server.keys(scene.name);
    keys.iter().filter(|key| key.starts_with(&folder)).count()
}

#[test]
fn half_of_the_new_clusters_processors() {
    let options = "    num_core_instances: 2\n    num_task_instances: 1\n    task_instance_type: m5.2xlarge\n";
    let Some(scene) = Scene::new("by-groups", options) else {
        return;
    };
    let out = ["-o", "s3://by-groups/out", "hdfs:///empty"];
    let told = said(&scene, WORD_COUNT, &out);
    let words = "8 reduce tasks, half of the cluster's 16 vCPUs; `reducers` sets another number";
    assert!(told.contains(words), "{told}");
    assert_eq!(parts(&scene, "out"), 8);
    // Whoever says it is heard, and a small input is worth one.
    let out = ["-o", "s3://by-groups/said", "--reducers=3", "hdfs:///empty"];
    assert_eq!(said(&scene, WORD_COUNT, &out), "");
    assert_eq!(parts(&scene, "said"), 3);
    let told = said(&scene, WORD_COUNT, &["-o", "s3://by-groups/small"]);
    let words = "1 reduce task, one for each 268 MB of the input's 33 bytes";
    assert!(told.contains(words), "{told}");
    assert_eq!(parts(&scene, "small"), 1);
}

#[test]
fn half_of_a_clusters_that_is_there() {
    let Some(scene) = Scene::new("by-nodes", "") else {
        return;
    };
    let id = scene.make_cluster(json!({}));
    let told = said(&scene, COUNT_WORDS, &["--cluster-id", &id, "hdfs:///empty"]);
    let words = "8 reduce tasks, half of the cluster's 16 vCPUs";
    assert!(told.contains(words), "{told}");
    let fleets = json!({"KeepJobFlowAliveWhenNoSteps": true, "InstanceFleets": [
        {"InstanceFleetType": "MASTER", "TargetOnDemandCapacity": 1, "InstanceTypeConfigs": [{"InstanceType": "m5.xlarge"}]},
        {"InstanceFleetType": "TASK", "TargetSpotCapacity": 6,
         "InstanceTypeConfigs": [{"InstanceType": "m5.2xlarge", "WeightedCapacity": 2}]},
    ]});
    let id = scene.make_cluster(json!({"Instances": fleets}));
    let told = said(&scene, COUNT_WORDS, &["--cluster-id", &id, "hdfs:///empty"]);
    let words = "12 reduce tasks, half of the cluster's 24 vCPUs";
    assert!(told.contains(words), "{told}");
}

#[test]
fn what_nobody_may_look_up_is_assumed() {
    let Some(scene) = Scene::new("by-guess", "    num_core_instances: 3\n") else {
        return;
    };
    scene.fault("ListSupportedInstanceTypes", 1, "AccessDeniedException");
    let told = said(&scene, WORD_COUNT, &["hdfs:///empty"]);
    let words = "6 reduce tasks, half of the cluster's 12 vCPUs (4 are assumed of each m5.xlarge, which couldn't be looked up)";
    assert!(told.contains(words), "{told}");
    let id = scene.make_cluster(Value::Object(serde_json::Map::new()));
    scene.fault("ListInstances", 1, "AccessDeniedException");
    let told = said(&scene, WORD_COUNT, &["--cluster-id", &id, "hdfs:///empty"]);
    let words = "2 reduce tasks, half of the cluster's 4 vCPUs (it couldn't be looked up what the cluster is: 4 vCPUs are assumed)";
    assert!(told.contains(words), "{told}");
}
