//! Keys that are any text at all.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count texts.
#[derive(MrJob)]
#[mrjob(input = JsonValue)]
struct HostileText {}

#[mrjob::steps]
impl HostileText {
    #[mapper]
    fn text(&self, text: &str, out: &mut Emitter<String, u64>) {
        out.emit(text, 1);
    }

    #[combiner]
    fn add(&self, count: &mut u64, next: u64) {
        *count += next;
    }

    #[reducer]
    fn total(&self, text: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(text, counts.sum());
    }
}

fn main() -> ExitCode {
    HostileText::run()
}
