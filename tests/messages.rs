//! What people are told: of panics that end their process, and of data with control characters.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fs;
use std::path::Path;

use mrjob_tests_process::{Command, Output, Stdio};

fn run(program: &str, place: &Path, typed: &[&str]) -> Output {
    Command::new(program)
        .args(typed)
        .current_dir(place)
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_panic_that_ends_its_process_is_told_as_any_other() {
    let place = tempfile::tempdir().unwrap();
    fs::create_dir(place.path().join("tmp")).unwrap();
    fs::write(place.path().join("in.txt"), "a b\nc bad\n").unwrap();
    let cannot_unwind = env!("CARGO_BIN_EXE_cannot_unwind");
    for runner in ["inline", "local"] {
        for (at, task) in [("words", "map task 0"), ("total", "reduce task 0")] {
            let typed = [
                "-q",
                "-r",
                runner,
                "--local-tmp-dir",
                "tmp",
                "-o",
                "out",
                "--at",
                at,
                "in.txt",
            ];
            let output = run(cannot_unwind, place.path(), &typed);
            let text = said(&output);
            assert_eq!(output.status.code(), Some(1), "{text}");
            let begin = format!("error: step 1 of 1 failed in {task}: `{at}` panicked");
            assert!(text.contains(&begin), "{text}");
            assert!(text.contains(": I refuse\n  panicked at "), "{text}");
            assert!(text.contains("cannot_unwind.rs:"), "{text}");
            assert!(at == "total" || text.contains(" at in.txt:2: "), "{text}");
            assert!(
                !text.contains("attempts") && !text.contains("memory"),
                "{text}"
            );
            assert_eq!(fs::read_dir(place.path().join("tmp")).unwrap().count(), 0);
            let mut left: Vec<_> = fs::read_dir(place.path())
                .unwrap()
                .map(|entry| entry.unwrap().file_name())
                .collect();
            left.sort();
            assert_eq!(left, ["in.txt", "tmp"], "{runner} {at}");
        }
    }
    let output = run(cannot_unwind, place.path(), &["--mapper", "in.txt"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("error: `words` panicked"),
        "{}",
        said(&output)
    );
}

/// No control character but the ends of lines, and tabs.
fn is_plain(text: &str) -> bool {
    !text
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t')
}

#[test]
fn control_characters_of_names_and_data_are_shown() {
    let place = tempfile::tempdir().unwrap();
    let name = "a\u{1b}[31mred\n.txt";
    fs::write(place.path().join(name), "a\u{1b}[2J\u{7f}\u{9b}b\n").unwrap();
    let odd = env!("CARGO_BIN_EXE_odd_names");
    for runner in ["inline", "local"] {
        let output = run(odd, place.path(), &["-v", "-r", runner, name]);
        let text = said(&output);
        assert!(output.status.success(), "{text}");
        assert!(is_plain(&text), "{text:?}");
        assert!(
            text.contains("\t\ta\\u{1b}[2J\\u{7f}\\u{9b}b=1\n"),
            "{text}"
        );
        assert!(text.contains("status of a\\u{1b}[2J"), "{text}");
        let output = run(odd, place.path(), &["-q", "-r", runner, "--fail", name]);
        let text = said(&output);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(is_plain(&text), "{text:?}");
        assert!(text.contains(" at a\\u{1b}[31mred\\n.txt:1: "), "{text}");
        assert!(text.contains("no a\\u{1b}[2J\\u{7f}\\u{9b}b"), "{text}");
    }
    for typed in [
        ["-q", "b\u{1b}\n"],
        ["-q", "a\u{1b}[31mred\n*"],
        ["--dry-run", name],
    ] {
        let output = run(odd, place.path(), &typed);
        let text = said(&output) + &String::from_utf8(output.stdout).unwrap();
        assert!(is_plain(&text) && text.contains("\\u{1b}"), "{text:?}");
    }
    let json = run(odd, place.path(), &["--log-format", "json", "--fail", name]);
    let last = said(&json).lines().last().unwrap().to_owned();
    let event: serde_json::Value = serde_json::from_str(&last).unwrap();
    assert!(
        event["failure"]["message"]
            .as_str()
            .unwrap()
            .contains("\u{1b}[2J"),
        "{last}"
    );
}
