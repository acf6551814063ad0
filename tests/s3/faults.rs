//! What goes wrong while a job runs.

use std::fs;

use serde_json::json;

use crate::run::{GREP, WORD_COUNT, end, output, program, text};
use crate::server::server;

const OUTPUT: &str = "\"x\"\t1\n";

#[test]
fn s3_that_is_busy_is_asked_again() {
    let Some(server) = server() else { return };
    server.bucket("busy");
    server.ask(
        "put_object",
        json!({"Bucket": "busy", "Key": "f", "Body": "x\n"}),
    );
    let busy = json!({"Status": 503, "Code": "SlowDown"});
    for line in [
        "HEAD /busy",
        "GET /busy/?\\?list",
        "GET /busy/f",
        "POST /busy/out/part.*uploads",
        "PUT /busy/out/part",
        "POST /busy/out/part.*uploadId",
        "PUT /busy/out/_SUCCESS",
    ] {
        server.fault(line, 1, busy.clone());
    }
    // More often than the library asks by itself.
    server.fault("PUT /busy/out/part", 3, busy);
    output(WORD_COUNT, server, &["s3://busy/f", "-o", "s3://busy/out"]);
    assert_eq!(server.text("busy", "out/part-00000"), OUTPUT);
    assert_eq!(server.requests("PUT /busy/out/part").len(), 5);
}

#[test]
fn a_connection_that_breaks_is_made_again() {
    let Some(server) = server() else { return };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("f");
    let lines: String = (0..100_000)
        .map(|number| format!("line {number}\n"))
        .collect();
    fs::write(&path, &lines).unwrap();
    server.bucket("cut");
    server.put("cut", "f", &path);
    server.put("cut", "g", &path);
    for runner in ["inline", "local"] {
        server.fault("GET /cut/f", 2, json!({"Cut": true}));
        let found = output(GREP, server, &["-r", runner, "-e", "", "s3://cut/f"]);
        assert!(found == lines);
    }
    server.fault("GET /cut/g", 1000, json!({"Cut": true}));
    let ran = end(program(GREP, server, &["-e", "", "s3://cut/g"]));
    assert_eq!((ran.code, &*ran.stdout), (Some(1), ""), "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("the connection broke 4 times at byte 0"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("s3://cut/g"), "{}", ran.stderr);
}

#[test]
fn credentials_that_expire_while_a_job_runs() {
    let Some(server) = server() else { return };
    server.bucket("expired");
    server.ask(
        "put_object",
        json!({"Bucket": "expired", "Key": "f", "Body": "x\n"}),
    );
    let expired = json!({"Status": 400, "Code": "ExpiredToken"});
    server.fault("GET /expired/f", 1000, expired.clone());
    let ran = end(program(WORD_COUNT, server, &["s3://expired/f"]));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("(ExpiredToken)"), "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("hint: the credentials are too old: log in again"),
        "{}",
        ran.stderr
    );
    server.release("GET /expired/f");
    // An object in an archive tier of Intelligent-Tiering: listings don't show the tier.
    let archived = json!({"Status": 403, "Code": "InvalidObjectState"});
    server.fault("GET /expired/f", 1000, archived);
    let ran = end(program(WORD_COUNT, server, &["s3://expired/f"]));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("aws s3api restore-object"),
        "{}",
        ran.stderr
    );
    server.release("GET /expired/f");
    server.fault("PUT /expired/out", 1000, expired);
    let ran = end(program(
        WORD_COUNT,
        server,
        &["s3://expired/f", "-o", "s3://expired/out"],
    ));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("hint: the credentials are too old: log in again"),
        "{}",
        ran.stderr
    );
    assert_eq!(server.keys("expired"), ["f"]);
}

#[test]
fn a_permission_that_is_missing_is_said() {
    let Some(server) = server() else { return };
    server.bucket("denied");
    server.ask(
        "put_object",
        json!({"Bucket": "denied", "Key": "f", "Body": "x\n"}),
    );
    server.fault(
        "GET /denied/?\\?list",
        1,
        json!({"Status": 403, "Code": "AccessDenied"}),
    );
    let ran = end(program(WORD_COUNT, server, &["s3://denied/f"]));
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("failed to list `s3://denied/f`"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("needs the permission"),
        "{}",
        ran.stderr
    );
}

#[test]
fn odd_keys_empty_objects_and_markers() {
    let Some(server) = server() else { return };
    server.bucket("odd");
    let keys = [
        "d/a b+c&d=e%20.txt",
        "d/é/x?y",
        "d//double",
        "d/[a]",
        "d/#1",
        "d/\"q\"'<>",
    ];
    for key in keys {
        server.ask(
            "put_object",
            json!({"Bucket": "odd", "Key": key, "Body": format!("{key}\n")}),
        );
        let address = format!("s3://odd/{key}");
        for runner in ["inline", "local"] {
            let found = output(GREP, server, &["-r", runner, "-e", "", &address]);
            assert_eq!(found, format!("{key}\n"));
        }
    }
    for empty in ["d/empty", "d/", "d/marker/"] {
        server.ask(
            "put_object",
            json!({"Bucket": "odd", "Key": empty, "Body": ""}),
        );
    }
    let found = output(GREP, server, &["-e", "", "s3://odd/d"]);
    let mut found: Vec<&str> = found.lines().collect();
    found.sort_unstable();
    let mut expected = keys;
    expected.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(output(GREP, server, &["-e", "", "s3://odd/d/empty"]), "");
}

#[test]
fn a_listing_of_many_pages() {
    let Some(server) = server() else { return };
    server.bucket("pages");
    server.ask("put_many", json!({"Bucket": "pages", "Count": 3000}));
    let plan = output(WORD_COUNT, server, &["--dry-run", "s3://pages/many"]);
    assert!(plan.contains("3,000 files"), "{plan}");
    assert_eq!(
        server.requests("GET /pages/?\\?list.*continuation").len(),
        2
    );
    let dir = tempfile::tempdir().unwrap();
    let local = dir.path().join("x");
    fs::write(&local, "x\n").unwrap();
    let counted = output(WORD_COUNT, server, &["s3://pages/many/000*", text(&local)]);
    assert_eq!(counted, "\"x\"\t101\n");
}
