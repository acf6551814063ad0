use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

impl WordFreq {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        for word in line.split_whitespace() {
            out.emit(word, 1);
        }
    }

    #[combiner]
    #[reducer]
    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }
}

fn main() {}
