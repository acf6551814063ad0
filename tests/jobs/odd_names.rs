//! A job that says what it reads: in counters, as its status, in an error.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Say lines.
#[derive(MrJob)]
struct OddNames {
    /// Refuse the line.
    #[arg(long)]
    fail: bool,
}

#[mrjob::steps(step(mapper = say))]
impl OddNames {
    fn say(&self, line: &str, out: &mut Emitter<String, u64>) -> Result<()> {
        if self.fail {
            return Err(format!("no {line}").into());
        }
        status!("status of {line}");
        counter!("odd", "a\u{1b}[2J\u{7f}\u{9b}b");
        out.emit(line, 1);
        Ok(())
    }
}

fn main() -> ExitCode {
    OddNames::run()
}
