use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps(
    step(mapper = start),
    repeat(0, step(mapper = round)),
    step(mapper = end),
)]
impl WordFreq {
    fn start(&self, line: &str, out: &mut Emitter<u64, u64>) {
        out.emit(line.len() as u64, 1);
    }

    fn round(&self, n: u64, out: &mut Emitter<String, u64>) {
        out.emit("n", n);
    }

    fn end(&self, word: &str, n: u64, out: &mut Emitter<String, u64>) {
        out.emit(word, n);
    }
}

fn main() {}
