//! Word count whose combiner is its reducer.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count words.
#[derive(MrJob)]
struct WordCount {}

#[mrjob::steps]
impl WordCount {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        for word in line.split_whitespace() {
            out.emit(word, 1);
        }
    }

    #[combiner]
    #[reducer]
    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }
}

fn main() -> ExitCode {
    WordCount::run()
}
