use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

struct Word;

#[mrjob::steps]
impl WordFreq {
    #[mapper]
    fn words(&self, _: &str, out: &mut Emitter<Word, u64>) {
        let _ = out;
    }
}

fn main() {}
