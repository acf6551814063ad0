//! Outputs: the files that a local folder gets, all of them or none.

use std::fs;
use std::io::Write;

use mrjob_tests_process::{Command, Stdio};
use serde_json::json;

use crate::run::{GREP, WORD_COUNT, end, output, program, refusal, text};
use crate::server::{Server, server};

const RUNNERS: [&[&str]; 2] = [&["-r", "inline"], &["-r", "local", "--num-cores", "2"]];

/// A bucket with some input.
fn bucket(server: &Server, name: &str) -> String {
    server.bucket(name);
    server.ask(
        "put_object",
        json!({"Bucket": name, "Key": "in.txt", "Body": "one two\ntwo three\nthree three\n"}),
    );
    format!("s3://{name}/in.txt")
}

fn below(server: &Server, bucket: &str, prefix: &str) -> Vec<String> {
    let keys = server.keys(bucket);
    let names = keys.iter().filter_map(|key| key.strip_prefix(prefix));
    names.map(str::to_owned).collect()
}

#[test]
fn what_a_local_folder_gets() {
    let Some(server) = server() else { return };
    let input = bucket(server, "outputs");
    let dir = tempfile::tempdir().unwrap();
    for (number, runner) in RUNNERS.iter().enumerate() {
        for (form, options) in [
            &[][..],
            &["--reducers", "3"],
            &["--output-compression", "gz"],
        ]
        .iter()
        .enumerate()
        {
            let local = dir.path().join(format!("{number}-{form}"));
            let remote = format!("o {number}-{form}/é+");
            let arguments = [*runner, *options, &[&*input, "-o"]].concat();
            let to = |place| [&arguments[..], &[place]].concat();
            output(WORD_COUNT, server, &to(text(&local)));
            let address = format!("s3://outputs/{remote}/");
            assert_eq!(output(WORD_COUNT, server, &to(&address)), "");
            let mut expected: Vec<String> = fs::read_dir(&local)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            expected.sort();
            assert!(expected.contains(&"_SUCCESS".to_owned()));
            let prefix = format!("{remote}/");
            assert_eq!(below(server, "outputs", &prefix), expected);
            for name in expected {
                let found = server.text("outputs", &format!("{prefix}{name}"));
                let bytes = fs::read(local.join(&name)).unwrap();
                let bytes: String = bytes.into_iter().map(char::from).collect();
                assert!(found == bytes, "{prefix}{name}");
            }
        }
    }
    assert_eq!(server.uploads("outputs"), [""; 0]);
}

#[test]
fn a_large_part_is_sent_in_pieces() {
    let Some(server) = server() else { return };
    server.bucket("pieces");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("large.txt");
    let lines: String = (0..280_000)
        .map(|number| {
            format!("{number:09} and some more of a line that is seventy bytes long or so\n")
        })
        .collect();
    fs::write(&path, &lines).unwrap();
    let arguments = [
        "-r",
        "inline",
        "-e",
        "",
        text(&path),
        "-o",
        "s3://pieces/out",
    ];
    output(GREP, server, &arguments);
    assert_eq!(server.requests("PUT /pieces/out/.*partNumber").len(), 3);
    assert!(server.text("pieces", "out/part-00000") == lines);
}

#[test]
fn on_standard_output_too() {
    let Some(server) = server() else { return };
    let input = bucket(server, "both-outputs");
    for (number, runner) in RUNNERS.iter().enumerate() {
        let to = format!("s3://both-outputs/{number}");
        let arguments = [runner, &[&*input, "-o", &to, "--cat-output"][..]].concat();
        let printed = output(WORD_COUNT, server, &arguments);
        assert_eq!(printed, "\"one\"\t1\n\"three\"\t3\n\"two\"\t2\n");
    }
}

#[test]
fn a_target_that_is_not_empty_is_refused_before_anything_is_read() {
    let Some(server) = server() else { return };
    let input = bucket(server, "taken");
    server.ask(
        "put_object",
        json!({"Bucket": "taken", "Key": "full/x", "Body": ""}),
    );
    server.ask(
        "put_object",
        json!({"Bucket": "taken", "Key": "file", "Body": ""}),
    );
    server.ask(
        "put_object",
        json!({"Bucket": "taken", "Key": "made/", "Body": ""}),
    );
    for (to, error) in [
        (
            "s3://taken/full",
            "failed to write to `s3://taken/full`: the folder isn't empty",
        ),
        (
            "s3://taken",
            "failed to write to `s3://taken`: the folder isn't empty",
        ),
        (
            "s3://taken/file",
            "failed to write to `s3://taken/file`: it is not a folder",
        ),
        (
            "s3://not-there-either/out",
            "there is no bucket `not-there-either`",
        ),
    ] {
        let said = refusal(WORD_COUNT, server, &[&input, "-o", to]);
        assert!(said.contains(error), "{to}: {said}");
    }
    assert_eq!(server.requests("GET /taken/in.txt"), [""; 0]);
    // A folder that someone made by hand is an empty one.
    output(WORD_COUNT, server, &[&input, "-o", "s3://taken/made"]);
    assert_eq!(
        below(server, "taken", "made/"),
        ["", "_SUCCESS", "part-00000"]
    );
}

