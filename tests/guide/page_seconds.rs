//! The job of the chapter `protocols` of the guide.

use std::process::ExitCode;

use mrjob::prelude::*;
use serde::Deserialize;

/// Sum up the seconds that were spent on each page.
#[derive(MrJob)]
#[mrjob(input = JsonValue, output = Text)]
struct PageSeconds {}

#[derive(Deserialize)]
struct Visit<'a> {
    url: &'a str,
    seconds: u64,
}

#[mrjob::steps]
impl PageSeconds {
    #[mapper]
    fn visits(&self, visit: Visit<'_>, out: &mut Emitter<String, u64>) {
        out.emit(visit.url, visit.seconds);
    }

    #[reducer]
    fn total(&self, url: &str, seconds: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(url, seconds.sum());
    }
}

fn main() -> ExitCode {
    PageSeconds::run()
}
