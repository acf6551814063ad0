//! The tool `mrjob`.

use std::fs;
use std::path::Path;

use mrjob_tests_process::{Command, Output};
use serde_json::Value;

fn tool(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mrjob_tool"))
        .args(arguments)
        .current_dir(folder)
        .env("HOME", folder)
        .env_remove("MRJOB_CONF")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn conf_show_masks_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let conf = "runners:\n  emr:\n    aws_secret_access_key: abcdef\n    cmdenv: {DB_PASSWORD: ghijkl, TZ: UTC}\n    \
                jobconf: {fs.s3a.secret.key: mnopqr}\n";
    fs::write(folder.path().join(".mrjob.conf"), conf).unwrap();
    let shown = text(&tool(folder.path(), &["conf", "show", "-r", "emr"]).stdout);
    for secret in ["abcdef", "ghijkl", "mnopqr"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(
        shown.contains("aws_secret_access_key: '…'") && shown.contains("TZ: UTC"),
        "{shown}"
    );
    assert!(shown.contains(".mrjob.conf:3"), "{shown}");
}

/// What is shown is a file that says the same.
#[test]
fn what_conf_show_prints_can_be_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let conf = "runners:\n  local:\n    label: 'a: b #c'\n    owner: \"\\u00e9 'x' \\\"y\\\"\"\n    num_cores: 3\n    \
                jobconf: {'k e:y': yes, n: '1', e: ''}\n";
    let path = folder.path().join("conf.yaml");
    fs::write(&path, conf).unwrap();
    let show = |path: &Path| {
        let output = tool(
            folder.path(),
            &["conf", "show", "-c", path.to_str().unwrap()],
        );
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let values = |shown: &str| -> Vec<String> {
        let lines = shown.lines().filter(|line| !line.starts_with('#'));
        lines
            .map(|line| line.rsplit_once("  # ").unwrap().0.trim_end().to_owned())
            .collect()
    };
    let first = show(&path);
    let again = folder.path().join("again.yaml");
    let options: String = first.lines().map(|line| format!("    {line}\n")).collect();
    fs::write(&again, format!("runners:\n  local:\n{options}")).unwrap();
    assert_eq!(values(&show(&again)), values(&first));
}

#[test]
fn conf_schema_is_json() {
    let folder = tempfile::tempdir().unwrap();
    let output = tool(folder.path(), &["conf", "schema"]);
    let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(schema["title"], "mrjob.conf");
}

#[test]
fn completions_of_the_tool_and_of_a_job() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let script = text(&tool(folder.path(), &["completions", shell]).stdout);
        assert!(script.contains("schema"), "{shell}");
        let job = Command::new(env!("CARGO_BIN_EXE_word_freq"))
            .args(["--completions", shell])
            .output()
            .unwrap();
        let script = text(&job.stdout);
        assert!(
            script.contains("word_freq") && script.contains("min-length"),
            "{shell}"
        );
    }
}

#[test]
fn new_refuses_what_cannot_be_a_crate() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("there")).unwrap();
    for (name, expected) in [
        ("1st", "`1st` can't be the name of a crate"),
        ("a b", "can't be the name of a crate"),
        ("match", "that name is taken"),
        ("mrjob", "that name is taken"),
        ("there", "`there` exists"),
    ] {
        let output = tool(folder.path(), &["new", name]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(
            text(&output.stderr).contains(expected),
            "{}",
            text(&output.stderr)
        );
    }
}

#[test]
fn new_takes_mrjob_from_where_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for (name, arguments, expected) in [
        (
            "a",
            ["--git", "https://example.com/mrjob"],
            r#"mrjob = { git = "https://example.com/mrjob" }"#,
        ),
        ("b", ["--release", "0.1"], r#"mrjob = "0.1""#),
    ] {
        let output = tool(folder.path(), &[&["new", name], &arguments[..]].concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
        let manifest = fs::read_to_string(folder.path().join(name).join("Cargo.toml")).unwrap();
        assert!(manifest.contains(expected), "{manifest}");
    }
}

/// A new crate is built, tested and run without a network.
#[test]
fn a_new_crate_works() {
    let folder = tempfile::tempdir().unwrap();
    let checkout = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let output = tool(folder.path(), &["new", "demo", "--path", checkout]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let demo = folder.path().join("demo");
    for (arguments, expected) in [
        (&["test", "--offline"][..], "test result: ok. 2 passed"),
        // Not with `--release`, which takes a minute and builds the same.
        (
            &["run", "--offline", "--", "--no-conf", "README.md"],
            "\"cargo\"\t",
        ),
    ] {
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .current_dir(&demo)
            .env("CARGO_TARGET_DIR", folder.path().join("target"))
            .output()
            .unwrap();
        let stdout = text(&output.stdout);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(stdout.contains(expected), "{stdout}");
    }
}

#[test]
fn files_in_s3_need_a_tool_that_has_it() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["ls", "s3://b"][..], &["rm", "-r", "--yes", "s3://b/x"]] {
        let output = tool(folder.path(), arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains("hint: `cargo install --path . --features s3`"),
            "{said}"
        );
    }
}
