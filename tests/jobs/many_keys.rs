//! More different keys than memory holds, with a combiner.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count long keys, most of which occur once.
#[derive(MrJob)]
struct ManyKeys {
    /// Bytes that are put before each number to make a key.
    #[arg(long)]
    size: usize,
}

#[mrjob::steps]
impl ManyKeys {
    #[mapper]
    fn key(&self, line: &str, out: &mut Emitter<(String, u64), u64>) -> Result<()> {
        let number = line.parse::<u64>()?;
        out.emit(("k".repeat(self.size), number), 1);
        Ok(())
    }

    #[combiner]
    fn add(&self, count: &mut u64, next: u64) {
        *count += next;
    }

    #[reducer]
    fn total(&self, key: (&str, u64), counts: Values<u64>, out: &mut Emitter<u64, u64>) {
        out.emit(key.1, counts.sum());
    }
}

fn main() -> ExitCode {
    ManyKeys::run()
}
