//! A job that panics where a panic ends its process.

use std::process::ExitCode;

use mrjob::prelude::*;

/// Refuse the word `bad`.
#[derive(MrJob)]
struct CannotUnwind {
    /// Where: `words` or `total`.
    #[arg(long, default_value = "words")]
    at: String,
}

#[mrjob::steps(step(mapper = words, reducer = total))]
impl CannotUnwind {
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        for word in line.split(' ') {
            self.look_at(word, "words");
            out.emit(word, 1);
        }
    }

    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        self.look_at(word, "total");
        out.emit(word, counts.sum());
    }

    fn look_at(&self, word: &str, at: &str) {
        if word == "bad" && self.at == at {
            refuse();
        }
    }
}

/// As a library in C calls back.
extern "C" fn refuse() {
    panic!("I refuse");
}

fn main() -> ExitCode {
    CannotUnwind::run()
}
