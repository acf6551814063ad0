use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps(step(mapper = words), step(reducer = total))]
impl WordFreq {
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }

    fn total(&self, word: &str, counts: Values<f64>, out: &mut Emitter<String, f64>) {
        out.emit(word, counts.sum());
    }
}

fn main() {}
