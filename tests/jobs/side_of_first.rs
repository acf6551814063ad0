//! Two steps, and the first one's mapper writes a file beside its output.

use std::fs;
use std::process::ExitCode;

use mrjob::prelude::*;

/// Count words, then counts.
#[derive(MrJob)]
struct SideOfFirst;

#[mrjob::steps(
    step(mapper = words, reducer = total),
    step(mapper = by_count, reducer = total_words)
)]
impl SideOfFirst {
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) -> Result<()> {
        fs::write(task().output_dir()?.join("seen"), line)?;
        line.split(' ').for_each(|word| out.emit(word, 1));
        Ok(())
    }

    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }

    fn by_count(&self, _word: &str, count: u64, out: &mut Emitter<u64, u64>) {
        out.emit(count, 1);
    }

    fn total_words(&self, count: u64, words: Values<u64>, out: &mut Emitter<u64, u64>) {
        out.emit(count, words.sum());
    }
}

fn main() -> ExitCode {
    SideOfFirst::run()
}
