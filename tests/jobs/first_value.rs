//! A reducer that leaves values unread, in most groups all but one, in some all.

use std::process::ExitCode;

use mrjob::prelude::*;

/// The smallest value of every key that isn't a multiple of three.
#[derive(MrJob)]
#[mrjob(sort_values)]
struct FirstValue {}

#[mrjob::steps]
impl FirstValue {
    #[mapper]
    fn pair(&self, line: &str, out: &mut Emitter<u64, (i64, String)>) -> Result<()> {
        let (key, value) = line.split_once(' ').ok_or("a line is a key and a value")?;
        out.emit(
            key.parse::<u64>()?,
            (value.parse::<i64>()?, line.repeat(100)),
        );
        Ok(())
    }

    #[reducer]
    fn first(&self, key: u64, mut values: Values<(i64, String)>, out: &mut Emitter<u64, i64>) {
        if key.is_multiple_of(3) {
            return;
        }
        if let Some((value, _)) = values.next_as::<(i64, &str), _>() {
            out.emit(key, value);
        }
    }
}

fn main() -> ExitCode {
    FirstValue::run()
}
