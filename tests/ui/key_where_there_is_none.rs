use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps]
impl WordFreq {
    #[mapper]
    fn words(&self, key: &str, line: &str, out: &mut Emitter<String, u64>) {
        out.emit((key, line).1, 1);
    }
}

fn main() {}
