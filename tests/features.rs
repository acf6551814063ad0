//! A job built with other features of `mrjob` than the default: it helps, plans and counts as always.
//!
//! Each test builds `examples/word_freq` by cargo, with the dependencies that the other builds have made.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use mrjob_tests_process::{Command, Output};

/// All features in the manifest of `mrjob`; a test sees to it that they are all.
const FEATURES: [&str; 9] = [
    "completions",
    "compression",
    "configuration",
    "emr",
    "environment",
    "hadoop",
    "hdfs",
    "s3",
    "tls",
];

/// Builds write the same file.
static TURN: Mutex<()> = Mutex::new(());

/// Time for a build with AWS's libraries, where nothing has been built.
const LIMIT: Duration = Duration::from_secs(3000);

/// Builds the job, copies it to `dir` and gives its path.
fn build(features: &[&str], dir: &Path) -> PathBuf {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let output = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["build", "--package", "mrjob", "--example", "word_freq"])
        .args(["--message-format=json-render-diagnostics"])
        .args(["--no-default-features", "--features", &features.join(",")])
        .limit(LIMIT)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{features:?}: {said}");
    let messages = String::from_utf8(output.stdout).unwrap();
    let built: Vec<serde_json::Value> = messages
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let executable = built
        .iter()
        .find_map(|message| message["executable"].as_str());
    let copy = dir.join("job");
    fs::copy(executable.unwrap(), &copy).unwrap();
    copy
}

/// A program in a folder with `in.txt`, on which the machine's configuration has no influence.
fn run(job: &Path, arguments: &[&str]) -> Output {
    Command::new(job)
        .current_dir(job.parent().unwrap())
        .args(arguments)
        .env("MRJOB_CONF", "")
        .output()
        .unwrap()
}

/// What it prints to standard output where it ends well and complains of nothing.
fn printed(job: &Path, arguments: &[&str]) -> String {
    let output = run(job, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    assert!(
        !said.contains("warning") && !said.contains("panicked"),
        "{said}"
    );
    String::from_utf8(output.stdout).unwrap()
}

fn check(features: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let job = build(features, dir.path());
    fs::write(dir.path().join("in.txt"), "to be or\nnot to be\n").unwrap();
    let counts = "\"be\"\t2\n\"not\"\t1\n\"or\"\t1\n\"to\"\t2\n";

    let help = printed(&job, &["--help"]);
    assert!(help.contains("Usage: job [OPTIONS] [INPUT]..."), "{help}");
    // Without files and clusters there is no more to tell.
    if help.contains("--help=hadoop") {
        let help = printed(&job, &["--help=hadoop"]);
        assert!(help.contains("--hadoop-bin"), "{help}");
        let help = printed(&job, &["--help=emr"]);
        assert!(help.contains("--cluster-id"), "{help}");
    } else {
        let more = ["configuration", "emr", "hadoop"];
        assert!(!features.iter().any(|feature| more.contains(feature)));
    }
    assert!(printed(&job, &["--version"]).starts_with("job "));
    for runner in ["inline", "local"] {
        assert_eq!(printed(&job, &["-q", "-r", runner, "in.txt"]), counts);
        let plan = printed(&job, &["-r", runner, "--dry-run", "in.txt"]);
        assert!(plan.contains("in.txt") && plan.contains(runner), "{plan}");
    }
    let mapped = printed(&job, &["--mapper", "in.txt"]);
    assert!(mapped.contains("\"or\"\t1\n"), "{mapped}");

    // A runner that isn't built in is refused; one that is finds no cluster, and neither panics.
    for runner in ["hadoop", "emr"] {
        let output = run(&job, &["-r", runner, "in.txt"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            said.contains("error: ") && !said.contains("panicked"),
            "{said}"
        );
        let has = features.contains(&runner) || features.contains(&"emr");
        assert_eq!(said.contains("feature"), !has, "{features:?}: {said}");
    }
}

macro_rules! table {
    ($($module:ident: $waits:literal, $features:expr, [$($feature:ident),*];)*) => {
        $(
            mod $module {
                $(
                    #[test]
                    #[ignore = $waits]
                    fn $feature() {
                        let features: fn(&str) -> Vec<&'static str> = $features;
                        super::check(&features(stringify!($feature)));
                    }
                )*
            }
        )*
    };
}

fn alone(feature: &str) -> Vec<&'static str> {
    FEATURES
        .into_iter()
        .filter(|other| *other == feature)
        .collect()
}

fn left_out(feature: &str) -> Vec<&'static str> {
    FEATURES
        .into_iter()
        .filter(|other| *other != feature)
        .collect()
}

table! {
    only: "stage `features`: builds a program", super::alone,
        [none, completions, compression, configuration, emr, environment, hadoop, hdfs, s3, tls];
    without: "stage `features`: builds a program", super::left_out,
        [nothing, completions, compression, configuration, emr, environment, hadoop, hdfs, s3, tls];
}

#[test]
fn all_features_are_here() {
    let manifest = include_str!("../Cargo.toml");
    let (_, features) = manifest.split_once("[features]\n").unwrap();
    let (features, _) = features.split_once("\n\n").unwrap();
    let mut names: Vec<&str> = features
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| Some(line.split_once(" = ")?.0))
        .filter(|name| *name != "default")
        .collect();
    names.sort_unstable();
    assert_eq!(names, FEATURES);
}
