//! Files that are wrong: one clear paragraph for each mistake, and never a crash, a hang or much memory.

use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use mrjob_runners::options::schema;
use mrjob_tests_process::{Command, Output};
use serde_json::Value;
use tempfile::TempDir;

/// The tool, with little memory and time, on files in this folder.
fn check(folder: &Path, name: &str) -> Output {
    // Address space, of which what is used is a part: in KiB.
    let script = r#"ulimit -v 100000; exec timeout 120 "$0" conf check "$1""#;
    Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_mrjob_tool"), name])
        .current_dir(folder)
        .env("HOME", folder)
        .output()
        .unwrap()
}

/// What is said of a file with these bytes.
fn said(bytes: impl AsRef<[u8]>) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("f.yaml"), bytes).unwrap();
    refused(&folder, "f.yaml")
}

fn refused(folder: &TempDir, name: &str) -> String {
    let output = check(folder.path(), name);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
    stderr
}

/// A file, what is said of it, and whether it is YAML that the schema can refuse.
struct Broken(&'static str, &'static str, ByTheSchema);

#[derive(PartialEq)]
enum ByTheSchema {
    Refused,
    /// It isn't YAML, or the mistake is none of form.
    Passed,
}

use ByTheSchema::{Passed, Refused};

const BROKEN: &[Broken] = &[
    Broken(
        "runners:\n\tlocal: {}\n",
        "f.yaml:2:1: found character that cannot start any token while scanning for the next token\n  2 |  local: {}\n    | ^\nhint: indent with spaces: YAML has no tabs there",
        Passed,
    ),
    Broken(
        "runners:\n  local:\n    num_cores: four\n",
        "f.yaml:3:16: `num_cores` must be a whole number, 1 or more, and this is `four`\n  3 |     num_cores: four\n    |                ^^^^\n",
        Refused,
    ),
    Broken(
        "runners: {local: {num_cores: 0}}",
        "f.yaml:1:30: `num_cores` must be a whole number, 1 or more, and this is `0`",
        Refused,
    ),
    Broken(
        "runners: {local: {num_cores: -1}}",
        "and this is `-1`",
        Refused,
    ),
    Broken(
        "runners: {local: {num_cores: 2.5}}",
        "and this is `2.5`",
        Refused,
    ),
    Broken(
        "runners: {local: {num_core: 4}}",
        "f.yaml:1:19: unknown option `num_core`\n  1 | runners: {local: {num_core: 4}}\n    |                   ^^^^^^^^\nhint: did you mean `num_cores`?",
        Refused,
    ),
    Broken(
        "runners: {emr: {aws_region: eu-west-1}}",
        "unknown option `aws_region`\n  1 | runners: {emr: {aws_region: eu-west-1}}\n    |                 ^^^^^^^^^^\nhint: it is called `region` today",
        Refused,
    ),
    Broken(
        "runners: {local: {label: x, label: y}}",
        "f.yaml:1:29: the key `label` is given twice, first in line 1",
        Passed,
    ),
    Broken(
        "runners: {hadoop: {upload_files: a, files: b}}",
        "f.yaml:1:37: `upload_files` is mrjob's name of `files`, which is there too",
        Passed,
    ),
    Broken(
        "runners: {loacl: {}}",
        "f.yaml:1:11: unknown runner `loacl`\n  1 | runners: {loacl: {}}\n    |           ^^^^^\nhint: did you mean `local`?",
        Refused,
    ),
    Broken(
        "runners: {local: {subnet: subnet-1}}",
        "`subnet` isn't an option of the runner `local`\n  1 | runners: {local: {subnet: subnet-1}}\n    |                   ^^^^^^\nhint: it is for emr",
        Refused,
    ),
    Broken(
        "runners: {emr: {python_bin: pypy}}",
        "`python_bin` isn't an option here: a job is one program that needs no Python",
        Refused,
    ),
    Broken(
        "runner: {}",
        "f.yaml:1:1: unknown key `runner`\n  1 | runner: {}\n    | ^^^^^^\nhint: did you mean `runners`?",
        Refused,
    ),
    Broken("label: x", "hint: an option stands under a runner", Refused),
    Broken(
        "runners:\n- local\n",
        "f.yaml:2:1: `runners` must be a mapping of runners to their options",
        Refused,
    ),
    Broken(
        "runners: {local: [num_cores]}",
        "`local` must be a mapping of options to their values",
        Refused,
    ),
    Broken("- runners", "a configuration is a mapping", Refused),
    Broken(
        "runners: {hadoop: {shuffle: tex}}",
        "f.yaml:1:29: `shuffle` must be `block` or `text`, and this is `tex`",
        Refused,
    ),
    Broken(
        "runners: {emr: {tags: [team, search]}}",
        "f.yaml:1:23: `tags` must be a mapping of names to values, and this is a list",
        Refused,
    ),
    Broken(
        "runners: {emr: {tags: {team: [a]}}}",
        "`team` in `tags` must be text, and this is a list",
        Refused,
    ),
    Broken(
        "runners:\n  emr:\n    bootstrap:\n    - echo: hello\n",
        "f.yaml:4:7: `bootstrap` must be a list of texts, and this item is a mapping",
        Refused,
    ),
    Broken(
        "runners: {local: {memory: 2 parsecs}}",
        "`memory` must be a size, such as `400M` or `2G`, and this is `2 parsecs`",
        Refused,
    ),
    Broken(
        "runners: {emr: {max_mins_idle: soon}}",
        "`max_mins_idle` must be a number, 0 or more, and this is `soon`",
        Refused,
    ),
    Broken(
        "runners: {emr: {pool_clusters: maybe}}",
        "`pool_clusters` must be `true` or `false`, and this is `maybe`",
        Refused,
    ),
    Broken(
        "runners: {local: {cleanup: [LOCL_TMP]}}",
        "`cleanup` has no mode `LOCL_TMP`\n  1 | runners: {local: {cleanup: [LOCL_TMP]}}\n    |                            ^\nhint: did you mean `LOCAL_TMP`?",
        Refused,
    ),
    Broken(
        "runners: {local: {cleanup: 'NONE, ALL'}}",
        "`cleanup` can't be `NONE` and something else",
        Passed,
    ),
    Broken(
        "runners: {local: {label: !shout x}}",
        "f.yaml:1:26: unknown tag `!shout`",
        Passed,
    ),
    Broken(
        "runners: !clear {local: {}}\n---\nrunners: {}\n",
        "f.yaml:2:1: a second document begins here",
        Passed,
    ),
    Broken(
        "runners: {local: {label: *name}}",
        "there is no anchor `&name`",
        Passed,
    ),
    Broken(
        "runners: {local: {label: x}",
        "f.yaml:1:28: did not find expected ',' or '}'",
        Passed,
    ),
    Broken("? [a, b]\n: c\n", "a key must be text", Passed),
    Broken(
        "interpolate: perhaps",
        "`interpolate` must be `true` or `false`",
        Refused,
    ),
    Broken(
        "interpolate: true\nrunners: {local: {label: '${NO_SUCH_THING}'}}",
        "f.yaml:2:26: the variable `NO_SUCH_THING` isn't set",
        Passed,
    ),
    Broken(
        "include: {a: b}",
        "`include` must be a path or a list of paths",
        Refused,
    ),
    Broken(
        "include: [nowhere.yaml]",
        "f.yaml:1:11: failed to include `",
        Passed,
    ),
    Broken(
        "include: f.yaml",
        "f.yaml:1:10: files include each other: ",
        Passed,
    ),
];

