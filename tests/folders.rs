//! Output folders beside inputs, and standard streams that are closed.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use mrjob_tests_process::{Command, Output, Stdio};
use tempfile::TempDir;

const JOB: &str = env!("CARGO_BIN_EXE_word_count");

/// A folder with `logs/a.txt`, `logs2`, and `link`, which is `logs`.
fn place() -> TempDir {
    let place = tempfile::tempdir().unwrap();
    fs::create_dir(place.path().join("logs")).unwrap();
    fs::create_dir(place.path().join("logs2")).unwrap();
    fs::write(place.path().join("logs/a.txt"), "a b a\n").unwrap();
    symlink("logs", place.path().join("link")).unwrap();
    place
}

/// Runs a line of the shell in `place`, where `job` is the job.
fn shell(place: &Path, line: &str) -> Output {
    Command::new("sh")
        .args(["-c", &line.replace("job", JOB)])
        .current_dir(place)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn an_output_folder_that_another_run_would_read_is_refused() {
    let place = place();
    for (typed, output, input) in [
        ("logs -o logs/out", "logs/out", "logs"),
        ("logs/ -o logs/deep/../out", "logs/deep/../out", "logs/"),
        ("link -o logs/out", "logs/out", "link"),
        ("logs -o link/out", "link/out", "logs"),
        ("'logs/*' -o logs/out", "logs/out", "logs/*"),
        ("'**' -o logs/out", "logs/out", "**"),
        ("'logs*' -o logs-out", "logs-out", "logs*"),
        ("'./l*' -o logs-out", "logs-out", "./l*"),
        ("logs2/../logs -o logs/out", "logs/out", "logs2/../logs"),
        ("logs --step-output-dir logs/steps", "logs/steps", "logs"),
        ("logs/a.txt -o logs", "logs", "logs/a.txt"),
        ("logs -o logs", "logs", "logs"),
    ] {
        let run = shell(place.path(), &format!("job -q {typed}"));
        assert_eq!(run.status.code(), Some(2), "{typed}: {}", said(&run));
        assert_eq!(
            said(&run),
            format!(
                "error: failed to write to `{output}`: the folder overlaps with the input `{input}`, so another run would \
                 read what this one writes\n  hint: take a folder outside of the input; within it, names that begin with \
                 `_` aren't read\n"
            ),
            "{typed}"
        );
    }
    assert!(!place.path().join("logs/out").exists());
}

#[test]
fn output_folders_that_no_other_run_reads_are_taken() {
    let place = place();
    for (typed, part) in [
        ("'lin*' -o out", "out/part-00000"),
        ("logs -o logs_out", "logs_out/part-00000"),
        ("logs -o logs2/out", "logs2/out/part-00000"),
        ("logs -o logs/_out", "logs/_out/part-00000"),
        ("logs/a.txt -o logs/out", "logs/out/part-00000"),
        ("'logs/*.txt' -o logs/other", "logs/other/part-00000"),
    ] {
        let run = shell(place.path(), &format!("job -q {typed}"));
        assert!(run.status.success(), "{typed}: {}", said(&run));
        let text = fs::read_to_string(place.path().join(part)).unwrap();
        assert_eq!(text, "\"a\"\t2\n\"b\"\t1\n", "{typed}");
    }
}

#[test]
fn output_for_a_standard_output_that_is_closed_is_an_error() {
    let place = place();
    for line in [
        "job -q logs >&-",
        "job -q -r inline logs >&-",
        "job --mapper logs/a.txt >&-",
        "job --steps >&-",
        "job --dry-run logs >&-",
    ] {
        let run = shell(place.path(), line);
        assert_eq!(run.status.code(), Some(1), "{line}: {}", said(&run));
        let closed = "error: failed to write to standard output: it is closed\n  hint: redirect it to a file: `> FILE`\n";
        assert_eq!(said(&run), closed, "{line}");
    }
    for line in [
        "job -q logs -o out >&-",
        "job -q logs --no-output >&-",
        "job -q logs > /dev/null",
        // Opened to read and write, as who starts a service may do.
        "job -q logs 1<> /dev/null",
    ] {
        let run = shell(place.path(), line);
        assert!(run.status.success(), "{line}: {}", said(&run));
    }
    assert!(place.path().join("out/part-00000").exists());
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    let place = place();
    for line in [
        "job -q logs > /dev/full",
        "job --mapper logs/a.txt > /dev/full",
        "job --steps > /dev/full",
    ] {
        let run = shell(place.path(), line);
        assert_eq!(run.status.code(), Some(1), "{line}: {}", said(&run));
        assert!(
            said(&run).starts_with("error: failed to write to standard output: "),
            "{line}"
        );
    }
    let run = shell(place.path(), "(job --steps; echo $? >&2) | true");
    assert_eq!(said(&run), "0\n", "a reader who has gone");
}

#[test]
fn a_standard_input_that_is_closed_is_an_error() {
    let place = place();
    for line in ["job -q <&-", "job -q - <&-", "job --mapper <&-"] {
        let run = shell(place.path(), line);
        assert_eq!(run.status.code(), Some(2), "{line}: {}", said(&run));
        assert_eq!(
            said(&run),
            "error: failed to read standard input: it is closed\n  hint: name files or folders to read, or redirect a \
             file: `< FILE`\n",
            "{line}"
        );
    }
    let run = shell(place.path(), "job -q logs <&-");
    assert_eq!(run.stdout, b"\"a\"\t2\n\"b\"\t1\n", "{}", said(&run));
}

#[test]
fn exit_codes_are_the_same_where_standard_error_is_closed() {
    let place = place();
    for (line, code) in [
        ("job logs 2>&-", 0),
        ("job none 2>&-", 2),
        ("job logs >&- 2>&-", 1),
    ] {
        let run = shell(place.path(), line);
        assert_eq!(run.status.code(), Some(code), "{line}");
    }
}
