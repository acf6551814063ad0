use mrjob::prelude::*;

#[derive(MrJob)]
#[mrjob(jobconf("a"), jobconf("a" = "b" = 4), sort_values = 3, input)]
struct WordFreq;

#[mrjob::steps(
    step(mapper = words reducer = total)
    step(mapper = words),
    repeat(3 step(mapper = words)),
    step(mapper = words, jobconf("a" 3, "b" = 4)),
    step(mapper = words, jobconf = 4),
    step(mapper = words, jobconf(= 4)),
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
