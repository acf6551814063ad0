//! Shortest, mean and longest word: a parallel reduce with an initial value, an accumulator and a combination.
//!
//! ```text
//! cargo run --release --example word_lengths -- README.md
//! ```
//!
//! Each map task adds words to a summary of its own, which `mapper_init` starts and `mapper_final` emits. What adds a word isn't
//! what adds two summaries; and of a task only one record is shuffled. Any text will do: no line is skipped.

use std::process::ExitCode;

use mrjob::prelude::*;
use serde::{Deserialize, Serialize};

/// Summarize how long the words are, in characters.
#[derive(MrJob)]
#[mrjob(output = JsonValue)]
struct WordLengths {
    #[mrjob(state)]
    seen: Summary,
}

#[derive(Default, Serialize, Deserialize)]
struct Summary {
    words: u64,
    characters: u64,
    shortest: u64,
    longest: u64,
}

#[derive(Serialize, Deserialize)]
struct Report {
    words: u64,
    shortest: u64,
    mean: f64,
    longest: u64,
}

#[mrjob::steps]
impl WordLengths {
    #[mapper_init]
    fn start(&mut self) {
        self.seen = Summary::none();
    }

    #[mapper]
    fn words(&mut self, line: &str, _: &mut Emitter<(), Summary>) {
        for word in line.split_whitespace() {
            self.seen.add(word);
        }
    }

    #[mapper_final]
    fn seen(&mut self, out: &mut Emitter<(), Summary>) {
        out.emit((), std::mem::take(&mut self.seen));
    }

    #[reducer]
    fn report(&self, _: (), parts: Values<Summary>, out: &mut Emitter<(), Report>) {
        let all = parts.fold(Summary::none(), Summary::combine);
        if all.words > 0 {
            let mean = all.characters as f64 / all.words as f64;
            let (words, shortest, longest) = (all.words, all.shortest, all.longest);
            out.emit(
                (),
                Report {
                    words,
                    shortest,
                    mean,
                    longest,
                },
            );
        }
    }
}

impl Summary {
    /// The initial value: what changes no summary that it is combined with.
    fn none() -> Summary {
        Summary {
            shortest: u64::MAX,
            ..Summary::default()
        }
    }

    fn add(&mut self, word: &str) {
        let length = word.chars().count() as u64;
        self.words += 1;
        self.characters += length;
        self.shortest = self.shortest.min(length);
        self.longest = self.longest.max(length);
    }

    fn combine(self, other: Summary) -> Summary {
        Summary {
            words: self.words + other.words,
            characters: self.characters + other.characters,
            shortest: self.shortest.min(other.shortest),
            longest: self.longest.max(other.longest),
        }
    }
}

fn main() -> ExitCode {
    WordLengths::run()
}
