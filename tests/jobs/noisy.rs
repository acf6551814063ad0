//! Methods that write to standard output and standard error themselves, and lines that aren't UTF-8.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Count words and talk about it.
#[derive(MrJob)]
struct Noisy;

#[mrjob::steps]
#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "that is what is tried"
)]
impl Noisy {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        println!("read {line}");
        eprint!("read {line}");
        for word in line.split_whitespace() {
            out.emit(word, 1);
        }
    }

    #[reducer]
    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        println!("\"{word}\"\t0");
        out.emit(word, counts.sum());
    }
}

fn main() -> ExitCode {
    Noisy::run()
}
