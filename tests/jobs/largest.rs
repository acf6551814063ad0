//! `Desc` in keys, without `sort_values`, and where a shell command would read them.

use std::process::ExitCode;

use mrjob::Desc;
use mrjob::prelude::*;

/// Numbers, the largest first.
#[derive(MrJob)]
#[mrjob(output = Text)]
struct Largest {
    /// Rounds through a shell command.
    #[arg(long, default_value_t = 0)]
    by_shell: usize,
}

#[mrjob::steps(
    repeat(self.by_shell, step(mapper = numbers, reducer_cmd = same)),
    step(mapper = numbers, reducer = list),
)]
impl Largest {
    fn numbers(&self, line: &str, out: &mut Emitter<Desc<u64>, ()>) -> Result<()> {
        out.emit(Desc(line.parse::<u64>()?), ());
        Ok(())
    }

    fn same(&self) -> String {
        "cat".to_owned()
    }

    fn list(&self, number: Desc<u64>, times: Values<()>, out: &mut Emitter<Desc<u64>, usize>) {
        out.emit(number, times.count());
    }
}

fn main() -> ExitCode {
    Largest::run()
}
