//! The job of the chapter `keys_and_order` of the guide.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Group words by their length.
#[derive(MrJob)]
#[mrjob(sort_values)]
struct ByLength {}

#[mrjob::steps]
impl ByLength {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<usize, String>) {
        for word in line.split_whitespace() {
            out.emit(word.chars().count(), word);
        }
    }

    #[reducer]
    fn list(&self, length: usize, words: Values<String>, out: &mut Emitter<usize, Vec<String>>) {
        let mut words: Vec<String> = words.collect();
        words.dedup();
        out.emit(length, words);
    }
}

fn main() -> ExitCode {
    ByLength::run()
}
