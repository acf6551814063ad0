//! Whole lines as keys.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count lines.
#[derive(MrJob)]
struct TextLines {}

#[mrjob::steps]
impl TextLines {
    #[mapper]
    fn line(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }

    #[combiner]
    #[reducer]
    fn total(&self, line: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(line, counts.sum());
    }
}

fn main() -> ExitCode {
    TextLines::run()
}
