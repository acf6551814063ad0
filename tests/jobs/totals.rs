//! Adds up 32-bit numbers by key, and counts the keys.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Add up numbers by key.
#[derive(MrJob)]
#[mrjob(input = Text, output = Text)]
struct Totals {
    /// What one line adds to each counter.
    #[arg(long, default_value_t = 1)]
    amount: i64,
}

#[mrjob::steps]
impl Totals {
    #[mapper]
    fn rows(&self, key: &str, number: u32, out: &mut Emitter<String, u32>) {
        count("rows by key", key, self.amount);
        task().count("rows", "all", self.amount);
        counter!("rows", "all");
        out.emit(key, number);
    }

    #[reducer]
    fn total(&self, key: &str, numbers: Values<u32>, out: &mut Emitter<String, u32>) {
        count("rows by key", key, self.amount);
        out.emit(key, numbers.sum());
    }
}

fn main() -> ExitCode {
    Totals::run()
}
