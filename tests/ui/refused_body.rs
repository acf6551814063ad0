//! What a method does with arguments that it can't have isn't told as well.

use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps]
impl WordFreq {
    #[mapper]
    fn words(&self, line: &str, out: Emitter<String, u64>) {
        out.emit(line, 1);
    }

    #[reducer]
    fn total(&self, word: &str, counts: Vec<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.iter().sum());
    }
}

fn main() {}
