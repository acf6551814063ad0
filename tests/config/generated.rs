//! What is made of the table of options, and the files in `configs/`.

use std::fs;
use std::path::PathBuf;

use mrjob_runners::config::{Choice, Files};
use mrjob_runners::options::{OptionRow, RunnerKind, Status, find, reference, rows, schema};
use serde_json::Value;

use crate::{equals_file, no_variables};

const CONFIGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../configs");

/// The names of mrjob's 111 options.
const MRJOB: &str = include_str!("mrjob/options.txt");

#[test]
fn reference_and_schema_are_current() {
    equals_file(&reference(), format!("{CONFIGS}/REFERENCE.md"));
    equals_file(
        &format!("{:#}\n", schema()),
        format!("{CONFIGS}/schema.json"),
    );
}

#[test]
fn every_option_of_mrjob_has_a_row() {
    let names: Vec<&str> = MRJOB.lines().collect();
    assert_eq!(names.len(), 111);
    for name in names {
        let row = find(name).unwrap_or_else(|| panic!("`{name}` has no row"));
        assert_eq!(row.mrjob_name(), Some(name), "{row:?}");
    }
}

#[test]
fn names_are_there_once() {
    let mut names: Vec<&str> = rows().map(|row| row.name).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}

/// The file as it is, and with what is commented out.
fn forms(runner: RunnerKind) -> [(PathBuf, String); 2] {
    let path = PathBuf::from(format!("{CONFIGS}/{}.yaml", runner.name()));
    let text = fs::read_to_string(&path).unwrap();
    let taken_off: Vec<String> = text
        .lines()
        .filter(|line| !line.contains("yaml-language-server"))
        .map(|line| match line.split_once("# ") {
            Some((indent, rest)) if indent.trim().is_empty() => format!("{indent}{rest}"),
            _ => line.to_owned(),
        })
        .collect();
    let all = taken_off.join("\n");
    [(path.clone(), text), (path, all)]
}

const WITH_A_FILE: [RunnerKind; 3] = [RunnerKind::Local, RunnerKind::Hadoop, RunnerKind::Emr];

#[test]
fn the_files_load_also_without_their_comments() {
    let folder = tempfile::tempdir().unwrap();
    for runner in WITH_A_FILE {
        for (_, text) in forms(runner) {
            let path = folder.path().join("mrjob.conf");
            fs::write(&path, text).unwrap();
            let files = Files::read(&Choice::Files(vec![path]), &no_variables)
                .unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(files.warnings(None).next(), None);
        }
    }
}

#[test]
fn the_files_show_every_option() {
    for runner in WITH_A_FILE {
        let [_, (path, all)] = forms(runner);
        let does_something = |row: &&OptionRow| !matches!(row.status, Status::Ignored(_));
        for row in runner
            .rows()
            .filter(|row| row.runners.contain(runner))
            .filter(does_something)
        {
            let key = format!("    {}:", row.name);
            let there = all.lines().any(|line| line.starts_with(&key));
            assert!(there, "`{}` in {}", row.name, path.display());
        }
    }
}

#[test]
fn the_schema_takes_the_files() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for runner in WITH_A_FILE {
        for (path, text) in forms(runner) {
            let value: Value = serde_yaml::from_str(&text).unwrap();
            if let Err(error) = validator.validate(&value) {
                panic!("{}: {error} at {}", path.display(), error.instance_path());
            }
        }
    }
}
