//! Programs run at the repository's root.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

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
/// When nothing is printed for `silence`, the programs that the command has started are killed, and a line says so; if
/// that doesn't help, the command itself. When the command has ended, and what it started holds its output open, that isn't
/// waited for.
///
/// # Errors
///
/// The program can't be started, or `screen` not be written.
pub(crate) fn tee(
    mut command: Command,
    screen: &mut impl Write,
    silence: Duration,
) -> io::Result<(ExitStatus, String)> {
    let (reader, writer) = io::pipe()?;
    command.stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn()?;
    // It holds our writing ends: while they are open, reading wouldn't end.
    drop(command);

    let (sender, lines) = mpsc::channel();
    // Whoever escapes from being killed may hold the pipe open; the thread is left alone then.
    thread::spawn(move || {
        for line in BufReader::new(reader).split(b'\n') {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    let mut output = String::new();
    let mut killed = false;
    let mut heard = Instant::now();
    loop {
        let line = match lines.recv_timeout(LOOK.min(silence)) {
            Ok(line) => String::from_utf8_lossy(&line?).into_owned(),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) if child.try_wait()?.is_some() => {
                writeln!(screen, "{LEFT}")?;
                break;
            }
            Err(RecvTimeoutError::Timeout) if heard.elapsed() < silence => continue,
            Err(RecvTimeoutError::Timeout) if killed => {
                mrjob_tests_process::kill(child.id());
                break;
            }
            Err(RecvTimeoutError::Timeout) => {
                killed = true;
                for program in mrjob_tests_process::children(child.id()) {
                    mrjob_tests_process::kill(program);
                }
                // The line before may be unfinished.
                output.push('\n');
                silent(silence)
            }
        };
        heard = Instant::now();
        killed &= line.starts_with(SILENT);
        writeln!(screen, "{line}")?;
        output.push_str(&line);
        output.push('\n');
    }
    Ok((child.wait()?, output))
}

/// How often a silent command is looked at.
const LOOK: Duration = Duration::from_secs(5);

/// The line about a command that has ended before its output has.
const LEFT: &str = "xtask: a process that the program has started outlives it";

/// What the line begins with that tells of a program that was killed.
pub(crate) const SILENT: &str = "xtask: nothing was printed for ";

fn silent(silence: Duration) -> String {
    let minutes = silence.as_secs_f64() / 60.0;
    format!("{SILENT}{minutes:.0} min, so the program is killed")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    #[cfg(target_os = "linux")]
    fn a_program_that_hangs_is_killed_and_the_command_goes_on() {
        let script = "echo one; sh -c 'sleep 1000; true'; echo two";
        let (status, output) = tee(
            program("sh", ["-c", script]),
            &mut io::sink(),
            Duration::from_secs(1),
        )
        .expect("there is a shell");
        assert!(status.success());
        assert!(output.starts_with("one\n"), "{output}");
        assert!(
            output.contains(SILENT) && output.ends_with("two\n"),
            "{output}"
        );
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_outlives_a_program_isnt_waited_for() {
        let mut screen = Vec::new();
        let shell = program("sh", ["-c", "sleep 1000 & echo $!"]);
        let begun = Instant::now();
        let (status, output) = tee(shell, &mut screen, HOUR).expect("there is a shell");
        assert!(status.success() && begun.elapsed() < Duration::from_secs(100));
        let screen = String::from_utf8(screen).expect("it is text");
        assert!(screen.ends_with(&format!("{LEFT}\n")), "{screen}");
        mrjob_tests_process::kill(output.trim().parse().expect("it is a number"));
    }

    #[test]
    fn both_streams_are_read_in_the_order_of_writing() {
        let mut screen = Vec::new();
        let shell = program("sh", ["-c", "echo one; echo two >&2; echo three; exit 4"]);
        let (status, output) = tee(shell, &mut screen, HOUR).expect("there is a shell");
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
