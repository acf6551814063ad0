//! A mistake of syntax in a method.

use mrjob::prelude::*;

/// Count words.
#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps]
impl WordFreq {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        let x = line.split_whitespace()
        for word in x {
            out.emit(word, 1)
        }
    }

    #[reducer]
    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }
}

fn main() -> std::process::ExitCode {
    WordFreq::run()
}
