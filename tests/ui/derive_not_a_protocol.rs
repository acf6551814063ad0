use mrjob::prelude::*;

struct Lines;

#[derive(MrJob)]
#[mrjob(input = Lines)]
struct WordFreq;

#[mrjob::steps]
impl WordFreq {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }
}

fn main() {}
