//! `BytesValue` in, `Bytes` out: lines that aren't UTF-8.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count words of bytes.
#[derive(MrJob)]
#[mrjob(input = BytesValue, output = Bytes)]
struct RawLines {}

#[mrjob::steps]
impl RawLines {
    #[mapper]
    fn words(&self, line: &[u8], out: &mut Emitter<Vec<u8>, u64>) {
        for word in line.split(|byte| *byte == b' ') {
            out.emit(word, 1);
        }
    }

    #[combiner]
    fn total(&self, word: &[u8], counts: Values<u64>, out: &mut Emitter<Vec<u8>, u64>) {
        out.emit(word, counts.sum());
    }

    #[reducer]
    fn total_of_words(&self, word: &[u8], counts: Values<u64>, out: &mut Emitter<Vec<u8>, u64>) {
        out.emit(word, counts.sum());
    }
}

fn main() -> ExitCode {
    RawLines::run()
}
