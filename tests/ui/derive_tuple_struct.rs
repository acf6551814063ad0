use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq(usize);

#[mrjob::steps]
impl WordFreq {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }
}

fn main() {}
