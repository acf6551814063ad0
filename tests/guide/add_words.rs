//! The job of the chapter `combiners` of the guide.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count how often each word occurs.
#[derive(MrJob)]
struct AddWords {}

#[mrjob::steps]
impl AddWords {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        for word in line.split_whitespace() {
            out.emit(word, 1);
        }
    }

    #[combiner]
    fn add(&self, count: &mut u64, next: u64) {
        *count += next;
    }

    #[reducer]
    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }
}

fn main() -> ExitCode {
    AddWords::run()
}
