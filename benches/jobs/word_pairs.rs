//! W10: how often each word follows another: many keys, of two fields, and often longer than a slot of the table.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count pairs of words in a row.
#[derive(MrJob)]
struct WordPairs;

#[mrjob::steps]
impl WordPairs {
    #[mapper]
    fn pairs(&self, line: &str, out: &mut Emitter<(String, String), u64>) {
        let words = line.split_whitespace();
        for (word, next) in words.clone().zip(words.skip(1)) {
            out.emit((word, next), 1);
        }
    }

    #[combiner]
    fn add(&self, count: &mut u64, next: u64) {
        *count += next;
    }

    #[reducer]
    fn total(
        &self,
        pair: (String, String),
        counts: Values<u64>,
        out: &mut Emitter<(String, String), u64>,
    ) {
        out.emit(pair, counts.sum());
    }
}

fn main() -> ExitCode {
    WordPairs::run()
}
