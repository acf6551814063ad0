//! A job program from outside: exit codes, what it writes where, and how it ends.
//!
//! This program is both: with the variable set it is the job, else it starts itself.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

mod common;

use std::io::{BufRead, BufReader, Write};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use mrjob_runners::Job;
use mrjob_tests_process::{Child, Command, Output, Stdio};
use rustix::process::{Pid, Signal, kill_process};

const IS_JOB: &str = "MRJOB_TEST_IS_JOB";

fn main() -> ExitCode {
    if std::env::var_os(IS_JOB).is_some() {
        return common::WordFreq::run();
    }
    help_goes_to_standard_output();
    mistakes_end_with_2_and_print_nothing_else();
    all_mistakes_are_told_at_once();
    steps_are_json();
    a_task_by_hand();
    a_closed_pipe_is_a_quiet_end();
    messages_as_json();
    output_on_standard_output_and_the_rest_on_standard_error();
    files_reach_every_task();
    a_failed_job_ends_with_1();
    an_interrupted_job_ends_with_130_and_leaves_nothing();
    a_second_interrupt_ends_at_once();
    ExitCode::SUCCESS
}

/// The job program.
fn job(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .env(IS_JOB, "1")
        .args(arguments)
        .stdin(Stdio::null());
    command
}

fn run(arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut job = job(arguments);
    let mut job = job
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that doesn't read is a fine one.
    let _ = job.stdin.take().unwrap().write_all(input.as_bytes());
    let Output {
        status,
        stdout,
        stderr,
    } = job.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

fn help_goes_to_standard_output() {
    for option in ["-h", "--help"] {
        let (code, stdout, stderr) = run(&[option], "");
        assert_eq!((code, stderr.as_str()), (0, ""));
        let usage = stdout
            .lines()
            .find(|line| line.starts_with("Usage: cli_program"))
            .unwrap();
        assert!(usage.ends_with(" [OPTIONS] [INPUT]..."), "{usage}");
        let order = [
            "Job arguments:",
            "Input and output:",
            "Running:",
            "Tasks by hand:",
            "Messages:",
        ];
        let found: Vec<&str> = stdout.lines().filter(|line| order.contains(line)).collect();
        assert_eq!(found, order);
    }
}

fn mistakes_end_with_2_and_print_nothing_else() {
    let mistakes: [(&[&str], &str); 7] = [
        (
            &["--min-lenght", "3"],
            "tip: a similar argument exists: '--min-length'",
        ),
        (
            &["--memry", "3"],
            "tip: a similar argument exists: '--memory'",
        ),
        (
            &["-D", "x"],
            "a property is set by `KEY=VALUE`, such as `mapreduce.job.reduces=4`",
        ),
        (
            &["--memory", "lots"],
            "a size is a number of bytes or has a unit: `400M`, `2G`, `1GiB`",
        ),
        (
            &["--mapper", "--steps"],
            "the argument '--mapper' cannot be used with '--steps'",
        ),
        (&["--step-num", "1"], "<--mapper|--combiner|--reducer>"),
        (
            &["--min-length", "2000"],
            "--min-length is longer than any word",
        ),
    ];
    for (arguments, message) in mistakes {
        let (code, stdout, stderr) = run(arguments, "");
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(
            stderr.starts_with("error: ") && stderr.contains(message),
            "{arguments:?}: {stderr}"
        );
    }
}

fn all_mistakes_are_told_at_once() {
    let (code, stdout, stderr) = run(&["-q", "missing.txt", "no*.txt", "-r", "emr"], "");
    assert_eq!((code, stdout.as_str()), (2, ""));
    let emr = match cfg!(feature = "hadoop") {
        true => "\
error: `-r emr` can't be: this program was built without mrjob's feature `emr`, and `$PATH` has no tool `mrjob` 0.1.0 that was built with it
  hint: build the program with the feature, `features = [\"emr\"]` in Cargo.toml or `--features mrjob/emr`; or install the tool, which launches it, by `cargo install --path . --features emr` in mrjob's repository; `-r local` runs the same job on this machine
",
        false => "\
error: `-r emr` can't be: this program was built without mrjob's feature `emr`
  hint: build it with the feature, `features = [\"emr\"]` in Cargo.toml or `--features mrjob/emr`; or `-r local` runs the same job on this machine
",
    };
    let inputs = "\
error: input `missing.txt` doesn't exist
error: input `no*.txt` matches no file
  hint: `*` and `?` don't match `/` or a leading `.` or `_`; `**` matches folders
";
    assert_eq!(stderr, format!("{emr}{inputs}"));
}

fn steps_are_json() {
    let (code, stdout, stderr) = run(&["--steps"], "");
    assert_eq!((code, stderr.as_str()), (0, ""));
    let steps: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert!(steps.is_array(), "{stdout}");
}

fn a_task_by_hand() {
    let (code, stdout, stderr) = run(&["--mapper", "--step-num", "7"], "");
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(
        stderr.starts_with("error: `--step-num 7`: the job has 1 step, counted from 0"),
        "{stderr}"
    );
}

fn a_closed_pipe_is_a_quiet_end() {
    for arguments in [&["--help"], &["--steps"], &["--dry-run"]] {
        let mut job = job(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(job.stdout.take());
        let Output { status, stderr, .. } = job.wait_with_output().unwrap();
        assert_eq!(
            (status.code(), String::from_utf8(stderr).unwrap().as_str()),
            (Some(0), ""),
            "{arguments:?}"
        );
    }
}

fn messages_as_json() {
    let (code, _, stderr) = run(&["--log-format", "json", "missing.txt"], "");
    assert_eq!(code, 2);
    let message: serde_json::Value = serde_json::from_str(stderr.trim_end()).unwrap();
    assert_eq!(message["event"], "job_failed");
    assert_eq!(message["message"], "input `missing.txt` doesn't exist");
}

fn output_on_standard_output_and_the_rest_on_standard_error() {
    for runner in ["inline", "local"] {
        let (code, stdout, stderr) = run(
            &["-r", runner, "--also=--also", "--min-length=2"],
            "to be\nor to",
        );
        assert_eq!(
            (code, stdout.as_str()),
            (0, "\"--also\"\t2\n\"be\"\t1\n\"or\"\t1\n\"to\"\t2\n"),
            "{stderr}"
        );
        assert!(
            stderr.starts_with(&format!("WordFreq: 1 step, runner {runner}\n")),
            "{stderr}"
        );
        assert!(stderr.contains("\nWordFreq done in "), "{stderr}");
        let (code, stdout, stderr) = run(&["-r", runner, "-q", "--no-output"], "to be");
        assert_eq!((code, stdout.as_str(), stderr.as_str()), (0, "", ""));
    }
}

fn files_reach_every_task() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("stop.txt"), "to\nor\n").unwrap();
    std::fs::write(folder.path().join("in.txt"), "to be\nor to").unwrap();
    for runner in ["inline", "local"] {
        let mut job = job(&["-q", "-r", runner, "--stop-words=stop.txt", "in.txt"]);
        let Output { stdout, stderr, .. } = job.current_dir(&folder).output().unwrap();
        assert_eq!(
            (&*stdout, &*stderr),
            (&b"\"be\"\t1\n"[..], &b""[..]),
            "{runner}"
        );
    }
}

