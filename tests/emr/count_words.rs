//! Counts words, and then how many words there are of each count. It panics at a word that it is told.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use mrjob::prelude::*;

/// Count counts.
#[derive(MrJob)]
struct CountWords {
    /// Panic at this word.
    #[arg(long)]
    bad: Option<String>,
    /// Fail where one of these files isn't in the working directory.
    #[arg(long, value_delimiter = ',')]
    look: Vec<PathBuf>,
    /// Seconds to wait before the first line.
    #[arg(long, default_value_t = 0)]
    wait: u64,
    /// Fail where something of AWS is in the environment.
    #[arg(long)]
    no_aws: bool,
}

#[mrjob::steps(
    step(mapper_init = look, mapper = words, reducer = total),
    step(mapper = by_count, reducer = total_of_count)
)]
impl CountWords {
    fn look(&mut self) -> Result<()> {
        std::thread::sleep(Duration::from_secs(self.wait));
        for path in &self.look {
            std::fs::metadata(path)?;
        }
        let found = std::env::vars().find(|(name, _)| name.contains("AWS"));
        assert!(!self.no_aws || found.is_none(), "{found:?}");
        assert!(!self.no_aws || std::env::var("GREETING").is_ok());
        Ok(())
    }

    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        for word in line.split_whitespace() {
            assert!(self.bad.as_deref() != Some(word), "the word is {word}");
            counter!("words", "all");
            out.emit(word, 1);
        }
    }

    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }

    fn by_count(&self, _word: &str, count: u64, out: &mut Emitter<u64, u64>) {
        out.emit(count, 1);
    }

    fn total_of_count(&self, count: u64, words: Values<u64>, out: &mut Emitter<u64, u64>) {
        out.emit(count, words.sum());
    }
}

fn main() -> ExitCode {
    CountWords::run()
}
