//! The lines that contain a text: a job without a reducer.
//!
//! ```text
//! cargo run --release --example filter -- --text error server.log
//! ```
//!
//! Without a reducer nothing is shuffled or sorted, and lines come out as they went in. They are taken as bytes, so that
//! a line that isn't UTF-8 isn't changed; none is skipped but for what it says.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Keep the lines that contain a text.
#[derive(MrJob)]
#[mrjob(input = BytesValue, output = BytesValue)]
struct Filter {
    /// What a line must contain.
    #[arg(long)]
    text: String,
    /// Keep the other lines.
    #[arg(long)]
    invert: bool,
}

#[mrjob::steps]
impl Filter {
    #[mapper]
    fn matching(&self, line: &[u8], out: &mut Emitter<(), Vec<u8>>) {
        let text = self.text.as_bytes();
        let found = text.is_empty() || line.windows(text.len()).any(|part| part == text);
        if found != self.invert {
            out.emit((), line);
        }
    }
}

fn main() -> ExitCode {
    Filter::run()
}
