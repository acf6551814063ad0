//! A group that is many times larger than the memory.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Add up long values of a few keys.
#[derive(MrJob)]
struct HotKey {
    /// Bytes a value.
    #[arg(long)]
    size: usize,
}

#[mrjob::steps]
impl HotKey {
    #[mapper]
    fn value(&self, line: &str, out: &mut Emitter<String, (u64, String)>) -> Result<()> {
        let number = line.parse::<u64>()?;
        let key = if number.is_multiple_of(100) {
            "cold"
        } else {
            "hot"
        };
        out.emit(key, (number, "v".repeat(self.size)));
        Ok(())
    }

    #[reducer]
    fn sum(
        &self,
        key: &str,
        values: Values<(u64, String)>,
        out: &mut Emitter<String, (u64, u64, u64)>,
    ) {
        let (mut count, mut sum, mut bytes) = (0, 0, 0);
        for (number, value) in values {
            count += 1;
            sum += number;
            bytes += value.len() as u64;
        }
        out.emit(key, (count, sum, bytes));
    }
}

fn main() -> ExitCode {
    HotKey::run()
}
