use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps(step(mapper = start), repeat(3, step(mapper = double)))]
impl WordFreq {
    fn start(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }

    fn double(&self, word: &str, n: u64, out: &mut Emitter<String, f64>) {
        out.emit(word, n as f64 * 2.0);
    }
}

fn main() {}
