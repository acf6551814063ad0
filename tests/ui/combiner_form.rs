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
    fn add(&self, count: u64, next: u64) -> u64 {
        count + next
    }

    #[combiner_init]
    fn begin(&self, out: &mut Emitter<String, u64>, more: u64) {
        let _ = (out, more);
    }

    #[reducer]
    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }
}

fn main() {}
