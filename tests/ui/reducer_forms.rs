use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps(
    step(mapper = words, reducer = no_values),
    step(mapper = words, reducer = no_emitter),
    step(mapper = words, reducer = too_many),
    step(mapper = words, reducer = a_vec),
    step(mapper = words, reducer = emitter_by_value),
)]
impl WordFreq {
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }

    fn no_values(&self, word: &str, out: &mut Emitter<String, u64>) {
        out.emit(word, 1);
    }

    fn no_emitter(&self, _: &str, _: Values<u64>) {}

    fn too_many(&mut self, _: &str, _: Values<u64>, _: &mut Emitter<String, u64>, _: u64) {}

    fn a_vec(&self, word: &str, counts: Vec<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.len() as u64);
    }

    fn emitter_by_value(&self, _: &str, _: Values<u64>, _: Emitter<String, u64>) {}
}

fn main() {}
