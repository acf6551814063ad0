//! `Json` in, `Json` out, with values of text through the shuffle.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Give back pairs of text.
#[derive(MrJob)]
#[mrjob(input = Json)]
struct LongValues {}

#[mrjob::steps]
impl LongValues {
    #[mapper]
    fn pair(&self, key: &str, value: &str, out: &mut Emitter<String, String>) {
        out.emit(key, value);
    }

    #[reducer]
    fn all(&self, key: &str, values: Values<String>, out: &mut Emitter<String, String>) {
        for value in values {
            out.emit(key, value);
        }
    }
}

fn main() -> ExitCode {
    LongValues::run()
}
