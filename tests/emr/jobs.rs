//! Jobs that end well.

use std::time::Instant;

use mrjob_tests_process::Command;
use serde_json::json;

use crate::run::{SECRET, WORD_COUNT, end};
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
    let id = scene.make_cluster(json!({}));
    let ran = end(scene.command(WORD_COUNT, &["--cluster-id", &id]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.contains("\"the\"\t3\n"), "{}", ran.stdout);
    let clusters = scene.clusters();
    assert_eq!(clusters.len(), 1);
    assert_eq!(clusters[0]["State"], "WAITING");
}

#[test]
fn a_cluster_that_runs_several_steps_at_once_gets_one_after_the_other() {
    let Some(scene) = Scene::new("at-once", "") else {
        return;
    };
    let id = scene.make_cluster(json!({"StepConcurrencyLevel": 4}));
    let ran = end(scene.command(COUNT_WORDS, &["--cluster-id", &id]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.stdout, "1\t3\n2\t1\n3\t1\n");
    assert_eq!(scene.calls("AddJobFlowSteps"), 2);
    assert_eq!(scene.clusters()[0]["State"], "WAITING");
}

#[test]
fn everything_that_can_be_said_of_a_cluster() {
    let options = "    release_label: emr-7.1.0\n    instance_groups:\n    \
                   - {InstanceRole: MASTER, InstanceCount: 1, InstanceType: m5.xlarge}\n    \
                   - InstanceRole: CORE\n      InstanceCount: 2\n      InstanceType: m5.2xlarge\n      Market: SPOT\n      BidPrice: '0.3'\n      \
                   EbsConfiguration: {EbsBlockDeviceConfigs: [{VolumeSpecification: {SizeInGB: 100, VolumeType: gp3}}]}\n    \
                   applications: [Spark, Hive]\n    emr_configurations:\n    \
                   - {Classification: core-site, Properties: {a: '1'}}\n    \
                   - {Classification: core-site, Properties: {a: '2'}}\n    \
                   bootstrap_actions: [s3://said/prepare.sh --fast now]\n    zone: eu-central-1a\n    ec2_key_pair: ours\n    \
                   image_id: ami-1\n    ebs_root_volume_gb: 50\n    additional_emr_info: {x: 1}\n    \
                   managed_scaling: {MinimumCapacityUnits: 2, MaximumCapacityUnits: 20}\n    security_configuration: strict\n    \
                   security_groups: {EmrManagedMasterSecurityGroup: sg-1, AdditionalMasterSecurityGroups: [sg-2, sg-3]}\n    \
                   cloud_log_dir: s3://said/logs/\n    iam_service_role: arn:aws:iam::123456789012:role/EMR_DefaultRole\n    \
                   extra_cluster_params: {ScaleDownBehavior: TERMINATE_AT_TASK_COMPLETION, Instances.HadoopVersion: '3'}\n";
    let Some(scene) = Scene::new("said", options) else {
        return;
    };
    let ran = end(scene.command(WORD_COUNT, &[]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let mut request = scene.clusters()[0]["Request"].clone();
    for name in ["Steps", "Name", "Tags", "AutoTerminationPolicy"] {
        request.as_object_mut().unwrap().remove(name).unwrap();
    }
    assert_eq!(
        request,
        json!({
            "ReleaseLabel": "emr-7.1.0",
            "Instances": {
                "InstanceGroups": [
                    {"InstanceRole": "MASTER", "InstanceCount": 1, "InstanceType": "m5.xlarge"},
                    {
                        "InstanceRole": "CORE", "InstanceCount": 2, "InstanceType": "m5.2xlarge", "Market": "SPOT", "BidPrice": "0.3",
                        "EbsConfiguration": {"EbsBlockDeviceConfigs": [{"VolumeSpecification": {"SizeInGB": 100, "VolumeType": "gp3"}}]},
                    },
                ],
                "EmrManagedMasterSecurityGroup": "sg-1",
                "AdditionalMasterSecurityGroups": ["sg-2", "sg-3"],
                "Ec2KeyName": "ours",
                "Placement": {"AvailabilityZone": "eu-central-1a"},
                "KeepJobFlowAliveWhenNoSteps": false,
                "HadoopVersion": "3",
            },
            "Applications": [{"Name": "Hadoop"}, {"Name": "Spark"}, {"Name": "Hive"}],
            "Configurations": [{"Classification": "core-site", "Properties": {"a": "2"}}],
            "BootstrapActions": [
                {"Name": "action 0", "ScriptBootstrapAction": {"Path": "s3://said/prepare.sh", "Args": ["--fast", "now"]}},
            ],
            "CustomAmiId": "ami-1",
            "EbsRootVolumeSize": 50,
            "AdditionalInfo": "{\"x\":1}",
            "ManagedScalingPolicy": {
                "ComputeLimits": {"UnitType": "Instances", "MinimumCapacityUnits": 2, "MaximumCapacityUnits": 20},
            },
            "SecurityConfiguration": "strict",
            "ScaleDownBehavior": "TERMINATE_AT_TASK_COMPLETION",
            "ServiceRole": "arn:aws:iam::123456789012:role/EMR_DefaultRole",
            "JobFlowRole": "EMR_EC2_DefaultRole",
            "VisibleToAllUsers": true,
            "LogUri": "s3://said/logs/",
        })
    );
}

#[test]
fn fleets_in_several_subnets() {
    let options = "    subnet: [subnet-1, subnet-2]\n    managed_scaling: {MinimumCapacityUnits: 1, MaximumCapacityUnits: 8}\n    \
                   instance_fleets:\n    \
                   - {InstanceFleetType: MASTER, TargetOnDemandCapacity: 1, InstanceTypeConfigs: [{InstanceType: m5.xlarge}]}\n    \
                   - InstanceFleetType: CORE\n      TargetSpotCapacity: 4\n      InstanceTypeConfigs:\n      \
                   - {InstanceType: m5.2xlarge, WeightedCapacity: 2, BidPriceAsPercentageOfOnDemandPrice: 80}\n      \
                   - {InstanceType: m6i.2xlarge, WeightedCapacity: 2}\n      \
                   LaunchSpecifications: {SpotSpecification: {TimeoutDurationMinutes: 20, TimeoutAction: SWITCH_TO_ON_DEMAND, AllocationStrategy: price-capacity-optimized}}\n";
    let Some(scene) = Scene::new("fleets", options) else {
        return;
    };
    let ran = end(scene.command(WORD_COUNT, &[]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let request = scene.clusters()[0]["Request"].clone();
    let spot = json!({"TimeoutDurationMinutes": 20, "TimeoutAction": "SWITCH_TO_ON_DEMAND", "AllocationStrategy": "price-capacity-optimized"});
    assert_eq!(
        request["Instances"],
        json!({
            "InstanceFleets": [
                {"InstanceFleetType": "MASTER", "TargetOnDemandCapacity": 1, "InstanceTypeConfigs": [{"InstanceType": "m5.xlarge"}]},
                {
                    "InstanceFleetType": "CORE", "TargetSpotCapacity": 4,
                    "InstanceTypeConfigs": [
                        {"InstanceType": "m5.2xlarge", "WeightedCapacity": 2, "BidPriceAsPercentageOfOnDemandPrice": 80},
                        {"InstanceType": "m6i.2xlarge", "WeightedCapacity": 2},
                    ],
                    "LaunchSpecifications": {"SpotSpecification": spot},
                },
            ],
            "Ec2SubnetIds": ["subnet-1", "subnet-2"],
            "KeepJobFlowAliveWhenNoSteps": false,
        })
    );
    let limits = &request["ManagedScalingPolicy"]["ComputeLimits"];
    assert_eq!(limits["UnitType"], "InstanceFleetUnits");
}

#[test]
fn files_for_tasks_and_nodes() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("one.txt"), "one\n").unwrap();
    std::fs::write(path("prepare.sh"), "echo prepared by $1\n").unwrap();
    std::fs::write(path("formats.jar"), "PK").unwrap();
    std::fs::create_dir(path("folder")).unwrap();
    std::fs::write(path("folder/two.txt"), "two\n").unwrap();
    let packed = Command::new("tar")
        .args([
            "czf",
            &path("some.tar.gz"),
            "-C",
            &path("folder"),
            "two.txt",
        ])
        .status();
    assert!(packed.unwrap().success());
    let options = format!(
        "    files: ['{}#first']\n    dirs: ['{}#second']\n    archives: ['{}#third']\n    setup: [touch made]\n    \
         bootstrap: ['sh {}# node']\n    libjars: ['{}']\n    step_output_dir: s3://around/between\n",
        path("one.txt"),
        path("folder"),
        path("some.tar.gz"),
        path("prepare.sh"),
        path("formats.jar"),
    );
    let Some(scene) = Scene::new("around", &options) else {
        return;
    };
    let ran = end(scene.command(
        COUNT_WORDS,
        &["--look", "first,second/two.txt,third/two.txt,made"],
    ));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let said = scene.clusters()[0]["Bootstrapped"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(said.contains("prepared by node"), "{said}");
    let left = ["between/0000/_SUCCESS", "between/0000/part-00000", "in.txt"];
    scene.assert_clean(&left);
}

#[test]
fn a_bootstrap_that_fails_ends_the_run() {
    let Some(scene) = Scene::new("bad-node", "    bootstrap: ['false']\n") else {
        return;
    };
    let ran = end(scene.command(WORD_COUNT, &[]));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("non-zero return code"),
        "{}",
        ran.stderr
    );
    scene.assert_clean(&["in.txt"]);
}

#[test]
fn an_archive_for_streaming_of_the_users() {
    let options = "    hadoop_streaming_jar: s3://own-jar/streaming.jar\n";
    let Some(scene) = Scene::new("own-jar", options) else {
        return;
    };
    let put = json!({"Bucket": "own-jar", "Key": "streaming.jar", "Body": "PK"});
    scene.server.ask("put_object", put);
    let ran = end(scene.command(WORD_COUNT, &["--cleanup", "NONE"]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let script = scene.script(0);
    assert!(script.contains("s3://own-jar/streaming.jar"), "{script}");
}

#[test]
fn an_account_with_the_newer_role_only() {
    let Some(scene) = Scene::new("newer-role", "") else {
        return;
    };
    let how = json!({"Status": 404, "Code": "NoSuchEntity"});
    let line = "Action=GetRole&RoleName=EMR_DefaultRole&.* as newer-role$";
    scene.server.fault(line, 2, how);
    let ran = end(scene.command(WORD_COUNT, &["--subnet=subnet-1"]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let request = scene.clusters()[0]["Request"].clone();
    assert_eq!(request["ServiceRole"], "EMR_DefaultRole_V2");
    // The default network isn't tagged.
    let ran = end(scene.command(WORD_COUNT, &[]));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    for word in [
        "no EMR_DefaultRole",
        "for-use-with-amazon-emr-managed-policies=true",
        "`subnet`",
    ] {
        assert!(ran.stderr.contains(word), "{word}: {}", ran.stderr);
    }
}

#[test]
fn more_inputs_than_the_command_of_a_step_of_emr_takes() {
    let Some(scene) = Scene::new("many-inputs", "") else {
        return;
    };
    let mut inputs = Vec::new();
    let folder = "of-a-day-".repeat(14);
    for number in 0..80 {
        let key = format!("logs/{folder}/part-{number:05}.txt");
        let put = json!({"Bucket": "many-inputs", "Key": key, "Body": "the day\n"});
        scene.server.ask("put_object", put);
        inputs.push(format!("s3://many-inputs/{key}"));
    }
    assert!(inputs.concat().len() > 10_240);
    let mut all = vec!["--reducers=2"];
    all.extend(inputs.iter().map(String::as_str));
    let ran = end(scene.command(COUNT_WORDS, &all));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    // As often as there are inputs, and in `in.txt`.
    assert!(ran.stdout.contains("83\t1\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("80\t1\n"), "{}", ran.stdout);
}

#[test]
fn files_of_this_machine_are_inputs() {
    let Some(scene) = Scene::new("copied", "") else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let mut typed = Vec::new();
    for name in ["a.txt", "b.txt"] {
        let path = dir.path().join(name);
        std::fs::write(&path, "the dog\n").unwrap();
        typed.push(path.to_str().unwrap().to_owned());
    }
    let typed: Vec<&str> = typed.iter().map(String::as_str).collect();
    let ran = end(scene.command(WORD_COUNT, &typed));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(
        ran.stdout,
        "\"and\"\t2\n\"bird\"\t1\n\"cat\"\t1\n\"dog\"\t3\n\"the\"\t5\n"
    );
}

#[test]
fn no_secret_is_anywhere() {
    let Some(scene) = Scene::new("secrets", "    cmdenv: {GREETING: hello}\n") else {
        return;
    };
    // What programs print is looked at by `end`, what tasks have in their environment by the job.
    let ran = end(scene.command(COUNT_WORDS, &["-v", "--cleanup", "NONE", "--no-aws"]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let ran = end(scene.command(COUNT_WORDS, &["--dry-run", "-v"]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    scene.await_end();
    let mut seen = 0;
    for key in scene.server.keys("secrets") {
        if !key.starts_with("tmp/programs/") {
            let unpacked = json!({"Bucket": "secrets", "Key": key});
            let text = scene.server.ask("unpacked", unpacked)["Text"].to_string();
            assert!(
                !text.contains(SECRET) && !text.contains("AWS_SECRET"),
                "{key}"
            );
            seen += 1;
        }
    }
    assert!(seen > 3);
    let request = scene.clusters()[0]["Request"].to_string();
    assert!(!request.contains(SECRET));
}

#[test]
fn a_dry_run_says_what_would_be_done() {
    let options = "    num_core_instances: 2\n    prices: {m5.xlarge: 0.25}\n";
    let Some(scene) = Scene::new("dry", options) else {
        return;
    };
    let ran = end(scene.command(COUNT_WORDS, &["--dry-run", "-o", "s3://dry/out"]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let words = [
        "0.75 dollars an hour, by `prices`; 3 instance hours an hour",
        "step 2      hadoop-streaming from hdfs:///tmp/mrjob/",
        "to s3://dry/out; if it fails TERMINATE_CLUSTER",
        "RunJobFlow",
        "iam:PassRole for EMR_DefaultRole and EMR_EC2_DefaultRole",
        "AbortMultipartUpload in dry",
        "elasticmapreduce:PutAutoTerminationPolicy",
        "the nodes, by the instance profile EMR_EC2_DefaultRole: s3:ListBucket, GetObject in dry; PutObject, ",
        "\"InstanceType\": \"m5.xlarge\"",
    ];
    for word in words {
        assert!(ran.stdout.contains(word), "{word}: {}", ran.stdout);
    }
    assert!(scene.clusters().is_empty());
    let ran = end(scene.command(COUNT_WORDS, &["--dry-run", "--instance-type", "m5.2xlarge"]));
    let unknown = "unknown, as `prices` doesn't have m5.2xlarge";
    assert!(ran.stdout.contains(unknown), "{}", ran.stdout);
}

#[test]
fn a_bucket_is_made_where_none_is_named() {
    let Some(scene) = Scene::new("no-folder", "") else {
        return;
    };
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, "runners:\n  emr:\n    cloud_tmp_dir: !clear\n").unwrap();
    let clear = ["-c", file.path().to_str().unwrap()];
    let ran = end(scene.command(WORD_COUNT, &clear));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let (_, said) = ran.stderr.split_once("made the bucket ").unwrap();
    let bucket = said.split(' ').next().unwrap();
    assert!(bucket.starts_with("mrjob-tmp-"), "{bucket}");
    let of = json!({"Bucket": bucket});
    let block = scene.server.ask("get_public_access_block", of.clone());
    let block = block["PublicAccessBlockConfiguration"].as_object().unwrap();
    assert!(block.len() == 4 && block.values().all(|value| value == true));
    let encryption = scene.server.ask("get_bucket_encryption", of.clone());
    assert!(encryption.to_string().contains("AES256"));
    let life = scene.server.ask("get_bucket_lifecycle_configuration", of);
    assert_eq!(life["Rules"][0]["Expiration"]["Days"], 30);
    // The next run takes the same.
    let ran = end(scene.command(WORD_COUNT, &clear));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(!ran.stderr.contains("made the bucket"), "{}", ran.stderr);
}

#[test]
fn steps_of_two_seconds_take_little_longer() {
    let Some(scene) = Scene::new("quick", "") else {
        return;
    };
    scene.rule("SLOW", "2 s");
    let start = Instant::now();
    let ran = end(scene.command(COUNT_WORDS, &["--check-cluster-every=0.5"]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    // The default is a look each half minute.
    assert!(start.elapsed().as_secs() < 120, "{:?}", start.elapsed());
    // A look each half second, and none beside: one when each step has ended.
    let looks = scene.calls("DescribeCluster") as u128;
    assert!(looks <= start.elapsed().as_millis() / 500 + 3, "{looks}");
}

#[test]
fn a_release_without_auto_termination() {
    let Some(scene) = Scene::new(
        "old-release",
        "    release_label: emr-5.29.0\n    image_id: ami-1\n",
    ) else {
        return;
    };
    let ran = end(scene.command(WORD_COUNT, &[]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        scene.clusters()[0]["Request"]
            .get("AutoTerminationPolicy")
            .is_none()
    );
}

#[test]
fn java_has_what_a_streaming_task_needs() {
    let options = "    emr_configurations: [{Classification: mapred-site, Properties: {mapreduce.reduce.java.opts: -Xmx2g}}]\n";
    let Some(scene) = Scene::new("java", options) else {
        return;
    };
    let ran = end(scene.command(WORD_COUNT, &["--cleanup", "NONE"]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let arguments = scene.script(0);
    for property in [
        "mapreduce.map.java.opts=-Xmx300m",
        "mapreduce.task.io.sort.mb=100",
    ] {
        assert!(arguments.contains(property), "{property}: {arguments}");
    }
    // What the cluster sets for that stays.
    assert!(
        !arguments.contains("mapreduce.reduce.java.opts"),
        "{arguments}"
    );
}

#[test]
fn steps_have_the_role_that_is_named() {
    let role = "arn:aws:iam::123456789012:role/counts";
    let options = format!("    emr_step_role: {role}\n    security_configuration: roles\n");
    let Some(scene) = Scene::new("step-role", &options) else {
        return;
    };
    let ran = end(scene.command(WORD_COUNT, &[]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let request = scene.clusters()[0]["Request"].clone();
    assert_eq!(request["StepExecutionRoleArn"], role);
    let ran = end(scene.command(WORD_COUNT, &["--dry-run"]));
    let needed = format!("iam:PassRole for {role}");
    assert!(ran.stdout.contains(&needed), "{}", ran.stdout);
}

#[test]
fn steps_on_a_cluster_that_stays_have_the_role_that_is_named() {
    let role = "--emr-step-role=arn:aws:iam::123456789012:role/counts";
    let Some(scene) = Scene::new("step-role-there", "") else {
        return;
    };
    let id = scene.make_cluster(json!({"SecurityConfiguration": "roles"}));
    let ran = end(scene.command(WORD_COUNT, &["--cluster-id", &id, role]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(scene.step_role().ends_with("role/counts"));
    let id = scene.make_cluster(json!({}));
    let ran = end(scene.command(WORD_COUNT, &["--cluster-id", &id, role]));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("Runtime roles are not enabled"),
        "{}",
        ran.stderr
    );
}

#[test]
fn managed_scaling_of_one_node_is_warned_of() {
    let options = "    managed_scaling: {MinimumCapacityUnits: 1, MaximumCapacityUnits: 4}\n";
    let Some(scene) = Scene::new("one-node", options) else {
        return;
    };
    let ran = end(scene.command(WORD_COUNT, &[]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let said = "core and task nodes, and this cluster has none";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
}
