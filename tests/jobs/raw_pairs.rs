//! `Bytes` in, `BytesValue` out; values are bytes and come in order.

use std::process::ExitCode;

use mrjob::prelude::*;

/// The first and the last of each key's values, joined.
#[derive(MrJob)]
#[mrjob(input = Bytes, output = BytesValue, sort_values)]
struct RawPairs {}

#[mrjob::steps]
impl RawPairs {
    #[mapper]
    fn pair(&self, key: &[u8], value: &[u8], out: &mut Emitter<Vec<u8>, Vec<u8>>) {
        out.emit(key, value);
    }

    #[reducer]
    fn ends(&self, key: &[u8], values: Values<Vec<u8>>, out: &mut Emitter<(), Vec<u8>>) {
        let mut values = values;
        let first = values.next().unwrap_or_default();
        let last = values.last().unwrap_or_default();
        out.emit((), [key, &first, &last].join(&b'='));
    }
}

fn main() -> ExitCode {
    RawPairs::run()
}
