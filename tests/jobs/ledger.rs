//! `Text` in and out: a mapper of a key and a value.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Add up amounts by account.
#[derive(MrJob)]
#[mrjob(input = Text, output = Text)]
struct Ledger {}

#[mrjob::steps]
impl Ledger {
    #[mapper]
    fn entry(&self, account: &str, amount: Option<i64>, out: &mut Emitter<String, i64>) {
        out.emit(account, amount.unwrap_or(0));
    }

    #[combiner]
    fn add(&self, sum: &mut i64, amount: i64) {
        *sum += amount;
    }

    #[reducer]
    fn balance(&self, account: &str, amounts: Values<i64>, out: &mut Emitter<String, i64>) {
        out.emit(account, amounts.sum());
    }
}

fn main() -> ExitCode {
    Ledger::run()
}
