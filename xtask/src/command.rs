//! Programs run at the repository's root.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

/// The cargo that runs us, with these arguments.
pub(crate) fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    program(cargo, arguments)
}

/// A program with these arguments.
pub(crate) fn program<'a>(
    program: impl AsRef<OsStr>,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(root())
        .stdin(Stdio::null());
    command
}

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package
        .parent()
        .expect("a member's folder is in the workspace's")
}

/// Whether the command can be started and ends well. It is run in silence.
pub(crate) fn succeeds(mut command: Command) -> bool {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Runs the command with its output passed on to `screen` as it comes, and gives that output back.
///
/// stdout and stderr are one stream, so that cargo's `Running` lines stand before the tests they announce.
///
/// # Errors
///
/// The program can't be started, or `screen` not be written.
pub(crate) fn tee(
    mut command: Command,
    screen: &mut impl Write,
) -> io::Result<(ExitStatus, String)> {
    let (reader, writer) = io::pipe()?;
    command.stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn()?;
    // It holds our writing ends: while they are open, reading wouldn't end.
    drop(command);

    let mut output = String::new();
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        screen.write_all(&line)?;
        output.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    Ok((child.wait()?, output))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_streams_are_read_in_the_order_of_writing() {
        let mut screen = Vec::new();
        let shell = program("sh", ["-c", "echo one; echo two >&2; echo three; exit 4"]);
        let (status, output) = tee(shell, &mut screen).expect("there is a shell");
        assert_eq!(
            (status.code(), output.as_str()),
            (Some(4), "one\ntwo\nthree\n")
        );
    }

    #[test]
    fn a_missing_program_does_not_succeed() {
        assert!(!succeeds(program("no-such-program-of-ours", [])));
    }
}
