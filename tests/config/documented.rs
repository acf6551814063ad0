//! The configurations in mrjob's own documentation: each loads, or is refused with what to do instead.

use std::fmt::Write;
use std::fs;

use mrjob_runners::config::{Choice, Files};

use crate::equals_file;

const EXAMPLES: &str = include_str!("mrjob/examples.txt");

#[test]
fn each_is_taken_or_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().to_str().unwrap().to_owned();
    for included in [
        ".mrjob.base.conf",
        ".mrjob.very-small.conf",
        ".mrjob.very-large.conf",
        "mrjob.base.conf",
        "base.conf",
    ] {
        fs::write(folder.path().join(included), "runners: {}").unwrap();
    }
    let variables = |name: &str| match name {
        "HOME" => Some(home.clone()),
        "DATA_DIR" => Some("/data".to_owned()),
        _ => None,
    };
    let path = folder.path().join("mrjob.conf");
    let mut answers = String::new();
    for example in EXAMPLES.split("=== ").skip(1) {
        let (place, text) = example.split_once('\n').unwrap();
        fs::write(&path, text).unwrap();
        let read = Files::read(&Choice::Files(vec![path.clone()]), &variables);
        writeln!(answers, "=== {place}").unwrap();
        match read {
            Ok(files) => {
                answers.push_str("loads\n");
                for warning in files.warnings(None) {
                    writeln!(answers, "warning: {warning}").unwrap();
                }
            }
            Err(error) => {
                for problem in error.problems() {
                    let said = problem.to_string();
                    assert!(problem.position().is_some(), "{place}: {said}");
                    assert!(said.contains("\nhint: "), "{place}: {said}");
                    writeln!(answers, "{said}").unwrap();
                }
            }
        }
    }
    let answers = answers.replace(&format!("{home}/"), "");
    let expected = concat!(env!("CARGO_MANIFEST_DIR"), "/config/mrjob/answers.txt");
    equals_file(&answers, expected);
}