#[test]
fn each_mistake_has_its_place_and_its_line() {
    for Broken(text, expected, _) in BROKEN {
        let stderr = said(text);
        assert!(
            stderr.contains(expected),
            "{text}\nis answered with\n{stderr}\nnot with\n{expected}"
        );
    }
}

#[test]
fn the_schema_refuses_what_has_a_wrong_form() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for Broken(text, _, by_the_schema) in BROKEN {
        let Ok(value) = serde_yaml::from_str::<Value>(text) else {
            assert!(*by_the_schema == Passed, "{text}");
            continue;
        };
        assert_eq!(
            !validator.is_valid(&value),
            *by_the_schema == Refused,
            "{text}"
        );
    }
}

#[test]
fn all_mistakes_are_said_in_the_order_of_the_lines() {
    let stderr = said(
        "runers: {}\nrunners:\n  local:\n    label: a\n    memory: x\n    label: b\n  x: {}\n",
    );
    let places: Vec<&str> = stderr
        .lines()
        .filter_map(|line| line.strip_prefix("error: f.yaml:"))
        .map(|rest| rest.split_once(':').unwrap().0)
        .collect();
    assert_eq!(places, ["1", "5", "6", "7"]);
}

#[test]
fn bytes_that_are_no_text() {
    assert!(
        said(b"runners: {local: {label: \xff}}")
            .contains("f.yaml:1:26: there is a byte that isn't UTF-8")
    );
    assert!(said("a: 1\nb: \0\n").contains("f.yaml:2:4: there is the control character U+0000"));
    assert!(said("a: \x1b[31m\n").contains("U+001B"));
    let binary: Vec<u8> = (0..=255).collect();
    assert!(
        said(binary).contains("f.yaml:1:1: there is the control character U+0000")
            || said((0..=255_u8).collect::<Vec<u8>>()).contains("isn't UTF-8")
    );
}

