//! What is refused, and that no cluster was made for it, nor anything sent.

use serde_json::json;

use crate::run::{Ran, WORD_COUNT, end, program};
use crate::scene::Scene;
use crate::server::server;

/// What is said, in one paragraph.
fn refused(scene: &Scene, arguments: &[&str]) -> String {
    let mut command = scene.command(WORD_COUNT, arguments);
    command.env("NO_COLOR", "1");
    nothing_made(scene, end(command))
}

fn nothing_made(scene: &Scene, ran: Ran) -> String {
    assert_eq!((ran.code, &*ran.stdout), (Some(2), ""), "{}", ran.stderr);
    assert_eq!(ran.stderr.matches("error: ").count(), 1, "{}", ran.stderr);
    assert!(scene.clusters().is_empty());
    let left = scene.server.keys(scene.name);
    assert!(left.iter().all(|key| !key.starts_with("tmp/")), "{left:?}");
    ran.stderr
}

/// A scene with these options is refused, and all of `words` are said.
fn case(name: &'static str, options: &str, words: &[&str]) {
    let Some(scene) = Scene::new(name, options) else {
        return;
    };
    let said = refused(&scene, &[]);
    for word in words {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[test]
fn fleets_and_groups() {
    let options = "    instance_groups: [{InstanceRole: MASTER, InstanceCount: 1, InstanceType: m5.xlarge}]\n    \
                   instance_fleets: [{InstanceFleetType: MASTER, TargetOnDemandCapacity: 1}]\n";
    case(
        "both",
        options,
        &["`instance_fleets` and `instance_groups` exclude each other"],
    );
}

#[test]
fn instances_said_twice() {
    let options = "    instance_groups: [{InstanceRole: MASTER, InstanceCount: 1, InstanceType: m5.xlarge}]\n    \
                   core_instance_type: m5.xlarge\n";
    case(
        "twice",
        options,
        &["`core_instance_type` in ", "would do nothing"],
    );
}

#[test]
fn task_nodes_alone() {
    let words = ["`num_task_instances` in ", "needs core nodes"];
    case("tasks-alone", "    num_task_instances: 2\n", &words);
}

#[test]
fn a_price_that_is_none() {
    let words = ["`core_instance_bid_price` in ", "no price in dollars"];
    case("no-price", "    core_instance_bid_price: cheap\n", &words);
}

#[test]
fn idle_for_too_long() {
    let words = ["`max_mins_idle` in ", "from 1 minute to 7 days"];
    case("idle-long", "    max_mins_idle: 20000\n", &words);
}

#[test]
fn an_action_that_isnt_known() {
    let words = ["`emr_action_on_failure` in ", "`BANANA`", "CANCEL_AND_WAIT"];
    case("banana", "    emr_action_on_failure: BANANA\n", &words);
}

#[test]
fn what_isnt_there_says_what_to_do_instead() {
    let words = ["`pool_clusters` in ", "`mrjob create-cluster`"];
    case("pooling", "    pool_clusters: true\n", &words);
    let words = ["`s3_endpoint` in ", "AWS_ENDPOINT_URL_S3"];
    case("endpoint", "    s3_endpoint: http://localhost\n", &words);
}

#[test]
fn a_release_that_isnt_there() {
    let words = [
        "`release_label` is `emr-99.0.0`",
        "hint: `emr-7.14.0` is one",
    ];
    case("no-release", "    release_label: emr-99.0.0\n", &words);
}

#[test]
fn an_instance_type_that_isnt_there() {
    let words = [
        "`core_instance_type` in ",
        "`m5.enormous`",
        "release emr-7.14.0",
    ];
    let options = "    core_instance_type: m5.enormous\n    num_core_instances: 1\n";
    case("no-type", options, &words);
}

#[test]
fn processors_that_this_program_isnt_for() {
    let (other, theirs) = match cfg!(target_arch = "aarch64") {
        true => ("m5.xlarge", "x86_64"),
        false => ("m7g.xlarge", "aarch64"),
    };
    let arch = format!("`mrjob build --arch {theirs}`");
    let words = ["`instance_type` in ", other, &arch];
    case("graviton", &format!("    instance_type: {other}\n"), &words);
}

#[test]
fn an_older_c_library() {
    let words = [
        "this program needs glibc 2.",
        "release emr-6.15.0 (Amazon Linux 2) has 2.26",
        "`mrjob build --release-label emr-6.15.0`",
    ];
    case("old-libc", "    release_label: emr-6.15.0\n", &words);
}

#[test]
fn roles_that_arent_there() {
    let words = [
        "no role `NoSuchRole`",
        "`iam_service_role`",
        "create-default-roles",
    ];
    case("no-role", "    iam_service_role: NoSuchRole\n", &words);
    let words = [
        "no instance profile `NoSuchProfile`",
        "`iam_instance_profile`",
    ];
    case(
        "no-profile",
        "    iam_instance_profile: NoSuchProfile\n",
        &words,
    );
}

#[test]
fn a_bucket_elsewhere() {
    let words = [
        "is in region eu-central-1, not in us-west-2",
        "--region eu-central-1",
    ];
    case("elsewhere", "    region: us-west-2\n", &words);
}

#[test]
fn nobody_and_nowhere() {
    let Some(scene) = Scene::new("nobody", "") else {
        return;
    };
    let mut command = scene.command(WORD_COUNT, &[]);
    command.env_remove("AWS_SECRET_ACCESS_KEY");
    let said = nothing_made(&scene, end(command));
    assert!(said.contains("failed to log in to AWS"), "{said}");
    let mut command = scene.command(WORD_COUNT, &[]);
    command.env_remove("AWS_REGION");
    let said = nothing_made(&scene, end(command));
    assert!(said.contains("the AWS region isn't known"), "{said}");
    assert!(said.contains("--region"), "{said}");
}

#[test]
fn an_input_that_is_archived() {
    let Some(scene) = Scene::new("archived", "") else {
        return;
    };
    let put =
        json!({"Bucket": "archived", "Key": "old.txt", "Body": "x\n", "StorageClass": "GLACIER"});
    scene.server.ask("put_object", put);
    let said = refused(&scene, &["s3://archived/old.txt"]);
    assert!(
        said.contains("`s3://archived/old.txt` is archived (GLACIER)"),
        "{said}"
    );
}

#[test]
fn an_output_that_is_there() {
    let Some(scene) = Scene::new("full", "") else {
        return;
    };
    let put = json!({"Bucket": "full", "Key": "out/part-00000", "Body": "x\n"});
    scene.server.ask("put_object", put);
    let said = refused(&scene, &["-o", "s3://full/out"]);
    assert!(said.contains("the folder isn't empty"), "{said}");
}

#[test]
fn an_output_on_this_machine() {
    let Some(server) = server() else { return };
    let ran = end(program(
        WORD_COUNT,
        server,
        &["-r", "emr", "-o", "out", "/dev/null"],
    ));
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("`-r emr` writes to S3"),
        "{}",
        ran.stderr
    );
}

#[test]
fn too_many_arguments() {
    let Some(scene) = Scene::new("long", "") else {
        return;
    };
    let inputs: Vec<String> = (0..13_000)
        .map(|number| format!("hdfs:///{}{number}", "x".repeat(100)))
        .collect();
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let said = refused(&scene, &inputs);
    assert!(said.contains("and Linux takes 1572864"), "{said}");
    scene.assert_clean(&["in.txt"]);
}

#[test]
fn a_cluster_that_has_ended() {
    let Some(scene) = Scene::new("has-ended", "    cluster_id: j-0000000009999\n") else {
        return;
    };
    let ran = end(scene.command(WORD_COUNT, &[]));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("'j-0000000009999' is not valid"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_release_without_hadoop() {
    let words = [
        "the release of `release_label` is emr-spark-8.0.0, which has Spark and no Hadoop",
        "hint: take `emr-7.14.0`",
    ];
    case(
        "spark-alone",
        "    release_label: emr-spark-8.0.0\n",
        &words,
    );
    let Some(scene) = Scene::new("spark-stays", "") else {
        return;
    };
    let id = scene.make_cluster(json!({"ReleaseLabel": "emr-spark-8.0.0"}));
    let ran = end(scene.command(WORD_COUNT, &["--cluster-id", &id]));
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    let wanted = format!("the release of cluster {id} is emr-spark-8.0.0");
    assert!(ran.stderr.contains(&wanted), "{}", ran.stderr);
}

#[test]
fn policies_that_a_release_lacks() {
    let old = "    release_label: emr-5.29.0\n";
    let scaling =
        format!("{old}    managed_scaling: {{MinimumCapacityUnits: 1, MaximumCapacityUnits: 4}}\n");
    let words = [
        "release emr-5.29.0 has no managed scaling",
        "leave `managed_scaling` out",
    ];
    case("no-scaling", &scaling, &words);
    let stays =
        format!("{old}    extra_cluster_params: {{Instances.KeepJobFlowAliveWhenNoSteps: true}}\n");
    let words = [
        "release emr-5.29.0 has no auto-termination",
        "hint: take `emr-7.14.0`",
    ];
    case("no-idle", &stays, &words);
}

#[test]
fn the_end_of_somebody_elses_cluster() {
    let options = "    cluster_id: j-0000000009999\n    emr_action_on_failure: TERMINATE_CLUSTER\n";
    let words = [
        "`emr_action_on_failure` in ",
        "j-0000000009999, given by `cluster_id`, isn't this run's to end",
        "hint: `CANCEL_AND_WAIT`",
    ];
    case("not-ours", options, &words);
}

#[test]
fn more_steps_than_a_cluster_takes() {
    let Some(scene) = Scene::new("many-steps", "") else {
        return;
    };
    let command = scene.command(env!("CARGO_BIN_EXE_emr_halve"), &["--rounds", "150"]);
    let said = nothing_made(&scene, end(command));
    assert!(
        said.contains("the job has 302 steps, and a cluster of EMR takes 256"),
        "{said}"
    );
}

#[test]
fn an_account_without_a_default_network() {
    let options = "    extra_cluster_params: {Name: no-default-vpc.cluster}\n";
    let Some(scene) = Scene::new("no-default-vpc", options) else {
        return;
    };
    let ran = end(scene.command(WORD_COUNT, &[]));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("name a subnet, `subnet: subnet-…`"),
        "{}",
        ran.stderr
    );
    scene.assert_clean(&["in.txt"]);
}

#[test]
fn a_role_for_steps_that_a_cluster_does_not_take() {
    let role = "    emr_step_role: arn:aws:iam::123456789012:role/counts\n";
    case(
        "role-open",
        role,
        &[
            "`emr_step_role` in ",
            "only with a security configuration",
            "EnableApplicationScopedIAMRole",
        ],
    );
    let old = format!("{role}    release_label: emr-6.6.0\n    security_configuration: roles\n");
    case("role-old", &old, &["release emr-6.6.0", "from 6.7 on"]);
    let name = "    emr_step_role: counts\n    security_configuration: roles\n";
    case(
        "role-name",
        name,
        &[
            "is `counts`, which isn't the ARN of a role",
            "aws iam get-role",
        ],
    );
}
