//! The job of the chapter `first_job` of the guide.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count how often each word occurs.
#[derive(MrJob)]
struct CountWords {}

#[mrjob::steps]
impl CountWords {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        for word in line.split_whitespace() {
            out.emit(word.to_lowercase(), 1);
        }
    }

    #[reducer]
    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }
}

fn main() -> ExitCode {
    CountWords::run()
}
