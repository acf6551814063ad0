use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps]
impl WordFreq {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }

    #[combiner]
    fn add(&self, count: &mut u64, next: u64) {
        *count += next;
    }
}

fn main() {}
