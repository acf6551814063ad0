//! Counts words, and then how many words there are of each count. It panics at a word that it is told.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count counts.
#[derive(MrJob)]
struct CountWords {
    /// Panic at this word.
    #[arg(long)]
    bad: Option<String>,
}

#[mrjob::steps(
    step(mapper = words, reducer = total),
    step(mapper = by_count, reducer = total_of_count)
)]
impl CountWords {
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        for word in line.split_whitespace() {
            assert!(self.bad.as_deref() != Some(word), "the word is {word}");
            counter!("words", "all");
            out.emit(word, 1);
        }
    }

    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }

    fn by_count(&self, _word: &str, count: u64, out: &mut Emitter<u64, u64>) {
        out.emit(count, 1);
    }

    fn total_of_count(&self, count: u64, words: Values<u64>, out: &mut Emitter<u64, u64>) {
        out.emit(count, words.sum());
    }
}

fn main() -> ExitCode {
    CountWords::run()
}
