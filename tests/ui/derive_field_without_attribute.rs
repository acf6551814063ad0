use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq {
    /// Leave out words shorter than this.
    min_length: usize,
}

#[mrjob::steps]
impl WordFreq {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        if line.len() >= self.min_length {
            out.emit(line, 1);
        }
    }
}

fn main() -> std::process::ExitCode {
    WordFreq::run()
}