fn a_failed_job_ends_with_1() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.txt");
    for (word, says) in [("fail!", "returned an error"), ("panic!", "panicked")] {
        std::fs::write(&path, format!("fine\n{word} day\n")).unwrap();
        for runner in ["inline", "local"] {
            let (code, stdout, stderr) = run(&["-q", "-r", runner, path.to_str().unwrap()], "");
            assert_eq!((code, stdout.as_str()), (1, ""));
            let place = format!(
                "error: step 1 of 1 failed in map task 0: `words` {says} at {}:2: a ",
                path.display()
            );
            assert!(stderr.starts_with(&place), "{stderr}");
            assert_eq!(stderr.contains("Words as"), word == "panic!", "{stderr}");
            assert!(!stderr.contains("task::map"), "{stderr}");
        }
    }
}

/// A job that has begun to sleep, and its folder of temporary files.
fn sleeping(runner: &str) -> (Child, tempfile::TempDir) {
    let temp = tempfile::tempdir().unwrap();
    let mut command = job(&[
        "-r",
        runner,
        "--local-tmp-dir",
        temp.path().to_str().unwrap(),
    ]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut job = command.spawn().unwrap();
    job.stdin.take().unwrap().write_all(b"sleep!").unwrap();
    let mut lines = BufReader::new(job.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "asleep"));
    // Without a reader it would be told that its standard error is closed.
    thread::spawn(move || lines.count());
    (job, temp)
}

fn interrupt(job: &Child) {
    kill_process(Pid::from_child(job), Signal::INT).unwrap();
}

fn an_interrupted_job_ends_with_130_and_leaves_nothing() {
    let (mut job, temp) = sleeping("local");
    interrupt(&job);
    assert_eq!(job.wait().unwrap().code(), Some(130));
    assert_eq!(temp.path().read_dir().unwrap().count(), 0);
}

/// The job's own code can't be interrupted on the launcher's thread.
fn a_second_interrupt_ends_at_once() {
    let (mut job, _temp) = sleeping("inline");
    interrupt(&job);
    thread::sleep(Duration::from_millis(100));
    assert!(job.try_wait().unwrap().is_none());
    interrupt(&job);
    assert_eq!(job.wait().unwrap().code(), Some(130));
}
