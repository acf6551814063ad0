use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq {
    #[arg(default_value_t = 1)]
    min_length: usize,
    #[arg]
    language: String,
    #[command(subcommand)]
    what: (),
}

#[mrjob::steps]
impl WordFreq {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }
}

fn main() {}
