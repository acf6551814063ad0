//! Arguments of all sorts: a file, state, a flattened struct, an enum, a list; text that a shell would take apart.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use mrjob::prelude::*;

/// Count words but for some.
#[derive(MrJob)]
struct StopWords {
    /// Words not to count, one a line.
    #[arg(long)]
    #[mrjob(file)]
    stop_words: Vec<PathBuf>,
    /// How words are written.
    #[arg(long, value_enum, default_value_t = Case::AsIs)]
    case: Case,
    /// What is put before each word.
    #[arg(long, default_value = "")]
    prefix: String,
    #[command(flatten)]
    limits: Limits,
    #[mrjob(state)]
    stop: HashSet<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Case {
    AsIs,
    Lower,
}

#[derive(clap::Args)]
struct Limits {
    /// Leave out shorter words.
    #[arg(long, default_value_t = 0)]
    min_length: usize,
    /// Leave out longer words.
    #[arg(long)]
    max_length: Option<usize>,
}

#[mrjob::steps]
impl StopWords {
    #[mapper_init]
    fn load(&mut self) -> Result<()> {
        for path in &self.stop_words {
            let text = fs::read_to_string(path)?;
            self.stop.extend(text.lines().map(str::to_owned));
        }
        Ok(())
    }

    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        for word in line.split_whitespace() {
            let word = match self.case {
                Case::AsIs => word.to_owned(),
                Case::Lower => word.to_lowercase(),
            };
            let too_long = self.limits.max_length.is_some_and(|max| word.len() > max);
            if !too_long && word.len() >= self.limits.min_length && !self.stop.contains(&word) {
                out.emit(format_args!("{}{word}", self.prefix), 1);
            }
        }
    }

    #[combiner]
    #[reducer]
    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }
}

fn main() -> ExitCode {
    StopWords::run()
}
