use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

fn main() -> std::process::ExitCode {
    WordFreq::run()
}
