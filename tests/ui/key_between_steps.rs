use mrjob::prelude::*;

#[derive(MrJob)]
#[mrjob(input = Text, internal = JsonValue)]
struct WordFreq;

#[mrjob::steps(step(reducer = total), step(reducer = total))]
impl WordFreq {
    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }
}

fn main() {}
