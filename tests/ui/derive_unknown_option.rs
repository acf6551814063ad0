use mrjob::prelude::*;
use std::path::PathBuf;

// All of them are said at once.
#[derive(MrJob)]
#[mrjob(inpt = Text, sort_values, jobconf("a" = 1), reducers = 3, file)]
struct WordFreq {
    #[arg(long)]
    #[mrjob(fil)]
    stop_words: Option<PathBuf>,
    #[mrjob(output = Text)]
    #[mrjob(stat)]
    words: u64,
}

#[mrjob::steps]
impl WordFreq {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }
}

fn main() {}
