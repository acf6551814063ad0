//! W1w, W1f and W7: how often each word occurs; white space parts words.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count words.
#[derive(MrJob)]
#[mrjob(output = Text)]
struct WhiteSpaceWords;

#[mrjob::steps]
impl WhiteSpaceWords {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        for word in line.split_whitespace() {
            out.emit(word, 1);
        }
    }

    #[combiner]
    fn add(&self, count: &mut u64, next: u64) {
        *count += next;
    }

    #[reducer]
    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }
}

fn main() -> ExitCode {
    WhiteSpaceWords::run()
}
