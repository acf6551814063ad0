use mrjob::prelude::*;

// Mistakes in several places of one `impl`, which the compiler finds, are said at once too.
#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps(
    step(mapper = words, combiner = add, reducer = total),
    step(mapper = top, mapper_init = begin),
)]
impl WordFreq {
    fn words(&self, line: &str, out: &mut Emitter<(String, u8), u64>) {
        out.emit((line, 1), 1);
    }

    fn add(&self, acc: &mut f32, next: f32) {
        *acc += next;
    }

    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }

    fn begin(&self, out: &mut Emitter<u8, u8>) -> u8 {
        out.emit(1, 1);
        1
    }

    fn top(&self, key: u64, n: &[u64], out: &mut Emitter<u64, u64>) {
        out.emit(key, n[0]);
    }
}

fn main() {}
