use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[derive(serde::Deserialize)]
struct Word<'a>(&'a str);

#[mrjob::steps]
impl WordFreq {
    #[reducer]
    fn total(&self, word: Word<'_>, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word.0, counts.sum());
    }
}

fn main() {}
