//! W4: rows and sum of each key, where keys are nearly unique and a combiner has nothing to combine.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count the rows of each key and sum them up.
#[derive(MrJob)]
#[mrjob(input = Text)]
struct KeySums;

#[mrjob::steps]
impl KeySums {
    #[mapper]
    fn rows(&self, key: &str, number: u64, out: &mut Emitter<String, u64>) {
        out.emit(key, number);
    }

    #[reducer]
    fn total(&self, key: &str, numbers: Values<u64>, out: &mut Emitter<String, (u64, u64)>) {
        let (count, sum) = numbers.fold((0, 0), |(count, sum), number| (count + 1, sum + number));
        out.emit(key, (count, sum));
    }
}

fn main() -> ExitCode {
    KeySums::run()
}
