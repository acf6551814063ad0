//! Steps of shell commands and of methods, in all mixtures.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count words, in part by shell commands.
#[derive(MrJob)]
struct Commands {
    /// In front of the mapper that splits lines into words.
    #[arg(long, default_value = "cat")]
    filter: String,
    /// Adds up the counts of sorted words.
    #[arg(
        long,
        default_value = "awk '{n[$1] += $2} END {for (w in n) print w \"\\t\" n[w]}' | sort"
    )]
    add: String,
    /// What happens to each word with its count.
    #[arg(long, default_value = "tr a-z A-Z")]
    change: String,
    /// In front of the reducer that adds up again.
    #[arg(long, default_value = "cat")]
    last_filter: String,
}

#[mrjob::steps(
    step(mapper_pre_filter = filter, mapper = words, combiner_cmd = add, reducer_cmd = add),
    step(mapper_cmd = change, combiner = sum, reducer_pre_filter = last_filter, reducer = total),
)]
impl Commands {
    fn filter(&self) -> String {
        self.filter.clone()
    }

    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        line.split_whitespace().for_each(|word| out.emit(word, 1));
    }

    fn add(&self) -> String {
        self.add.clone()
    }

    fn change(&self) -> String {
        self.change.clone()
    }

    fn sum(&self, sum: &mut u64, next: u64) {
        *sum += next;
    }

    fn last_filter(&self) -> String {
        self.last_filter.clone()
    }

    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }
}

fn main() -> ExitCode {
    Commands::run()
}
