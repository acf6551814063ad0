//! Programs with AWS's variables.

use std::path::Path;

use mrjob_tests_process::{Command, Stdio};

use crate::server::Server;

pub(crate) const WORD_COUNT: &str = env!("CARGO_BIN_EXE_s3_word_count");
pub(crate) const FILE_LINES: &str = env!("CARGO_BIN_EXE_s3_file_lines");
pub(crate) const TOOL: &str = env!("CARGO_BIN_EXE_s3_mrjob");
pub(crate) const GREP: &str = env!("CARGO_BIN_EXE_s3_grep");

/// What nobody may ever read anywhere.
pub(crate) const SECRET: &str = "SecretOfTheTests/0123456789";

/// What a program did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A program that finds the server, credentials and a region in its environment, and nothing of the machine's.
pub(crate) fn program(path: &str, server: &Server, arguments: &[&str]) -> Command {
    let mut command = Command::new(path);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(name);
        }
    }
    command
        .args(arguments)
        .envs(server.variables())
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_CONFIG_FILE", "/nonexistent")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
        .env("MRJOB_CONF", "")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs it to its end. Whatever it prints has no secret in it.
pub(crate) fn end(mut command: Command) -> Ran {
    let output = command.output().unwrap();
    let ran = Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    };
    assert!(!ran.stdout.contains(SECRET) && !ran.stderr.contains(SECRET));
    ran
}

/// The output of a program that ends well.
pub(crate) fn output(path: &str, server: &Server, arguments: &[&str]) -> String {
    let ran = end(program(path, server, arguments));
    assert_eq!(ran.code, Some(0), "{arguments:?}: {}", ran.stderr);
    ran.stdout
}

/// The error of a program that is called wrongly, on both runners of this machine.
pub(crate) fn refusal(path: &str, server: &Server, arguments: &[&str]) -> String {
    let ran = end(program(path, server, arguments));
    assert_eq!((ran.code, &*ran.stdout), (Some(2), ""), "{}", ran.stderr);
    ran.stderr
}

/// The path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
