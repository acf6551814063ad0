//! How often each word occurs in a text.
//!
//! ```text
//! cargo run --release --example word_freq -- --min-length 4 --stop-words stop.txt README.md
//! ```
//!
//! Output is a line a word: the word as JSON, a tab, its count.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use mrjob::prelude::*;

/// Count how often each word occurs.
#[derive(MrJob)]
struct WordFreq {
    /// Leave out words shorter than this.
    #[arg(long, default_value_t = 1)]
    min_length: usize,
    /// Words not to count, one a line.
    #[arg(long)]
    #[mrjob(file)]
    stop_words: Option<PathBuf>,
    #[mrjob(state)]
    stop: HashSet<String>,
}

#[mrjob::steps]
impl WordFreq {
    #[mapper_init]
    fn load(&mut self) -> Result<()> {
        let Some(path) = &self.stop_words else {
            return Ok(());
        };
        self.stop = fs::read_to_string(path)?
            .lines()
            .map(str::to_owned)
            .collect();
        Ok(())
    }

    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        for word in line.split_whitespace() {
            if word.chars().count() >= self.min_length && !self.stop.contains(word) {
                out.emit(word, 1);
            }
        }
    }

    #[combiner]
    #[reducer]
    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }
}

fn main() -> ExitCode {
    WordFreq::run()
}
