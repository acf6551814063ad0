use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps(
    step(mapper = words, mapper = words, reducer = total),
    step(mapper = words, mapper_cmd = command, mapper_init = begin, mapper_init = begin),
    step(),
)]
impl WordFreq {
    fn begin(&self) {}

    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }

    fn command(&self) -> String {
        "sort -u".to_owned()
    }

    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }
}

fn main() {}
