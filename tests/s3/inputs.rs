//! Inputs: the same bytes as from local files.

use std::fs;
use std::io::Write;
use std::path::Path;

use mrjob_tests_process::{Command, Stdio};
use serde_json::json;

use crate::run::{FILE_LINES, GREP, WORD_COUNT, end, output, program, text};
use crate::server::{Server, server};

const RUNNERS: [&[&str]; 3] = [
    &["-r", "inline"],
    &["-r", "local", "--num-cores", "2"],
    &[
        "-r",
        "local",
        "--num-cores",
        "3",
        "-D",
        "mapreduce.job.maps=7",
    ],
];

/// Lines of words, some frequent and many rare.
fn words(lines: u64) -> String {
    let line = |number: u64| {
        let rare = number.wrapping_mul(2_654_435_761) % 1_000_003;
        format!("the word{} rare{rare:06x} of line {number}\n", number % 97)
    };
    (0..lines).map(line).collect()
}

/// Puts all files of a local folder below a prefix, and checks that a job says the same of both.
fn same(server: &Server, job: &str, options: &[&str], local: &str, remote: &str) -> String {
    let of_local = [&["-r", "inline"], options, &[local]].concat();
    let expected = output(job, server, &of_local);
    assert!(!expected.is_empty());
    for runner in RUNNERS {
        let found = output(job, server, &[runner, options, &[remote]].concat());
        assert!(found == expected, "{runner:?} says otherwise of {remote}");
    }
    expected
}

fn upload(server: &Server, bucket: &str, folder: &Path, prefix: &str) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            upload(server, bucket, &path, &format!("{prefix}{name}/"));
        } else {
            server.put(bucket, &format!("{prefix}{name}"), &path);
        }
    }
}

fn compressed(tool: &str, plain: &str, to: &Path) -> bool {
    let started = Command::new(tool)
        .arg("-c")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut process) = started else {
        let _ = writeln!(
            std::io::stdout(),
            "skipped: no `{tool}`; hint: `apt-get install {tool}`"
        );
        return false;
    };
    let mut stdin = process.stdin.take().unwrap();
    let plain = plain.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(plain.as_bytes()).unwrap());
    let packed = process.wait_with_output().unwrap();
    writer.join().unwrap();
    fs::write(to, packed.stdout).unwrap();
    true
}

#[test]
fn a_large_object_is_split_among_workers() {
    let Some(server) = server() else { return };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("large.txt");
    fs::write(&path, words(150_000)).unwrap();
    server.bucket("large");
    server.put("large", "a/large.txt", &path);
    same(
        server,
        WORD_COUNT,
        &[],
        text(&path),
        "s3://large/a/large.txt",
    );
    same(
        server,
        GREP,
        &["-e", "word96 rare0f"],
        text(&path),
        "s3://large/a/large.txt",
    );
    // Each reads its own part: the phase's bytes are those of the object, not several times as many.
    let arguments = [
        "-r",
        "local",
        "--num-cores",
        "3",
        "-D",
        "mapreduce.job.maps=7",
        "--no-output",
        "s3://large/a",
    ];
    let ran = end(program(
        WORD_COUNT,
        server,
        &[&arguments[..], &["--log-format", "json"]].concat(),
    ));
    assert!(ran.stderr.contains(r#""tasks":7"#), "{}", ran.stderr);
}

#[test]
fn compressed_objects_are_known_by_their_names() {
    let Some(server) = server() else { return };
    let dir = tempfile::tempdir().unwrap();
    let plain = words(60_000);
    for (tool, suffix) in [("gzip", "gz"), ("bzip2", "bz2")] {
        let path = dir.path().join(format!("words.{suffix}"));
        if !compressed(tool, &plain, &path) {
            return;
        }
    }
    server.bucket("compressed");
    upload(server, "compressed", dir.path(), "");
    for name in ["words.gz", "words.bz2"] {
        let local = dir.path().join(name);
        same(
            server,
            WORD_COUNT,
            &[],
            text(&local),
            &format!("s3://compressed/{name}"),
        );
    }
}

#[test]
fn three_hundred_small_objects() {
    let Some(server) = server() else { return };
    let dir = tempfile::tempdir().unwrap();
    for number in 0..300 {
        fs::write(dir.path().join(format!("f{number}.txt")), words(number % 7)).unwrap();
    }
    server.bucket("small");
    upload(server, "small", dir.path(), "in/");
    // The folder that someone made by hand, and what is left out in folders.
    fs::write(dir.path().join("_empty"), "").unwrap();
    server.put("small", "in/", &dir.path().join("_empty"));
    server.put("small", "in/sub_$folder$", &dir.path().join("_empty"));
    server.put("small", "in/_SUCCESS", &dir.path().join("f6.txt"));
    server.put("small", "in/.hidden/x", &dir.path().join("f6.txt"));
    let expected = same(server, WORD_COUNT, &[], text(dir.path()), "s3://small/in");
    for remote in ["s3a://small/in/", "s3n://small", "s3://small/i*"] {
        assert_eq!(output(WORD_COUNT, server, &[remote]), expected);
    }
    same(server, FILE_LINES, &[], text(dir.path()), "s3://small/in");
}

#[test]
fn patterns_mean_what_they_mean_locally() {
    let Some(server) = server() else { return };
    let dir = tempfile::tempdir().unwrap();
    let names = [
        "a1.log",
        "a2.log",
        "b1.log",
        "x/a1.log",
        "x/y/a3.log",
        "x-y/a4.log",
        "_h/a5.log",
        "q",
    ];
    for name in names {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("{name}\n")).unwrap();
    }
    server.bucket("patterns");
    upload(server, "patterns", dir.path(), "");
    for pattern in [
        "*.log",
        "a?.log",
        "[!a]1.log",
        "{b,a}1.log",
        "{q,x/y/*}",
        "**/a*.log",
        "**",
        "*",
        "x/*",
        "*/*/a3.log",
        "x*",
        "_h/*",
    ] {
        let local = format!("{}/{pattern}", dir.path().display());
        same(
            server,
            GREP,
            &["-e", ""],
            &local,
            &format!("s3://patterns/{pattern}"),
        );
    }
}

#[test]
fn an_object_of_that_very_name_wins_over_the_pattern() {
    let Some(server) = server() else { return };
    let dir = tempfile::tempdir().unwrap();
    for name in ["a1", "a[1]"] {
        fs::write(dir.path().join(name), format!("{name}\n")).unwrap();
    }
    server.bucket("names");
    upload(server, "names", dir.path(), "");
    assert_eq!(
        output(GREP, server, &["-e", "", "s3://names/a[1]"]),
        "a[1]\n"
    );
}

#[test]
fn several_inputs_of_both_kinds() {
    let Some(server) = server() else { return };
    let dir = tempfile::tempdir().unwrap();
    for name in ["one", "two"] {
        fs::write(dir.path().join(name), format!("{name}\n")).unwrap();
    }
    server.bucket("both");
    server.put("both", "two", &dir.path().join("two"));
    let one = dir.path().join("one");
    for runner in RUNNERS {
        let arguments = [
            runner,
            &["-e", "", "s3://both/two", text(&one), "s3://both/two"],
        ]
        .concat();
        assert_eq!(output(GREP, server, &arguments), "two\none\ntwo\n");
    }
}

#[test]
fn tasks_are_told_the_address_of_their_input() {
    let Some(server) = server() else { return };
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("f"), "x\n").unwrap();
    server.bucket("addresses");
    server.put("addresses", "k/f.tar", &dir.path().join("f"));
    let found = output(FILE_LINES, server, &["s3a://addresses/k/f.tar"]);
    assert_eq!(found, "\"(all)\"\t[1,2]\n\"f.tar\"\t[1,2]\n");
}

