use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps]
impl WordFreq {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) -> usize {
        out.emit(line, 1);
        line.len()
    }

    #[reducer]
    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) -> Result<u64, String> {
        out.emit(word, counts.sum());
        Ok(1)
    }
}

fn main() {}
