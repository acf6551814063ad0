//! `mrjob ls`, `cat`, `cp` and `rm`.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::run::{TOOL, end, output, program, refusal, text};
use crate::server::{Server, server};

/// A bucket with some files.
fn bucket(server: &Server, name: &str) {
    server.bucket(name);
    for (key, body) in [
        ("a.txt", "one\n"),
        ("d/b.txt", "two\n"),
        ("d/e/c.txt", "three\n"),
        ("d/_SUCCESS", ""),
        ("d/made/", ""),
    ] {
        server.ask(
            "put_object",
            json!({"Bucket": name, "Key": key, "Body": body}),
        );
    }
}

/// The addresses that `ls` prints, with the sizes.
fn listed(text: &str) -> Vec<String> {
    let fields = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        format!("{} {}", fields[0], fields[fields.len() - 1])
    };
    text.lines().map(fields).collect()
}

#[test]
fn ls() {
    let Some(server) = server() else { return };
    bucket(server, "tool-ls");
    let list = |arguments: &[&str]| listed(&output(TOOL, server, arguments));
    let top = ["- s3://tool-ls/d/", "4 s3://tool-ls/a.txt"];
    let found = list(&["ls", "s3://tool-ls"]);
    assert_eq!(found, [top[1], top[0]]);
    assert_eq!(
        list(&["ls", "s3://tool-ls/a.txt"]),
        ["4 s3://tool-ls/a.txt"]
    );
    let all = [
        "4 s3://tool-ls/a.txt",
        "0 s3://tool-ls/d/_SUCCESS",
        "4 s3://tool-ls/d/b.txt",
        "6 s3://tool-ls/d/e/c.txt",
    ];
    assert_eq!(list(&["ls", "-R", "s3://tool-ls/"]), all);
    assert_eq!(list(&["ls", "s3://tool-ls/**/c.*"]), all[3..]);
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("f"), "12345").unwrap();
    fs::create_dir(dir.path().join("g")).unwrap();
    let here = text(dir.path());
    assert_eq!(
        list(&["ls", here]),
        [format!("5 {here}/f"), format!("- {here}/g/")]
    );
    for missing in ["s3://tool-ls/nothing", "/nonexistent/x"] {
        let said = refusal(TOOL, server, &["ls", missing]);
        assert_eq!(said, format!("error: `{missing}` doesn't exist\n"));
    }
    let mut without = program(TOOL, server, &["ls", "hdfs:///x"]);
    without.env("HADOOP_CONF_DIR", dir.path());
    let ran = end(without);
    assert_eq!(ran.code, Some(2));
    for words in [
        "found no configuration of Hadoop",
        "hint: set `HADOOP_CONF_DIR`",
    ] {
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
}

#[test]
fn cat() {
    let Some(server) = server() else { return };
    bucket(server, "tool-cat");
    let dir = tempfile::tempdir().unwrap();
    let local = dir.path().join("l.txt");
    fs::write(&local, "here\n").unwrap();
    let arguments = [
        "cat",
        "s3://tool-cat/d",
        text(&local),
        "s3://tool-cat/a.txt",
    ];
    assert_eq!(output(TOOL, server, &arguments), "two\nthree\nhere\none\n");
    let said = refusal(TOOL, server, &["cat", "s3://tool-cat/x", "s3://tool-cat/y"]);
    assert_eq!(said.matches("doesn't exist").count(), 2, "{said}");
}

#[test]
fn cp() {
    let Some(server) = server() else { return };
    bucket(server, "tool-cp");
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    let there = |name: &str| fs::read_to_string(path(name)).unwrap();
    let copy = |arguments: &[&str]| output(TOOL, server, &[&["cp"], arguments].concat());
    copy(&["s3://tool-cp/a.txt", text(&path("new.txt"))]);
    assert_eq!(there("new.txt"), "one\n");
    copy(&["s3://tool-cp/a.txt", text(dir.path())]);
    assert_eq!(there("a.txt"), "one\n");
    copy(&["-r", "s3://tool-cp/d", text(&path("all"))]);
    assert_eq!(
        [there("all/b.txt"), there("all/e/c.txt")],
        ["two\n", "three\n"]
    );
    assert!(path("all/_SUCCESS").exists());
    copy(&["-r", text(&path("all")), "s3://tool-cp/back"]);
    assert_eq!(server.text("tool-cp", "back/e/c.txt"), "three\n");
    copy(&[
        "s3://tool-cp/d/*.txt",
        text(&path("new.txt")),
        "s3://tool-cp/into/",
    ]);
    assert_eq!(server.text("tool-cp", "into/b.txt"), "two\n");
    assert_eq!(server.text("tool-cp", "into/new.txt"), "one\n");
    for target in ["s3://tool-cp/back/b.txt", text(&path("new.txt"))] {
        let said = refusal(TOOL, server, &["cp", "s3://tool-cp/d/b.txt", target]);
        assert!(
            said.contains("is there already\n") && said.contains("hint: `-f`"),
            "{said}"
        );
        copy(&["-f", "s3://tool-cp/d/b.txt", target]);
    }
    assert_eq!(there("new.txt"), "two\n");
    let said = refusal(TOOL, server, &["cp", "s3://tool-cp/d", text(&path("no"))]);
    assert!(
        said.contains("`s3://tool-cp/d` is a folder\nhint: `-r`"),
        "{said}"
    );
    assert!(!path("no").exists());
    // Of several, none is there when one fails.
    server.fault(
        "PUT /tool-cp/gone/e/c.txt",
        1,
        json!({"Status": 403, "Code": "AccessDenied"}),
    );
    let ran = end(program(
        TOOL,
        server,
        &["cp", "-r", text(&path("all")), "s3://tool-cp/gone"],
    ));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(
        !server
            .keys("tool-cp")
            .iter()
            .any(|key| key.starts_with("gone"))
    );
    assert_eq!(server.uploads("tool-cp"), [""; 0]);
}

#[test]
fn rm() {
    let Some(server) = server() else { return };
    bucket(server, "tool-rm");
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("f");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("x"), "x").unwrap();
    let remove = |arguments: &[&str]| output(TOOL, server, &[&["rm"], arguments].concat());
    let before = server.keys("tool-rm");
    for (arguments, error) in [
        (
            &["s3://tool-rm/d"][..],
            "`s3://tool-rm/d` is a folder\nhint: `-r`",
        ),
        (
            &["-r", "s3://tool-rm/d"],
            "`s3://tool-rm/d`: 3 files, 10 bytes, would be deleted",
        ),
        (
            &["s3://tool-rm/d/*.txt"],
            "1 file, 4 bytes, would be deleted",
        ),
        (&["-r", "-y", "s3://tool-rm"], "is a whole bucket"),
        (
            &["s3://tool-rm/a.txt", "s3://tool-rm/nothing"],
            "`s3://tool-rm/nothing` doesn't exist",
        ),
        (&[text(&folder)], "is a folder\nhint: `-r`"),
    ] {
        let said = refusal(TOOL, server, &[&["rm"], arguments].concat());
        assert!(said.contains(error), "{arguments:?}: {said}");
    }
    assert_eq!(server.keys("tool-rm"), before);
    assert!(Path::new(&folder).join("x").exists());
    remove(&["s3://tool-rm/a.txt", text(&folder.join("x"))]);
    assert!(!folder.join("x").exists());
    remove(&["-r", "-y", "s3://tool-rm/d", text(&folder)]);
    assert_eq!(server.keys("tool-rm"), [""; 0]);
    assert!(!folder.exists());
}
