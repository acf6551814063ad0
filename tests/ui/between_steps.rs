use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps(
    step(mapper = words, reducer = total),
    step(mapper = by_count),
    step(mapper = top),
)]
impl WordFreq {
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }

    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }

    fn by_count(&self, word: &str, count: u64, out: &mut Emitter<u64, String>) {
        out.emit(count, word);
    }

    fn top(&self, count: u64, words: Vec<String>, out: &mut Emitter<u64, Vec<String>>) {
        out.emit(count, words);
    }
}

fn main() {}
