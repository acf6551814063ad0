//! What the macros refuse, and in which words: a `.stderr` file a rule.
//!
//! After a change of words, `TRYBUILD=overwrite cargo test -p mrjob-tests --test ui` writes the files anew; read them before
//! they are committed. The words around ours are the compiler's, so they are compared on one version of it alone.

use std::io::Write;

use mrjob_tests_process::Command;

/// The version whose words are in the `.stderr` files.
const RUSTC: &str = "rustc 1.95.";

#[test]
fn refused_with_a_sentence() {
    let version = rustc_version();
    if !version.starts_with(RUSTC) {
        skipped(&format!(
            "the messages are those of {RUSTC}x, this is {version}"
        ));
        return;
    }
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}

fn rustc_version() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("cargo ran rustc a moment ago");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Past the harness, which would keep it to itself.
fn skipped(why: &str) {
    writeln!(std::io::stdout(), "skipped: {why}").expect("someone reads the output of a test");
}
