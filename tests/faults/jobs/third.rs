//! A job whose third step panics.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count words, and panic.
#[derive(MrJob)]
struct Third {}

#[mrjob::steps(
    step(mapper = words, reducer = total),
    step(reducer = total),
    step(reducer = broken),
)]
impl Third {
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        line.split_whitespace().for_each(|word| out.emit(word, 1));
    }

    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }

    fn broken(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        assert!(word != "bad", "it broke");
        out.emit(word, counts.sum());
    }
}

fn main() -> ExitCode {
    Third::run()
}
