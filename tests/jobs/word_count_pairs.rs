//! Word count with a combiner of pairs, by length and word.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count words, the shortest first.
#[derive(MrJob)]
struct WordCountPairs;

#[mrjob::steps]
impl WordCountPairs {
    #[mapper]
    fn words(&mut self, line: &str, out: &mut Emitter<(u32, String), u64>) {
        for word in line.split_whitespace() {
            out.emit((word.len() as u32, word), 1);
        }
    }

    #[combiner]
    fn add(&self, count: &mut u64, next: u64) {
        *count += next;
    }

    #[reducer]
    fn total(
        &self,
        (length, word): (u32, &str),
        counts: Values<u64>,
        out: &mut Emitter<(String, u32), u64>,
    ) {
        out.emit((word, length), counts.sum());
    }
}

fn main() -> ExitCode {
    WordCountPairs::run()
}
