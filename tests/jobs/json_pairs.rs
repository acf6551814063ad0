//! `Json` in, `Json` out: pairs as another job has written them.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Add up numbers by text.
#[derive(MrJob)]
#[mrjob(input = Json)]
struct JsonPairs {}

#[mrjob::steps]
impl JsonPairs {
    #[mapper]
    fn pair(&self, text: &str, count: u64, out: &mut Emitter<String, u64>) {
        out.emit(text, count);
    }

    #[reducer]
    fn total(&self, text: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(text, counts.sum());
    }
}

fn main() -> ExitCode {
    JsonPairs::run()
}
