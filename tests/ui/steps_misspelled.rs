use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps]
impl WordFreq {
    #[maper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }

    #[reducer(fast)]
    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }
}

fn main() {}
