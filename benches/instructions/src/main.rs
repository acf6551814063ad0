//! `hot_paths NAME` goes one hot path of the engine, a small job each, so that callgrind counts its instructions.
//!
//! Only what runs in [`counted`] is counted: neither start-up nor the making of the data.

#![expect(clippy::print_stdout, reason = "lists the paths")]

mod data;
mod jobs;

use std::env;
use std::process::ExitCode;

use mrjob::BoxError;
use mrjob::prelude::*;

/// A name, and what makes its data and goes the path.
type Path = (&'static str, fn() -> Result<(), BoxError>);

const PATHS: &[Path] = &[
    ("split_lines", || go::<jobs::Lines>(data::text(40_000), &[])),
    ("emit_and_combine", || {
        go::<jobs::Words>(data::text(20_000), &[])
    }),
    ("encode_keys", || {
        go::<jobs::TupleKeys>(data::numbers(60_000), &[])
    }),
    ("sort", || go::<jobs::Sort>(data::numbers(60_000), &[])),
    ("spill_and_merge", || {
        go::<jobs::Sort>(data::numbers(600_000), &["--memory", "16M"])
    }),
    ("read_json", || {
        go::<jobs::ReadJson>(data::json(10_000), &[])
    }),
    ("write_json", || {
        go::<jobs::WriteJson>(data::numbers(40_000), &[])
    }),
];

fn main() -> ExitCode {
    let Some(name) = env::args().nth(1) else {
        PATHS.iter().for_each(|(name, _)| println!("{name}"));
        return ExitCode::SUCCESS;
    };
    let Some((_, go)) = PATHS.iter().find(|path| path.0 == name) else {
        println!("error: no hot path `{name}`");
        return ExitCode::from(2);
    };
    match go() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn go<J: Job>(input: String, arguments: &[&str]) -> Result<(), BoxError> {
    let job = J::parse_from(arguments);
    let mut outcome = Ok(());
    counted(&mut || outcome = job.sandbox(&input).map(drop));
    Ok(outcome?)
}

/// callgrind is told to count while this function runs, so it has to stay one.
#[inline(never)]
fn counted(path: &mut dyn FnMut()) {
    path();
}
