//! Three steps with `Compact` between them, of which one has no reducer and one no mapper.

use std::process::ExitCode;

use mrjob::prelude::*;
use serde::{Deserialize, Serialize};

/// Words by how often they occur.
#[derive(MrJob)]
#[mrjob(internal = Compact)]
struct Chain {}

#[derive(Serialize, Deserialize, Clone)]
struct Use {
    word: String,
    line: Option<u64>,
    bytes: Vec<u8>,
}

/// A word twice, as text and as bytes.
type Word = (String, Vec<u8>);
/// A count and a number.
type Count = (u64, Option<u64>);

#[mrjob::steps(
    step(mapper = words),
    step(mapper = uses, combiner = total, reducer = total),
    step(mapper = swap),
    step(reducer = list),
)]
impl Chain {
    fn words(&self, line: &str, out: &mut Emitter<(), Use>) {
        for word in line.split_whitespace() {
            let number = word.bytes().map(u64::from).sum();
            out.emit(
                (),
                Use {
                    word: word.to_owned(),
                    line: (number % 3 > 0).then_some(number),
                    bytes: word.bytes().map(|byte| !byte).collect(),
                },
            );
        }
    }

    fn uses(&self, used: Use, out: &mut Emitter<Word, Count>) {
        out.emit((used.word, used.bytes), (1, used.line));
    }

    fn total(&self, key: Word, uses: Values<Count>, out: &mut Emitter<Word, Count>) {
        let (mut count, mut number) = (0, None);
        for (more, same) in uses {
            count += more;
            number = same;
        }
        out.emit(key, (count, number));
    }

    fn swap(&self, key: Word, (count, number): Count, out: &mut Emitter<Count, String>) {
        if key.1.iter().map(|byte| !byte).eq(key.0.bytes()) {
            out.emit((count, number), key.0);
        }
    }

    fn list(&self, key: Count, words: Values<String>, out: &mut Emitter<Count, Vec<String>>) {
        let mut words: Vec<String> = words.collect();
        words.sort_unstable();
        out.emit(key, words);
    }
}

fn main() -> ExitCode {
    Chain::run()
}
