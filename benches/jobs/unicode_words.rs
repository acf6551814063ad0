//! W1r: how often each word occurs in lower case; a word is `[\w']+`, of any alphabet.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count words in lower case.
#[derive(MrJob)]
#[mrjob(output = Text)]
struct UnicodeWords;

#[mrjob::steps]
impl UnicodeWords {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        let line = line.to_lowercase();
        let words = line.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '\''));
        for word in words.filter(|word| !word.is_empty()) {
            out.emit(word, 1);
        }
    }

    #[combiner]
    fn add(&self, count: &mut u64, next: u64) {
        *count += next;
    }

    #[reducer]
    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }
}

fn main() -> ExitCode {
    UnicodeWords::run()
}
