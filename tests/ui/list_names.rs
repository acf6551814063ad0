use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps(
    step(mapper = wrds, reduser = total),
    stp(mapper = words),
    mapper = words,
    step(mapper = |line| line),
    step(mapper, reducers = 3, reducers = 4),
    repeat(step(mapper = words)),
    repeat(3),
    repeat(3, step()),
    step,
    "words",
)]
impl WordFreq {
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }

    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }
}

fn main() {}