#[test]
fn a_secret_is_in_no_message() {
    let stderr = said("runners: {emr: {aws_secret_access_key: [verysecret]}}");
    assert!(!stderr.contains("verysecret"), "{stderr}");
    assert!(
        stderr.contains("`aws_secret_access_key` must be text"),
        "{stderr}"
    );
}

#[test]
fn files_that_are_too_large() {
    let folder = tempfile::tempdir().unwrap();
    let file = File::create(folder.path().join("large.yaml")).unwrap();
    file.set_len(100 << 20).unwrap();
    let stderr = refused(&folder, "large.yaml");
    assert!(
        stderr.contains("large.yaml: it is larger than 256 KiB"),
        "{stderr}"
    );
    assert!(refused(&folder, "/dev/zero").contains("larger than"));
}

#[test]
fn aliases_that_grow_without_end() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        text += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    let stderr = said(&text);
    assert!(
        stderr.contains("there are more than 50000 values up to here"),
        "{stderr}"
    );
    // Anchors in each other, each of which would be kept.
    let nested = format!("{}x, y{}", "&a [".repeat(60), "]".repeat(60));
    said(format!("runners: {{local: {{label: {nested}}}}}"));
}

#[test]
fn lists_that_are_too_deep() {
    for text in [
        "[".repeat(200_000),
        "{a: ".repeat(50_000),
        "- ".repeat(100_000),
        "? ".repeat(100_000),
    ] {
        let stderr = said(&text);
        assert!(stderr.contains("f.yaml:1:"), "{}: {stderr}", &text[..4]);
    }
}

#[test]
fn many_mistakes_are_not_all_said() {
    let mut text = "runners:\n  local:\n".to_owned();
    for number in 0..10_000 {
        text += &format!("    option{number}: x\n");
    }
    let stderr = said(&text);
    assert!(
        stderr.contains("f.yaml: 9950 more problems aren't shown"),
        "{}",
        stderr.len()
    );
}

#[test]
fn long_lines_are_cut_around_the_mistake() {
    let text = format!(
        "runners: {{local: {{label: {}, nonsense: 1}}}}",
        "x".repeat(100_000)
    );
    let stderr = said(text);
    assert!(stderr.len() < 1000, "{}", stderr.len());
    assert!(stderr.contains("nonsense"), "{stderr}");
}

#[test]
fn what_is_no_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("folder")).unwrap();
    let stderr = refused(&folder, "folder");
    assert!(
        stderr.contains("folder: failed to read it: is a directory\nhint: name a file in it"),
        "{stderr}"
    );
    let stderr = refused(&folder, "missing.yaml");
    assert!(
        stderr.contains("missing.yaml: failed to read it: No such file"),
        "{stderr}"
    );
}

#[test]
fn files_that_nobody_may_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("closed.yaml");
    fs::write(&path, "runners: {}").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o0)).unwrap();
    if File::open(&path).is_ok() {
        let mut stdout = std::io::stdout();
        writeln!(
            stdout,
            "skipped: this user may read every file; hint: run the tests as another user than root"
        )
        .unwrap();
        return;
    }
    let stderr = refused(&folder, "closed.yaml");
    assert!(
        stderr.contains("closed.yaml: failed to read it: Permission denied"),
        "{stderr}"
    );
}

#[test]
fn files_that_include_each_other() {
    let folder = tempfile::tempdir().unwrap();
    for (file, included) in [
        ("a.yaml", "b.yaml"),
        ("b.yaml", "c.yaml"),
        ("c.yaml", "a.yaml"),
    ] {
        fs::write(folder.path().join(file), format!("include: {included}")).unwrap();
    }
    let stderr = refused(&folder, "a.yaml");
    assert!(
        stderr.contains("c.yaml:1:10: files include each other: "),
        "{stderr}"
    );
}
