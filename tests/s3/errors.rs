//! What is refused before anything runs.

use serde_json::json;

use crate::run::{SECRET, WORD_COUNT, end, output, program, refusal};
use crate::server::server;

#[test]
fn what_is_not_there() {
    let Some(server) = server() else { return };
    server.bucket("there");
    for (input, error) in [
        ("s3://not-there/key", "there is no bucket `not-there`"),
        ("s3://there/key", "input `s3://there/key` doesn't exist"),
        ("s3://there/*.gz", "input `s3://there/*.gz` matches no file"),
        ("s3://there/a{b", "is neither a file nor a pattern"),
        (
            "s3:///key",
            "isn't the name of an object\n  hint: write `s3://BUCKET/KEY`",
        ),
        ("s3://sp ace/key", "isn't the name of an object"),
    ] {
        let said = refusal(WORD_COUNT, server, &[input]);
        assert!(said.contains(error), "{input}: {said}");
    }
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let Some(server) = server() else { return };
    server.bucket("at-once");
    let said = refusal(
        WORD_COUNT,
        server,
        &["s3://at-once/a", "missing", "s3://at-once/b"],
    );
    assert_eq!(said.matches("doesn't exist").count(), 3, "{said}");
}

#[test]
fn no_credentials() {
    let Some(server) = server() else { return };
    let mut command = program(WORD_COUNT, server, &["s3://any/key"]);
    command
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY");
    let ran = end(command);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("failed to log in to AWS"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr
            .contains("hint: `aws configure` or `aws sso login`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn no_region() {
    let Some(server) = server() else { return };
    let mut command = program(WORD_COUNT, server, &["s3://any/key"]);
    command.env_remove("AWS_REGION");
    let ran = end(command);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr
            .contains("the AWS region isn't known\n  hint: say it by `--region`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_bucket_elsewhere() {
    let Some(server) = server() else { return };
    let place = json!({"LocationConstraint": "ap-south-1"});
    server.ask_in(
        "ap-south-1",
        "create_bucket",
        json!({"Bucket": "far", "CreateBucketConfiguration": place}),
    );
    let said = refusal(WORD_COUNT, server, &["s3://far/key"]);
    assert!(
        said.contains("the bucket `far` is in region ap-south-1, not in eu-central-1\n  hint: `--region ap-south-1`"),
        "{said}"
    );
}

#[test]
fn archived_objects() {
    let Some(server) = server() else { return };
    server.bucket("archive");
    for class in ["GLACIER", "DEEP_ARCHIVE"] {
        server.ask(
            "put_object",
            json!({"Bucket": "archive", "Key": class, "Body": "x", "StorageClass": class}),
        );
    }
    let said = refusal(WORD_COUNT, server, &["s3://archive"]);
    assert!(
        said.contains(
            "`s3://archive/GLACIER` is archived (GLACIER) and can't be read\n  hint: restore it first"
        ),
        "{said}"
    );
    assert!(
        said.contains("`s3://archive/DEEP_ARCHIVE` is archived (DEEP_ARCHIVE)"),
        "{said}"
    );
}

#[test]
fn no_server() {
    let Some(server) = server() else { return };
    let mut command = program(WORD_COUNT, server, &["s3://any/key"]);
    command
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        .env("AWS_MAX_ATTEMPTS", "1");
    let ran = end(command);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("failed to find the bucket `any`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn no_plan_has_a_secret_in_it() {
    let Some(server) = server() else { return };
    server.bucket("plans");
    server.ask(
        "put_object",
        json!({"Bucket": "plans", "Key": "f", "Body": "x"}),
    );
    let plan = output(
        WORD_COUNT,
        server,
        &[
            "--dry-run",
            "-v",
            "s3://plans/f",
            "--region",
            "eu-central-1",
        ],
    );
    assert!(
        plan.contains("s3://plans/f") && !plan.contains(SECRET),
        "{plan}"
    );
}
