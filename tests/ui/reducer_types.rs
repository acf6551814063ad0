use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps]
impl WordFreq {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }

    #[reducer]
    fn total(&self, word: u64, counts: Values<f64>, out: &mut Emitter<u64, f64>) {
        out.emit(word, counts.sum());
    }
}

fn main() {}
