//! Numbers are exact or an error: sums, counters, what is read and written. Types that can't be read or written are refused
//! before there are data.
#![expect(clippy::unwrap_used, reason = "these are tests")]

mod counters;
mod floats;
mod refusals;
mod sums;

use mrjob_tests_process::Command;
use std::fs;

/// How a program ended.
struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// Runs the job `totals` on a file with this text.
fn totals(runner: &str, arguments: &[&str], input: &str) -> Ended {
    run(&[&["-r", runner], arguments].concat(), input)
}

/// Calls its program with the name of such a file.
fn run(arguments: &[&str], input: &str) -> Ended {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("in.txt"), input).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_totals"))
        .current_dir(dir.path())
        .args(arguments)
        .arg("in.txt")
        .output()
        .unwrap();
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Why a job fails on `input`, or before it is read.
fn failure<J: mrjob::Job>(input: &str) -> String {
    let outcome = J::try_parse_from([""; 0]).and_then(|job| job.sandbox(input));
    outcome.expect_err("it is refused").to_string()
}
