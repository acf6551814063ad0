//! Records of the input that are long: as long as memory allows, or as a property says.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fs;

use mrjob_tests_process::{Command, Output, Stdio};

const LIMIT: &str = "mapreduce.input.linerecordreader.line.maxlength";

/// Runs `line_lengths` over `text` with both runners.
fn run(text: impl AsRef<[u8]>, arguments: &[&str]) -> Vec<Output> {
    let program = env!("CARGO_BIN_EXE_line_lengths");
    let arguments = [&["--middle", "0"], arguments].concat();
    run_program(program, text, &arguments)
}

/// Runs `program` over `text` with both runners.
fn run_program(program: &str, text: impl AsRef<[u8]>, arguments: &[&str]) -> Vec<Output> {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("in.txt"), text).unwrap();
    let run = |runner| {
        Command::new(program)
            .args(["-q", "-r", runner, "in.txt"])
            .args(arguments)
            .current_dir(dir.path())
            .stdin(Stdio::null())
            .output()
            .unwrap()
    };
    ["inline", "local"].map(run).into()
}

#[test]
fn a_record_of_most_of_the_memory_is_read() {
    let text = format!("a\n{}\nb\n", "x".repeat(18 << 20));
    for output in run(&text, &["--memory", "48M", "--num-cores", "1"]) {
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{error}");
        assert_eq!(
            String::from_utf8(output.stdout).unwrap(),
            "1\t2\n18874368\t1\n"
        );
    }
}

#[test]
fn a_record_that_memory_has_no_room_for_is_refused() {
    let text = format!("a\n{}\n", "x".repeat(50 << 20));
    for output in run(&text, &["--memory", "48M", "--num-cores", "1"]) {
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(output.stdout.is_empty());
        for words in [
            "at in.txt:2: the record that begins at byte 2 is longer than",
            "hint: ",
            "`--memory`",
        ] {
            assert!(error.contains(words), "{error}");
        }
    }
}

#[test]
fn a_pair_that_memory_has_no_room_for_is_refused() {
    let word = "x".repeat(18 << 20);
    let inputs = [
        (
            env!("CARGO_BIN_EXE_word_count"),
            format!("a\n{word}\n"),
            "key",
        ),
        (
            env!("CARGO_BIN_EXE_word_count_pairs"),
            format!("a\n{word}\n"),
            "key",
        ),
        (
            env!("CARGO_BIN_EXE_long_values"),
            format!("\"a\"\t\"\"\n\"b\"\t\"{word}\"\n"),
            "value",
        ),
    ];
    for (program, text, what) in inputs {
        for output in run_program(program, &text, &["--memory", "48M", "--num-cores", "1"]) {
            let error = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{error}");
            for words in [
                "at in.txt:2: ",
                "couldn't go on at in.txt:",
                &format!("emit a {what} of "),
                "bytes: a task takes up to ",
                "hint: more `--memory`",
            ] {
                assert!(error.contains(words), "{words}: {error}");
            }
        }
    }
}

#[test]
fn text_that_grows_by_being_made_utf8_is_refused_where_memory_has_no_room() {
    let memory = ["--memory", "48M", "--num-cores", "1"];
    let text = |mebibytes: usize| [&b"a\n"[..], &vec![0xff; mebibytes << 20], b"\nb\n"].concat();
    for output in run(text(2), &memory) {
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{error}");
        // U+FFFD is three bytes.
        let lines = format!("1\t2\n{}\t1\n", 6 << 20);
        assert_eq!(String::from_utf8(output.stdout).unwrap(), lines);
    }
    for output in run(text(18), &memory) {
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{error}");
        for words in [
            "at in.txt:2: ",
            "isn't UTF-8: with U+FFFD in it, it takes 56623104 bytes",
            "hint: take it as `&[u8]`",
        ] {
            assert!(error.contains(words), "{words}: {error}");
        }
    }
}

#[test]
fn a_property_sets_the_limit_to_the_byte() {
    let typed = format!("{LIMIT}=5");
    for output in run("12345\n12345\r\n", &["-D", &typed]) {
        assert!(output.status.success());
    }
    for output in run("12345\n123456\n", &["-D", &typed]) {
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(error.contains("byte 6 is longer than 5 bytes"), "{error}");
        assert!(
            error.contains(&format!("hint: `-D {LIMIT}=BYTES`")),
            "{error}"
        );
    }
    for output in run("", &["-D", &format!("{LIMIT}=none")]) {
        assert_eq!(output.status.code(), Some(2));
    }
}

/// Runs `program` over a pair of JSON whose value is a string of so many bytes, with both runners.
fn run_on_long_value(program: &str, bytes: usize) -> (String, Vec<Output>) {
    // Escapes, so that it is another string in memory than in the file.
    let value = r"a b\t\u0001ü\\".repeat(bytes / 15);
    let text = format!("\"key\"\t\"{value}\"\n");
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("in.txt"), &text).unwrap();
    let run = |runner| {
        Command::new(program)
            .args(["-q", "-r", runner, "--memory", "1G", "--num-cores", "1"])
            .arg("in.txt")
            .current_dir(dir.path())
            .stdin(Stdio::null())
            .output()
            .unwrap()
    };
    let outputs = ["inline", "local"].map(run).into();
    (text, outputs)
}

#[test]
fn a_value_of_a_hundred_megabytes_is_written_as_it_was_read() {
    let (text, outputs) = run_on_long_value(env!("CARGO_BIN_EXE_long_values"), 100 << 20);
    for output in outputs {
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{error}");
        assert!(output.stdout == text.as_bytes(), "it is another value");
    }
}

#[test]
fn a_message_does_not_repeat_a_long_value() {
    // It wants a number.
    let (_, outputs) = run_on_long_value(env!("CARGO_BIN_EXE_json_pairs"), 1 << 20);
    for output in outputs {
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stderr.len() < 2000, "{}", output.stderr.len());
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains("at in.txt:1: "), "{error}");
        assert!(error.contains(", and the type takes `u64`"), "{error}");
    }
}
