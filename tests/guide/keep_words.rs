//! The job of the chapter `files_and_arguments` of the guide.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use mrjob::prelude::*;

/// Count the words of a list.
#[derive(MrJob)]
struct KeepWords {
    /// The words to count, one a line.
    #[arg(long)]
    #[mrjob(file)]
    words: PathBuf,
    /// Take `Word` and `word` for the same.
    #[arg(long)]
    ignore_case: bool,
    #[mrjob(state)]
    wanted: HashSet<String>,
}

#[mrjob::steps]
impl KeepWords {
    #[mapper_init]
    fn load(&mut self) -> Result<()> {
        let text = fs::read_to_string(&self.words)?;
        self.wanted = text.lines().map(|word| self.form(word)).collect();
        Ok(())
    }

    #[mapper]
    fn keep(&self, line: &str, out: &mut Emitter<String, u64>) {
        for word in line.split_whitespace() {
            let word = self.form(word);
            if self.wanted.contains(&word) {
                out.emit(word, 1);
            } else {
                counter!("words", "left out");
            }
        }
    }

    #[reducer]
    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }
}

impl KeepWords {
    fn form(&self, word: &str) -> String {
        if self.ignore_case {
            word.to_lowercase()
        } else {
            word.to_owned()
        }
    }
}

fn main() -> ExitCode {
    KeepWords::run()
}
