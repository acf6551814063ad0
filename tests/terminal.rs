//! A person at a terminal who gave no input.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fs::File;
use std::io::Write;
use std::os::fd::OwnedFd;

use mrjob_tests_process::{Command, Stdio};
use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// Both ends of a terminal: the one that types, and the one that a program reads.
fn terminal() -> (File, OwnedFd) {
    let typing = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&typing).unwrap();
    unlockpt(&typing).unwrap();
    let name = ptsname(&typing, Vec::new()).unwrap();
    let reading = open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    (typing.into(), reading)
}

#[test]
fn a_terminal_is_read_and_the_way_to_end_it_is_said() {
    let (mut typing, reading) = terminal();
    // A line, and Ctrl-D.
    typing.write_all(b"to be\n\x04").unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_word_freq"))
        .stdin(Stdio::from(reading))
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(done.stdout).unwrap(),
        "\"be\"\t1\n\"to\"\t1\n"
    );
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(
        said.starts_with("reading from the terminal; end with Ctrl-D, or give a file\n"),
        "{said}"
    );
}
