use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::{Command, Stdio};

fn shell(script: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", script]);
    shell
}

/// What the panic of `test` says.
fn panic_of<T>(test: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(test)).err().unwrap();
    *panic.downcast().unwrap()
}

fn runs(process: &str) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(process).join("stat"));
    stat.is_ok_and(|stat| !stat.contains(") Z "))
}

fn wait_until_ended(process: &str) {
    let begun = Instant::now();
    while runs(process) {
        assert!(begun.elapsed() < Duration::from_secs(300), "{process} runs");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn output_and_status_are_those_of_the_program() {
    let output = shell("cat; echo out; echo err >&2; exit 3")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(
        (&*output.stdout, &*output.stderr),
        (&b"out\n"[..], &b"err\n"[..])
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_program_that_hangs_is_killed_with_what_it_started_and_its_words_are_shown() {
    let said = panic_of(|| {
        let script = "sleep 1000 & echo $!; echo lost >&2; wait";
        shell(script).limit(Duration::from_secs(1)).output()
    });
    let (command, printed) = said.split_once("; it printed:\n").unwrap();
    assert!(
        command.contains("sleep 1000") && command.ends_with("was killed after 1 s"),
        "{said}"
    );
    let (process, rest) = printed.split_once('\n').unwrap();
    assert_eq!(rest, "lost\n");
    wait_until_ended(process);
}

#[test]
#[cfg(target_os = "linux")]
fn a_program_that_is_left_ends_with_the_test() {
    let child = shell("sleep 1000").stdout(Stdio::null()).spawn().unwrap();
    let process = child.id().to_string();
    assert!(runs(&process));
    drop(child);
    wait_until_ended(&process);
}

/// The tests anew, as a shell's background and `nohup` start them.
#[test]
#[cfg(target_os = "linux")]
fn a_program_starts_with_the_default_signals() {
    const INSIDE: &str = "MRJOB_TEST_SIGNALS_INSIDE";
    if std::env::var_os(INSIDE).is_some() {
        let output = shell("grep SigIgn /proc/self/status").output().unwrap();
        let mask = String::from_utf8(output.stdout).unwrap();
        assert!(mask.trim().ends_with("0000"), "{mask}");
        return;
    }
    let test = std::env::current_exe().unwrap();
    let output = Command::new("sh")
        .args(["-c", "trap '' INT QUIT HUP TERM; exec \"$@\"", "sh"])
        .arg(test)
        .args([
            "--exact",
            "tests::a_program_starts_with_the_default_signals",
        ])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}"
    );
}