#[test]
fn a_profile_and_a_region_are_found_in_their_order() {
    let Some(server) = server() else { return };
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("config");
    fs::write(
        &config,
        "[profile work]\nregion = eu-central-1\naws_access_key_id = a\naws_secret_access_key = b\n\
         [profile away]\nregion = eu-west-3\naws_access_key_id = a\naws_secret_access_key = b\n",
    )
    .unwrap();
    fs::write(dir.path().join("f"), "x\n").unwrap();
    server.bucket("profiles");
    server.put("profiles", "f", &dir.path().join("f"));
    let run = |arguments: &[&str], region: Option<&str>| {
        let arguments = [&["-e", "", "s3://profiles/f"], arguments].concat();
        let mut command = program(GREP, server, &arguments);
        command.env("AWS_CONFIG_FILE", &config);
        for name in ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
            command.env_remove(name);
        }
        if let Some(region) = region {
            command.env("AWS_REGION", region);
        }
        end(command)
    };
    for runner in ["inline", "local"] {
        assert_eq!(
            run(&["-r", runner, "--aws-profile", "work"], None).stdout,
            "x\n"
        );
    }
    let away = run(&["--aws-profile", "away"], None).stderr;
    assert!(
        away.contains("in region eu-central-1, not in eu-west-3\n  hint: `--region eu-central-1`"),
        "{away}"
    );
    assert_eq!(
        run(&["--aws-profile", "away", "--region", "eu-central-1"], None).stdout,
        "x\n"
    );
    assert_eq!(
        run(&["--aws-profile", "away"], Some("eu-central-1")).stdout,
        "x\n"
    );
    assert_eq!(
        run(
            &["--aws-profile", "away", "--region", "eu-west-3"],
            Some("eu-central-1")
        )
        .code,
        Some(2)
    );
    let nobody = run(
        &["--aws-profile", "nobody", "--region", "eu-central-1"],
        None,
    );
    assert_eq!(nobody.code, Some(2));
    assert!(
        nobody.stderr.contains("failed to log in to AWS"),
        "{}",
        nobody.stderr
    );
}

#[test]
fn an_object_that_changes_is_noticed() {
    let Some(server) = server() else { return };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("f");
    fs::write(&path, words(200_000)).unwrap();
    server.bucket("changing");
    server.put("changing", "f", &path);
    let mut command = program(
        GREP,
        server,
        &[
            "-r",
            "inline",
            "-e",
            "",
            "--no-output",
            "-",
            "s3://changing/f",
        ],
    );
    // It waits for its first input, being past the listing.
    command.stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let mut said = [0; 1];
    // Its first word is said when the plan is made.
    std::io::Read::read_exact(&mut stderr, &mut said).unwrap();
    fs::write(&path, words(200_001)).unwrap();
    server.ask(
        "put_object",
        json!({"Bucket": "changing", "Key": "f", "File": path}),
    );
    stdin.write_all(b"x\n").unwrap();
    drop(stdin);
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut stderr, &mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{rest}");
    assert!(rest.contains("s3://changing/f"), "{rest}");
    assert!(
        rest.contains("replaced by another object while the job read it"),
        "{rest}"
    );
}
