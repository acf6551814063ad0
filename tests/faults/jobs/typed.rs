//! Reads JSON as a type.

use std::process::ExitCode;

use mrjob::prelude::*;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Click<'a> {
    page: &'a str,
    milliseconds: u64,
}

/// Add up the time spent on each page.
#[derive(MrJob)]
#[mrjob(input = mrjob::protocol::JsonValue)]
struct Typed {}

#[mrjob::steps]
impl Typed {
    #[mapper]
    fn time(&self, click: Click<'_>, out: &mut Emitter<String, u64>) {
        out.emit(click.page, click.milliseconds);
    }

    #[reducer]
    fn total(&self, page: &str, times: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(page, times.sum());
    }
}

fn main() -> ExitCode {
    Typed::run()
}