#[test]
fn tags_are_on_all_that_is_written() {
    let Some(server) = server() else { return };
    let input = bucket(server, "tagged");
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("mrjob.conf");
    fs::write(
        &config,
        "runners: {local: {tags: {team: search, cost centre: 'a+b'}}}",
    )
    .unwrap();
    let to = |out: &'static str| [&*input, "-o", out, "-c", text(&config)].map(str::to_owned);
    let arguments = to("s3://tagged/out");
    let arguments = arguments.each_ref().map(String::as_str);
    output(WORD_COUNT, server, &arguments);
    for key in ["out/part-00000", "out/_SUCCESS"] {
        let found = server.ask(
            "get_object_tagging",
            json!({"Bucket": "tagged", "Key": key}),
        );
        let mut tags = found["TagSet"].as_array().unwrap().clone();
        tags.sort_by_key(|tag| tag["Key"].to_string());
        let expected =
            json!([{"Key": "cost centre", "Value": "a+b"}, {"Key": "team", "Value": "search"}]);
        assert_eq!(json!(tags), expected);
    }
    let many: String = (0..11).map(|number| format!("t{number}: x, ")).collect();
    fs::write(&config, format!("runners: {{local: {{tags: {{{many}}}}}}}")).unwrap();
    let arguments = to("s3://tagged/more");
    let said = refusal(
        WORD_COUNT,
        server,
        &arguments.each_ref().map(String::as_str),
    );
    assert!(said.contains("10 tags at most"), "{said}");
}

#[test]
fn nothing_is_visible_before_all_has_been_sent() {
    let Some(server) = server() else { return };
    let input = bucket(server, "invisible");
    let completing = "POST /invisible/out/part-.*uploadId";
    server.fault(completing, 100, json!({"Hold": true}));
    let arguments = [&*input, "-o", "s3://invisible/out", "--reducers", "3"];
    let child = program(WORD_COUNT, server, &arguments).spawn().unwrap();
    server.await_request(completing);
    assert_eq!(below(server, "invisible", "out/"), [".mrjob-commit"]);
    assert_eq!(server.uploads("invisible").len(), 3);
    // Another run finds that it is taken.
    let said = refusal(WORD_COUNT, server, &arguments);
    assert!(said.contains("isn't empty"), "{said}");
    server.release(completing);
    assert!(child.wait_with_output().unwrap().status.success());
    let expected = ["_SUCCESS", "part-00000", "part-00001", "part-00002"];
    assert_eq!(below(server, "invisible", "out/"), expected);
}

#[test]
fn of_two_runs_one_wins() {
    let Some(server) = server() else { return };
    let input = bucket(server, "race");
    let arguments = ["-", "-o", "s3://race/out"];
    let mut loser = program(WORD_COUNT, server, &arguments);
    let mut loser = loser.stdin(Stdio::piped()).spawn().unwrap();
    // It is past its look at the folder when it has made its temporary one and looks again.
    let start = std::time::Instant::now();
    while server.requests("GET /race/?.*prefix=out").len() < 4 {
        assert!(start.elapsed().as_secs() < 300);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    output(WORD_COUNT, server, &[&input, "-o", "s3://race/out"]);
    let before = server.text("race", "out/part-00000");
    loser.stdin.take().unwrap().write_all(b"other\n").unwrap();
    let ended = loser.wait_with_output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(
        said.contains("another run's output is there by now"),
        "{said}"
    );
    assert_eq!(server.text("race", "out/part-00000"), before);
    assert_eq!(below(server, "race", "out/"), ["_SUCCESS", "part-00000"]);
    assert_eq!(server.uploads("race"), [""; 0]);
}

#[test]
fn a_failed_run_leaves_nothing() {
    let Some(server) = server() else { return };
    let input = bucket(server, "failing");
    for (number, line) in [
        "POST /failing/0/part-00001.*uploads",
        "PUT /failing/1/part-00001.*partNumber",
        "POST /failing/2/part-00001.*uploadId",
        "PUT /failing/3/_SUCCESS",
    ]
    .iter()
    .enumerate()
    {
        server.fault(line, 1, json!({"Status": 403, "Code": "AccessDenied"}));
        let to = format!("s3://failing/{number}");
        let arguments = [&*input, "-o", &to, "--reducers", "3"];
        let ran = end(program(WORD_COUNT, server, &arguments));
        assert_eq!(ran.code, Some(1), "{line}: {}", ran.stderr);
        assert!(
            ran.stderr.contains(&format!("failed to write to `{to}`")),
            "{}",
            ran.stderr
        );
        assert!(ran.stderr.contains("AccessDenied"), "{}", ran.stderr);
        assert_eq!(server.keys("failing"), ["in.txt"], "{line}");
        assert_eq!(server.uploads("failing"), [""; 0], "{line}");
    }
}

#[test]
fn an_interrupted_run_leaves_nothing() {
    let Some(server) = server() else { return };
    let input = bucket(server, "interrupted");
    let sending = "PUT /interrupted/out/.*partNumber";
    for runner in RUNNERS {
        server.fault(sending, 100, json!({"Hold": true}));
        let before = server.requests(sending).len();
        let arguments = [runner, &[&*input, "-o", "s3://interrupted/out"][..]].concat();
        let child = program(WORD_COUNT, server, &arguments).spawn().unwrap();
        let start = std::time::Instant::now();
        while server.requests(sending).len() == before {
            assert!(start.elapsed().as_secs() < 300);
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let killed = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        assert!(killed.unwrap().success());
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(130));
        assert_eq!(server.uploads("interrupted"), [""; 0]);
        server.release(sending);
        assert_eq!(server.keys("interrupted"), ["in.txt"]);
    }
}
