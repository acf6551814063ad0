use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[derive(serde::Serialize, serde::Deserialize)]
struct Word<'a>(&'a str);

#[mrjob::steps]
impl WordFreq {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<&str, Vec<&str>>) {
        out.emit(line, vec![line]);
    }

    #[reducer]
    fn total(&self, word: &str, words: Values<&str>, out: &mut Emitter<Word<'_>, u64>) {
        out.emit(Word(word), words.count() as u64);
    }
}

fn main() {}
