use mrjob::prelude::*;
use std::path::PathBuf;

#[derive(MrJob)]
struct WordFreq {
    #[arg(long)]
    #[mrjob(file)]
    stop_words: String,
    #[mrjob(file, state)]
    more: PathBuf,
}

#[mrjob::steps]
impl WordFreq {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }
}

fn main() {}
