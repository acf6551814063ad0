use mrjob::prelude::*;

#[derive(MrJob)]
#[mrjob(input = Text)]
struct WordFreq;

#[mrjob::steps(repeat(3, step(mapper = double)), step(mapper = end))]
impl WordFreq {
    fn double(&self, n: u64, out: &mut Emitter<String, u64>) {
        out.emit("n", n * 2);
    }

    fn end(&self, word: &str, n: f64, out: &mut Emitter<String, f64>) {
        out.emit(word, n);
    }
}

fn main() {}
