//! Steps with properties and a number of reduce tasks of their own; counters and status messages.

use std::process::ExitCode;

use mrjob::prelude::*;

/// The words that are used most.
#[derive(MrJob)]
#[mrjob(jobconf("mapreduce.job.priority" = "LOW", mapreduce.map.speculative = false))]
struct TopWords {
    /// How many.
    #[arg(long, default_value_t = 10)]
    number: usize,
    #[mrjob(state)]
    top: Vec<(u64, String)>,
}

#[mrjob::steps(
    step(mapper = words, combiner = add, reducer = total, jobconf("mapreduce.job.priority" = "HIGH"), reducers = 3),
    step(mapper = swap, reducer = keep, reducer_final = write, reducers = 1),
)]
impl TopWords {
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        counter!("input", "lines");
        for word in line.split_whitespace() {
            counter!("input", "letters", word.len() as i64);
            out.emit(word, 1);
        }
    }

    fn add(&self, count: &mut u64, next: u64) {
        *count += next;
    }

    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        let total = counts.sum();
        match total {
            0..100 => counter!("words", "rare"),
            _ => counter!("words", "frequent"),
        }
        out.emit(word, total);
    }

    fn swap(&self, word: &str, count: u64, out: &mut Emitter<u64, String>) {
        out.emit(count, word);
    }

    fn keep(&mut self, count: u64, words: Values<String>, _: &mut Emitter<String, u64>) {
        status!("words that occur {count} times");
        self.top.extend(words.map(|word| (count, word)));
        self.top.sort_unstable_by(|a, b| b.cmp(a));
        self.top.truncate(self.number);
    }

    fn write(&mut self, out: &mut Emitter<String, u64>) {
        for (count, word) in self.top.drain(..) {
            out.emit(word, count);
        }
    }
}

fn main() -> ExitCode {
    TopWords::run()
}
