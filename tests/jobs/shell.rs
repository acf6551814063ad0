//! A step of shell commands between two of methods.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count words in upper case.
#[derive(MrJob)]
struct Shell {}

#[mrjob::steps(
    step(mapper = words, combiner = add, reducer = total),
    step(mapper_cmd = upper, combiner_cmd = same, reducer_cmd = same),
    step(reducer = total),
)]
impl Shell {
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        line.split_whitespace().for_each(|word| out.emit(word, 1));
    }

    fn add(&self, count: &mut u64, next: u64) {
        *count += next;
    }

    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }

    fn upper(&self) -> &'static str {
        "tr a-z A-Z"
    }

    fn same(&self) -> String {
        "cat".to_owned()
    }
}

fn main() -> ExitCode {
    Shell::run()
}
