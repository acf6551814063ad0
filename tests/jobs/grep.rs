//! Map-only: `TextValue` in and out.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Print the lines that have a text in them.
#[derive(MrJob)]
#[mrjob(output = TextValue)]
struct Grep {
    /// The text.
    #[arg(long, short = 'e')]
    pattern: String,
}

#[mrjob::steps]
impl Grep {
    #[mapper]
    fn matching(&self, line: &str, out: &mut Emitter<(), String>) {
        if line.contains(&self.pattern) {
            out.emit((), line);
        }
    }
}

fn main() -> ExitCode {
    Grep::run()
}
