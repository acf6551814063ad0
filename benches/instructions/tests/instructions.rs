//! Hot paths may not take more instructions than `figures.tsv` says, beyond a tolerance.
//!
//! Instructions don't depend on what else the machine does, but on the compiler, on what memchr, simdutf8 and the C library
//! choose for a processor, and a little on the C library's version. So figures hold for one version of rustc and for x86-64
//! with AVX2, which is the most that valgrind shows a program; elsewhere the test skips itself.
//! `INSTRUCTIONS=overwrite cargo xtask test instructions` writes the figures anew.

use std::env;
use std::fmt::Write;
use std::fs;

use mrjob_tests_process::Command;

const FIGURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/figures.tsv");
/// How much more than the figure is still no regression.
const TOLERANCE: f64 = 0.05;

#[test]
fn no_hot_path_takes_more_instructions_than_it_did() {
    if let Some(why) = unable() {
        println!("{why}");
        return;
    }
    let rustc = rustc();
    if env::var_os("INSTRUCTIONS").is_some_and(|value| value == "overwrite") {
        fs::write(FIGURES, figures(&rustc)).unwrap();
        return;
    }
    let text = fs::read_to_string(FIGURES).unwrap();
    let (version, figures) = text.split_once('\n').unwrap();
    if version != rustc {
        println!(
            "skipped: the figures are of {version}, and this is {rustc}; hint: `INSTRUCTIONS=overwrite cargo xtask test instructions`, on the state before a change"
        );
        return;
    }
    let mut regressions = String::new();
    for line in figures.lines() {
        let (path, figure) = line.split_once('\t').unwrap();
        let (figure, now) = (figure.parse::<u64>().unwrap(), instructions(path));
        let change = now as f64 / figure as f64 - 1.0;
        println!("{path}: {now} instructions, {:+.1} %", 100.0 * change);
        if change > TOLERANCE {
            writeln!(
                regressions,
                "`{path}` takes {now} instructions, {:.1} % more than {figure}",
                100.0 * change
            )
            .unwrap();
        }
    }
    assert!(
        regressions.is_empty(),
        "{regressions}hint: if that is worth it, `INSTRUCTIONS=overwrite cargo xtask test instructions`"
    );
    assert_eq!(
        figures.lines().count(),
        paths().lines().count(),
        "each path has a figure"
    );
}

/// Why nothing can be counted here, in the words by which a test skips itself.
fn unable() -> Option<&'static str> {
    #[cfg(target_arch = "x86_64")]
    if std::is_x86_feature_detected!("avx2") {
        let valgrind = Command::new("valgrind").arg("--version").output();
        return valgrind.is_err().then_some(
            "skipped (service): no `valgrind` on the search path; hint: `apt-get install valgrind`",
        );
    }
    Some("skipped: the figures are of x86-64 with AVX2; hint: run it on such a machine")
}

/// `rustc 1.95.0`.
fn rustc() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().unwrap();
    let version = String::from_utf8(output.stdout).unwrap();
    let words: Vec<&str> = version.split(' ').take(2).collect();
    words.join(" ")
}

fn figures(rustc: &str) -> String {
    let mut figures = format!("{rustc}\n");
    for path in paths().lines() {
        writeln!(figures, "{path}\t{}", instructions(path)).unwrap();
    }
    figures
}

fn paths() -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_hot_paths"))
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// How many instructions the path takes, by callgrind.
fn instructions(path: &str) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg("--toggle-collect=*hot_paths*counted*")
        .args([env!("CARGO_BIN_EXE_hot_paths"), path])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "`{path}` failed: {said}{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let count = said
        .lines()
        .find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    count
        .filter(|&count| count > 0)
        .unwrap_or_else(|| panic!("callgrind counted nothing: {said}"))
}
