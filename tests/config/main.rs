//! Configuration files: what is loaded, what is refused and how, what is in force and where it comes from.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod broken;
mod documented;
mod generated;
mod layers;
mod program;
mod tool;

use std::fs;
use std::path::Path;

use mrjob_runners::config::{Choice, Files, Shown};
use mrjob_runners::options::RunnerKind;

/// No environment.
fn no_variables(_: &str) -> Option<String> {
    None
}

/// What `files` say for `runner`, an option a line; or what is wrong in them.
fn shown(files: &[&Path], runner: RunnerKind) -> String {
    let choice = Choice::Files(files.iter().map(|&file| file.to_owned()).collect());
    let settings =
        Files::read(&choice, &no_variables).and_then(|files| files.settings(runner, &no_variables));
    match settings {
        Ok(settings) => Shown {
            settings: &settings,
            defaults: false,
        }
        .to_string(),
        Err(error) => error.to_string(),
    }
}

/// Compares `actual` with a file, or writes it there where `UPDATE_GENERATED` is set.
fn equals_file(actual: &str, path: impl AsRef<Path>) {
    let path = path.as_ref();
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(path, actual).unwrap();
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert!(
        expected == actual,
        "`{}` is stale; hint: `UPDATE_GENERATED=1 cargo test --package mrjob-tests --test config` writes it anew",
        path.display()
    );
}
