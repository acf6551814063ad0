use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps]
impl WordFreq {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }

    #[combiner]
    fn add(&self, count: &mut u32, next: u64) {
        *count += next as u32;
    }

    #[reducer]
    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }
}

fn main() {}
