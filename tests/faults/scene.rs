//! A folder with an input, and programs that are run in it.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use mrjob_tests_process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A folder with the input `in.txt`, and folders for temporary files, notes and output.
pub(crate) struct Scene {
    dir: TempDir,
    lines: u64,
}

/// How a program ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Scene {
    /// One with `lines` lines of input: different keys, in no order, and a number each.
    pub(crate) fn new(lines: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut text = String::new();
        for line in 0..lines {
            writeln!(text, "{}\t{line}", key(line)).unwrap();
        }
        fs::write(dir.path().join("in.txt"), text).unwrap();
        fs::create_dir(dir.path().join("tmp")).unwrap();
        fs::create_dir(dir.path().join("notes")).unwrap();
        Scene { dir, lines }
    }

    /// The key of a line that is deep in the input.
    pub(crate) fn deep_key(&self) -> String {
        key(self.deep_line() - 1)
    }

    /// The number of that line.
    pub(crate) fn deep_line(&self) -> u64 {
        self.lines / 8 * 7
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A program that is run here.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// A job that is run here, with its temporary files in `tmp`.
    pub(crate) fn program(&self, program: &str) -> Command {
        let mut command = self.command(program);
        command.args(["--local-tmp-dir", "tmp", "--num-cores", "2"]);
        command
    }

    /// `faulty` on the input: does `fault` in `method` at a deep record.
    pub(crate) fn faulty(&self, fault: &str, method: &str) -> Command {
        let mut command = self.program(env!("CARGO_BIN_EXE_faulty"));
        // A task's working directory is another one.
        command
            .arg("--notes")
            .arg(self.path("notes"))
            .args(["--at", &self.deep_key()])
            .args(["--fault", fault, "--method", method, "in.txt"]);
        command
    }

    /// The output of `faulty` or `spiller` when nothing goes wrong, summed here.
    pub(crate) fn right_output(&self) -> String {
        let mut lines: Vec<_> = (0..self.lines)
            .map(|line| format!("\"{}\"\t{line}\n", key(line)))
            .collect();
        lines.sort_unstable();
        lines.concat()
    }

    /// The processes of the attempts that went wrong.
    pub(crate) fn noted(&self) -> Vec<i32> {
        names(&self.path("notes"))
            .into_iter()
            .map(|note| fs::read_to_string(self.path("notes").join(note)).unwrap())
            .map(|process| process.parse().unwrap())
            .collect()
    }

    /// What the first of them has written so far.
    pub(crate) fn read_note(&self) -> String {
        fs::read_to_string(self.path("notes/0")).unwrap_or_default()
    }

    /// What is left in a folder.
    pub(crate) fn left_in(&self, folder: &str) -> Vec<String> {
        names(&self.path(folder))
    }
}

/// Names in a folder, in order; none where it isn't there.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

/// The key of a line; 7,919 is a prime, so that no two are the same.
fn key(line: u64) -> String {
    format!("key{:07}", line * 7919 % 10_000_019)
}

/// Says that a test can't be done here, past what the harness holds back.
pub(crate) fn skip(why: &str) {
    writeln!(io::stdout(), "skipped: {why}").expect("someone reads the output of a test");
}

/// Runs a program to its end.
pub(crate) fn run(command: &mut Command) -> Ended {
    end(command.spawn().unwrap())
}

/// Waits for the end of a program that runs.
pub(crate) fn end(child: Child) -> Ended {
    let output = child.wait_with_output().unwrap();
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Ended {
    /// The error: what follows `error: `.
    pub(crate) fn error(&self) -> &str {
        match self.stderr.split_once("error: ") {
            Some((_, error)) => error,
            None => panic!("no error in {:?}", self.stderr),
        }
    }
}
