//! Methods that return results, of several errors.

use std::num::ParseIntError;
use std::process::ExitCode;

use mrjob::prelude::*;

/// Add up lines of numbers by their sign.
#[derive(MrJob)]
struct Fallible {}

#[mrjob::steps]
impl Fallible {
    #[mapper_init]
    fn ready(&self) -> std::io::Result<()> {
        Ok(())
    }

    #[mapper]
    fn numbers(&self, line: &str, out: &mut Emitter<bool, i64>) -> Result<(), ParseIntError> {
        for number in line.split_whitespace() {
            let number: i64 = number.parse()?;
            out.emit(number < 0, number);
        }
        Ok(())
    }

    #[combiner]
    fn add(&self, sum: &mut i64, next: i64) -> Result<(), String> {
        *sum = sum
            .checked_add(next)
            .ok_or_else(|| format!("{sum} and {next} are too much"))?;
        Ok(())
    }

    #[reducer]
    fn total(&self, sign: bool, sums: Values<i64>, out: &mut Emitter<bool, i64>) -> Result<()> {
        let mut total = 0;
        for next in sums {
            self.add(&mut total, next)?;
        }
        out.emit(sign, total);
        Ok(())
    }
}

fn main() -> ExitCode {
    Fallible::run()
}
