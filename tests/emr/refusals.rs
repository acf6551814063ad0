//! What is refused, and that no cluster was made for it.

use serde_json::json;

use crate::run::{WORD_COUNT, end, program};
use crate::scene::Scene;
use crate::server::server;

/// What is said, with this code.
fn refused(scene: &Scene, code: i32, arguments: &[&str]) -> String {
    let ran = end(scene.command(WORD_COUNT, arguments));
    assert_eq!((ran.code, &*ran.stdout), (Some(code), ""), "{}", ran.stderr);
    assert!(scene.clusters().is_empty());
    ran.stderr
}

#[test]
fn fleets_and_groups() {
    let options = "    instance_groups: [{InstanceRole: MASTER, InstanceCount: 1, InstanceType: m5.xlarge}]\n    \
                   instance_fleets: [{InstanceFleetType: MASTER, TargetOnDemandCapacity: 1}]\n";
    let Some(scene) = Scene::new("both", options) else {
        return;
    };
    let said = refused(&scene, 2, &[]);
    assert!(
        said.contains("`instance_fleets` and `instance_groups` exclude each other"),
        "{said}"
    );
}

#[test]
fn what_emr_itself_refuses() {
    let cases = [
        (
            "no-release",
            "    release_label: emr-99.0.0\n",
            "emr-99.0.0",
        ),
        ("no-type", "    instance_type: m5.enormous\n", "m5.enormous"),
    ];
    for (name, options, word) in cases {
        let Some(scene) = Scene::new(name, options) else {
            return;
        };
        let said = refused(&scene, 1, &[]);
        assert!(said.contains("failed to make a cluster"), "{said}");
        assert!(said.contains(word), "{said}");
        scene.assert_clean(&["in.txt"]);
    }
}

#[test]
fn no_folder_for_temporary_files() {
    let Some(server) = server() else { return };
    let ran = end(program(WORD_COUNT, server, &["-r", "emr", "/dev/null"]));
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("`-r emr` needs `cloud_tmp_dir`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn an_output_that_is_there() {
    let Some(scene) = Scene::new("full", "") else {
        return;
    };
    let put = json!({"Bucket": "full", "Key": "out/part-00000", "Body": "x\n"});
    scene.server.ask("put_object", put);
    let said = refused(&scene, 2, &["-o", "s3://full/out"]);
    assert!(said.contains("the folder isn't empty"), "{said}");
}

#[test]
fn too_many_arguments() {
    let Some(scene) = Scene::new("long", "") else {
        return;
    };
    let long = format!("some.property={}", "x".repeat(11_000));
    let said = refused(&scene, 2, &["-D", &long]);
    assert!(said.contains("and EMR takes 10240"), "{said}");
    scene.assert_clean(&["in.txt"]);
}
