//! The word that a text uses most, in two steps: count the words, then keep the largest count.
//!
//! ```text
//! cargo run --release --example most_used_word -- README.md
//! ```
//!
//! Output is one line: the word as JSON, a tab, its count. Of words that are used equally
//! often it is the last in the order of their letters.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Find the word that is used most.
#[derive(MrJob)]
struct MostUsedWord {}

/// A count and its word: the larger of two is the one that is used more.
type Use = (u64, String);

#[mrjob::steps(
    step(mapper = words, combiner = add, reducer = total),
    step(mapper = one_group, combiner = keep_larger, reducer = largest),
)]
impl MostUsedWord {
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        let words = line.split(|c: char| !c.is_alphanumeric() && c != '\'');
        for word in words.filter(|word| !word.is_empty()) {
            out.emit(word.to_lowercase(), 1);
        }
    }

    fn add(&self, count: &mut u64, next: u64) {
        *count += next;
    }

    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }

    /// All words under one key, so that one call of the reducer sees them all.
    fn one_group(&self, word: &str, count: u64, out: &mut Emitter<(), Use>) {
        out.emit((), (count, word));
    }

    /// Leaves a single word of each map task, so that the one group is a small one.
    fn keep_larger(&self, largest: &mut Use, next: Use) {
        if next > *largest {
            *largest = next;
        }
    }

    fn largest(&self, _: (), uses: Values<Use>, out: &mut Emitter<String, u64>) {
        if let Some((count, word)) = uses.max() {
            out.emit(word, count);
        }
    }
}

fn main() -> ExitCode {
    MostUsedWord::run()
}
