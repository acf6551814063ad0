//! A number of steps that depends on an argument.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Halve numbers a number of times and count what is left.
#[derive(MrJob)]
struct Halve {
    /// How many times.
    #[arg(long)]
    rounds: u32,
}

#[mrjob::steps(
    step(mapper = numbers, reducer = total),
    repeat(
        self.rounds,
        step(mapper = halve, combiner = add, reducer = total),
        step(mapper = same),
    ),
    step(mapper = same, reducer = total),
)]
impl Halve {
    fn numbers(&self, line: &str, out: &mut Emitter<u64, u64>) -> Result<()> {
        for number in line.split_whitespace() {
            out.emit(number.parse::<u64>()?, 1);
        }
        Ok(())
    }

    fn halve(&self, number: u64, count: u64, out: &mut Emitter<u64, u64>) {
        out.emit(number / 2, count);
    }

    fn same(&self, number: u64, count: u64, out: &mut Emitter<u64, u64>) {
        out.emit(number, count);
    }

    fn add(&self, count: &mut u64, next: u64) {
        *count += next;
    }

    fn total(&self, number: u64, counts: Values<u64>, out: &mut Emitter<u64, u64>) {
        out.emit(number, counts.sum());
    }
}

fn main() -> ExitCode {
    Halve::run()
}
