//! Jobs that end well.

use std::time::Instant;

use serde_json::json;

use crate::run::{WORD_COUNT, end};
use crate::scene::{COUNT_WORDS, Scene};

#[test]
fn a_cluster_is_what_the_configuration_says() {
    let options = "    release_label: emr-7.1.0\n    instance_type: m6i.2xlarge\n    num_core_instances: 3\n    \
                   master_instance_type: m5.xlarge\n    core_instance_bid_price: '0.20'\n    \
                   tags: {team: search, project: counts}\n    max_mins_idle: 7\n    subnet: subnet-1\n    \
                   extra_cluster_params: {VisibleToAllUsers: null, Instances.TerminationProtected: false}\n";
    let Some(scene) = Scene::new("as-said", options) else {
        return;
    };
    let ran = end(scene.command(WORD_COUNT, &["-o", "s3://as-said/out"]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(
        scene.server.text("as-said", "out/part-00000"),
        "\"and\"\t2\n\"bird\"\t1\n\"cat\"\t1\n\"dog\"\t1\n\"the\"\t3\n"
    );
    let clusters = scene.clusters();
    assert_eq!(clusters.len(), 1);
    let mut request = clusters[0]["Request"].clone();
    let steps = request.as_object_mut().unwrap().remove("Steps").unwrap();
    request.as_object_mut().unwrap().remove("Name");
    assert_eq!(
        request,
        json!({
            "ReleaseLabel": "emr-7.1.0",
            "Instances": {
                "InstanceGroups": [
                    {"Name": "master", "InstanceRole": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 1, "Market": "ON_DEMAND"},
                    {"Name": "core", "InstanceRole": "CORE", "InstanceType": "m6i.2xlarge", "InstanceCount": 3, "Market": "SPOT", "BidPrice": "0.20"},
                ],
                "Ec2SubnetId": "subnet-1",
                "KeepJobFlowAliveWhenNoSteps": false,
                "TerminationProtected": false,
            },
            "Tags": [
                {"Key": "team", "Value": "search"},
                {"Key": "project", "Value": "counts"},
                {"Key": "for-use-with-amazon-emr-managed-policies", "Value": "true"},
            ],
            "Applications": [{"Name": "Hadoop"}],
            "AutoTerminationPolicy": {"IdleTimeout": 420},
            "ServiceRole": "EMR_DefaultRole",
            "JobFlowRole": "EMR_EC2_DefaultRole",
            "LogUri": "s3://as-said/tmp/logs/",
        })
    );
    assert_eq!(steps[0]["ActionOnFailure"], "TERMINATE_CLUSTER");
    assert_eq!(steps[0]["HadoopJarStep"]["Jar"], "command-runner.jar");
    scene.assert_clean(&["in.txt", "out/_SUCCESS", "out/part-00000"]);
}

#[test]
fn steps_and_counters_and_standard_output() {
    let Some(scene) = Scene::new("steps", "") else {
        return;
    };
    let start = Instant::now();
    let ran = end(scene.command(COUNT_WORDS, &["--log-format", "json"]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    // A look each tenth of a second.
    let looks = scene.calls("DescribeCluster");
    assert_eq!(scene.calls("ListSteps"), looks);
    assert!(looks as u128 <= start.elapsed().as_millis() / 100 + 1);
    assert_eq!(ran.stdout, "1\t3\n2\t1\n3\t1\n");
    let counters = "\"counters\":{\"words\":{\"all\":8}}";
    assert!(ran.stderr.contains(counters), "{}", ran.stderr);
    let clusters = scene.clusters();
    assert_eq!(clusters[0]["Steps"], json!(["COMPLETED", "COMPLETED"]));
    scene.assert_clean(&["in.txt"]);
}

#[test]
fn a_cluster_that_is_there_is_used_and_left() {
    let Some(scene) = Scene::new("there", "") else {
        return;
    };
    let request = json!({
        "Name": "there.cluster", "ReleaseLabel": "emr-7.1.0", "LogUri": "s3://there/tmp/logs/",
        "Instances": {"KeepJobFlowAliveWhenNoSteps": true}, "AutoTerminationPolicy": {"IdleTimeout": 600},
    });
    let made = scene.server.ask("emr_make", request);
    let id = made["Id"].as_str().unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, format!("runners: {{emr: {{cluster_id: {id}}}}}\n")).unwrap();
    let ran = end(scene.command(WORD_COUNT, &["-c", file.path().to_str().unwrap()]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.contains("\"the\"\t3\n"), "{}", ran.stdout);
    let clusters = scene.clusters();
    assert_eq!(clusters.len(), 1);
    assert_eq!(clusters[0]["State"], "WAITING");
}
