//! A shell command in front of the mapper.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count words that `grep` lets through.
#[derive(MrJob)]
struct Filtered {
    /// What lines must have in them.
    #[arg(long, default_value = ".")]
    pattern: String,
}

#[mrjob::steps(
    step(mapper_pre_filter = wanted, mapper = words, combiner = add, reducer = total),
)]
impl Filtered {
    fn wanted(&self) -> String {
        format!("grep -e '{}'", self.pattern)
    }

    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        line.split_whitespace().for_each(|word| out.emit(word, 1));
    }

    fn add(&self, count: &mut u64, next: u64) {
        *count += next;
    }

    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }
}

fn main() -> ExitCode {
    Filtered::run()
}
