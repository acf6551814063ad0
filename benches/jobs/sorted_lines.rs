//! W8: sorts records of 100 bytes by their first field.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Sort lines by what stands before the tab.
#[derive(MrJob)]
#[mrjob(input = Text, output = Text)]
struct SortedLines;

#[mrjob::steps]
impl SortedLines {
    #[mapper]
    fn lines(&self, key: &str, rest: &str, out: &mut Emitter<String, String>) {
        out.emit(key, rest);
    }

    #[reducer]
    fn write(&self, key: &str, rests: Values<String>, out: &mut Emitter<String, String>) {
        for rest in rests {
            out.emit(key, rest);
        }
    }
}

fn main() -> ExitCode {
    SortedLines::run()
}
