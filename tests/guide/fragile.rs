//! The job of the chapter `reading_errors` of the guide: it panics.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Take what isn't there.
#[derive(MrJob)]
struct Fragile {}

#[mrjob::steps]
impl Fragile {
    #[mapper]
    fn visits(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(time_of(line), 1);
    }
}

/// The third word.
fn time_of(line: &str) -> &str {
    let words: Vec<&str> = line.split(' ').collect();
    words[2]
}

fn main() -> ExitCode {
    Fragile::run()
}
