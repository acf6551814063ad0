//! Several files, of which later ones count more.

use std::fs;
use std::path::Path;

use mrjob_runners::config::{Choice, ConfigError, Files, Shown};
use mrjob_runners::options::{Kind, Rule, RunnerKind, Status, rows};

use crate::shown;

/// Two values of this kind, and what `conf show` prints of each.
fn samples(kind: Kind) -> [(&'static str, &'static str); 2] {
    match kind {
        Kind::Bool => [("true", "true"), ("no", "false")],
        Kind::Whole(_) => [("3", "3"), ("'4'", "4")],
        Kind::Number => [("3", "3"), ("0.5", "0.5")],
        Kind::Size => [("1G", "1G"), ("1073741824", "\"1073741824\"")],
        Kind::Cleanup => [("ALL", r#"["ALL"]"#), ("[TMP, LOGS]", r#"["TMP","LOGS"]"#)],
        Kind::Texts | Kind::Command => [("a", "a"), ("[b, c]", r#"["b","c"]"#)],
        Kind::Choice(words) => [(words[0], words[0]), (words[1], words[1])],
        Kind::List | Kind::Paths => [("a", "a"), ("[b]", "b")],
        Kind::Objects => [("{A: 1}", r#"{"A":1}"#), ("[{B: yes}]", r#"{"B":true}"#)],
        Kind::Dict | Kind::Env | Kind::Jobconf => [("{K: a}", "K: a"), ("{K: b}", "K: b")],
        Kind::Params => [("{K: [1]}", "K: [1]"), ("{K: null}", "K: null")],
        Kind::Json => [("[1]", "[1]"), ("{a: b}", r#"{"a":"b"}"#)],
        _ => [("one", "one"), ("two", "two")],
    }
}

/// Each option, in each runner's section that may have it, in two files.
#[test]
fn every_option_is_combined_by_its_rule() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second] = ["first.yaml", "second.yaml"].map(|name| folder.path().join(name));
    let mut combined = 0;
    for row in rows().filter(|row| !matches!(row.status, Status::Refused(..))) {
        let sections = RunnerKind::ALL.into_iter();
        for runner in sections.filter(|&r| row.stands_in(r)) {
            let [one, other] = samples(row.kind);
            let (name, section) = (row.name, runner.name());
            let write = |path: &Path, value: &str| {
                fs::write(
                    path,
                    format!("runners:\n  {section}:\n    {name}: {value}\n"),
                )
                .unwrap();
            };
            write(&first, one.0);
            write(&second, other.0);
            let text = shown(&[&first, &second], runner);
            let secret = |value: &'static str| if row.secret { "'…'" } else { value };
            let (one, other) = (secret(one.1), secret(other.1));
            let lines: Vec<(&str, &str)> = text
                .lines()
                .map(|line| line.split_once("  # ").unwrap_or((line, "")))
                .map(|(value, origin)| (value.trim_end(), origin.trim()))
                .collect();
            let from = |path: &Path| format!("{}:3", path.display());
            let (from_first, from_second) = (from(&first), from(&second));
            let expected: Vec<(String, &str)> = match row.kind.rule() {
                Rule::Last => vec![(format!("{name}: {other}"), from_second.as_str())],
                Rule::Concatenate => vec![
                    (format!("  - {one}"), from_first.as_str()),
                    (format!("  - {other}"), from_second.as_str()),
                ],
                _ => vec![(format!("  {other}"), from_second.as_str())],
            };
            let values = lines
                .iter()
                .filter(|(value, _)| *value != format!("{name}:"));
            let values: Vec<(String, &str)> = values
                .map(|(value, origin)| ((*value).to_owned(), *origin))
                .collect();
            assert_eq!(values, expected, "{name} in {section}\n{text}");
            combined += 1;
        }
    }
    assert!(combined > 100, "{combined}");
}

/// What two files say together in the section `emr`, without its origins.
fn together(first: &str, second: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let paths = [("first", first), ("second", second)].map(|(name, options)| {
        let path = folder.path().join(name);
        fs::write(&path, format!("runners: {{emr: {{{options}}}}}")).unwrap();
        path
    });
    let text = shown(&[&paths[0], &paths[1]], RunnerKind::Emr);
    text.lines()
        .map(|line| line.split("  # ").next().unwrap_or_default().trim())
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn null_leaves_what_was_there_and_clear_forgets_it() {
    assert_eq!(together("label: a", "label: null"), "label: a");
    assert_eq!(together("label: a", "label: !clear "), "");
    assert_eq!(together("label: a", "label: ''"), "");
    assert_eq!(together("setup: [a]", "setup: !clear [b]"), "setup: - b");
    assert_eq!(together("setup: [a]", "!clear setup: [b]"), "setup: - b");
    assert_eq!(
        together("tags: {a: '1', b: x}", "tags: !clear {c: y}"),
        "tags: c: y"
    );
    assert_eq!(
        together("tags: {a: x, b: y}", "tags: {a: !clear , c: z}"),
        "tags: b: y c: z"
    );
}

#[test]
fn paths_of_environments_go_before_each_other() {
    assert_eq!(
        together(
            "cmdenv: {PATH: /a, PYTHONPATH: /p, TZ: x}",
            "cmdenv: {PATH: /b, TZ: y}"
        ),
        "cmdenv: PYTHONPATH: /p PATH: /b:/a TZ: y"
    );
    assert_eq!(
        together("cmdenv: {PATH: /a}", "cmdenv: {PATH: !clear /b}"),
        "cmdenv: PATH: /b"
    );
    assert_eq!(
        together("tags: {PATH: /a}", "tags: {PATH: /b}"),
        "tags: PATH: /b"
    );
}

#[test]
fn properties_are_javas_text_and_null_removes_them() {
    assert_eq!(
        together(
            "jobconf: {a: true, b: 1.10, c: x, d: 'yes'}",
            "jobconf: {c: null, e: no, f: 0x10}"
        ),
        "jobconf: a: \"true\" b: \"1.10\" d: \"yes\" e: \"false\" f: \"0x10\""
    );
}

#[test]
fn text_is_as_it_is_written() {
    assert_eq!(
        together("image_version: 6.10", ""),
        "image_version: \"6.10\""
    );
    assert_eq!(together("region: no", ""), "region: \"no\"");
    assert_eq!(together("owner: 007", ""), "owner: 007");
    assert_eq!(together("label: ---", ""), "label: \"---\"");
}

#[test]
fn a_file_counts_less_than_what_includes_it() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    };
    let base = write(
        "base.yaml",
        "runners: {local: {label: base, owner: base, num_cores: 1}}",
    );
    write(
        "real/more.yaml",
        "include: ../base.yaml\nrunners: {local: {owner: more, num_cores: 2}}",
    );
    let top = write(
        "real/top.yaml",
        "include: [more.yaml]\nrunners: {local: {num_cores: 3}}",
    );
    let link = folder.path().join("link.yaml");
    // Relative to the folder where the file really is.
    std::os::unix::fs::symlink(&top, &link).unwrap();
    let origin_of = |files: &[&Path], name: &str| {
        let text = shown(files, RunnerKind::Local);
        let line = text
            .lines()
            .find(|line| line.starts_with(name))
            .unwrap_or(&text);
        let origin = line.rsplit("  # ").next().unwrap();
        origin.rsplit('/').next().unwrap().to_owned()
    };
    for (files, name, expected) in [
        (vec![&link], "label", "base.yaml:1"),
        (vec![&link], "owner", "more.yaml:2"),
        (vec![&link], "num_cores", "link.yaml:2"),
        // Named again, it counts where it is named last.
        (vec![&link, &base], "label", "base.yaml:1"),
        (vec![&link, &base], "owner", "base.yaml:1"),
        (vec![&link, &base], "num_cores", "base.yaml:1"),
        (vec![&base, &link], "owner", "more.yaml:2"),
        (vec![&base, &link], "num_cores", "link.yaml:2"),
    ] {
        let files: Vec<&Path> = files.iter().map(|path| path.as_path()).collect();
        assert_eq!(origin_of(&files, name), expected, "{name} of {files:?}");
    }
}

/// `<<` is read as in mrjob.
#[test]
fn anchors_and_merged_mappings() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f.yaml");
    let text = "runners:\n  inline: &all\n    label: a\n    owner: b\n  local:\n    <<: *all\n    owner: c\n";
    fs::write(&path, text).unwrap();
    let text = shown(&[&path], RunnerKind::Local);
    assert!(
        text.contains("label: a") && text.contains("owner: c"),
        "{text}"
    );
}

#[test]
fn variables_stand_in_any_value_where_a_file_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f.yaml");
    let options = "runners:\n  local:\n    num_cores: ${CORES}\n    memory: ${MEM:-64M}\n    label: ${EMPTY:-x}-$${CORES}-$CORES\n";
    let variables = |name: &str| match name {
        "CORES" => Some("3".to_owned()),
        "EMPTY" => Some(String::new()),
        _ => None,
    };
    let read = |text: String| {
        fs::write(&path, text).unwrap();
        let files = Files::read(&Choice::Files(vec![path.clone()]), &variables)?;
        let settings = files.settings(RunnerKind::Local, &variables)?;
        let defaults = false;
        Ok::<String, ConfigError>(
            Shown {
                settings: &settings,
                defaults,
            }
            .to_string(),
        )
    };
    let shown = read(format!("interpolate: true\n{options}")).unwrap();
    for line in ["num_cores: 3 ", "memory: 64M ", "label: x-${CORES}-$CORES "] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    // Without the line they are text.
    let refused = read(options.to_owned()).unwrap_err().to_string();
    assert!(refused.contains("and this is `${CORES}`"), "{refused}");
}

#[test]
fn paths_are_expanded_and_patterns_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f.yaml");
    let home = folder.path().to_str().unwrap().to_owned();
    for name in ["b.jar", "a.jar"] {
        fs::write(folder.path().join(name), "").unwrap();
    }
    let options =
        "{local_tmp_dir: '$DATA/${DATA}x', libjars: [~/*.jar, '~/?.none', 's3://b/*.jar']}";
    fs::write(&path, format!("runners: {{hadoop: {options}}}")).unwrap();
    let variables = |name: &str| match name {
        "HOME" => Some(home.clone()),
        "DATA" => Some("data".to_owned()),
        _ => None,
    };
    let files = Files::read(&Choice::Files(vec![path]), &variables).unwrap();
    let settings = files.settings(RunnerKind::Hadoop, &variables).unwrap();
    let shown = Shown {
        settings: &settings,
        defaults: false,
    }
    .to_string();
    let values: Vec<&str> = shown
        .lines()
        .map(|line| line.split("  # ").next().unwrap().trim())
        .collect();
    let [a, b] = ["a.jar", "b.jar"].map(|name| format!("- {home}/{name}"));
    let none = format!("- \"{home}/?.none\"");
    let expected = [
        "local_tmp_dir: data/datax",
        "libjars:",
        &a,
        &b,
        &none,
        "- \"s3://b/*.jar\"",
    ];
    assert_eq!(values, expected);
}
