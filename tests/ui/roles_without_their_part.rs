use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps(
    step(mapper_init = begin, mapper_pre_filter = filter, reducer = total),
    step(mapper_cmd = command, mapper_final = begin, mapper_pre_filter = filter),
    step(mapper = words, reducers = 8, reducer_init = begin, reducer_pre_filter = filter),
)]
impl WordFreq {
    fn begin(&self) {}

    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }

    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }

    fn filter(&self) -> &'static str {
        "grep -v '^#'"
    }

    fn command(&self) -> String {
        "sort -u".to_owned()
    }
}

fn main() {}
