//! No combiner; keys are numbers.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count lines by how many bytes they are longer than others.
#[derive(MrJob)]
struct LineLengths {
    /// The length that counts as 0.
    #[arg(long, default_value_t = 40)]
    middle: i64,
}

#[mrjob::steps]
impl LineLengths {
    #[mapper]
    fn length(&self, line: &str, out: &mut Emitter<i64, u32>) {
        out.emit(line.len() as i64 - self.middle, 1);
    }

    #[reducer]
    fn count(&self, length: i64, lines: Values<u32>, out: &mut Emitter<i64, u64>) {
        out.emit(length, lines.count() as u64);
    }
}

fn main() -> ExitCode {
    LineLengths::run()
}
