//! What people are told of data with control characters.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

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
