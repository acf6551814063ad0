use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps(step(mapper = alone), step(mapper = four), step(mapper = mutable), step(mapper = no_types))]
impl WordFreq {
    fn alone(&self, line: &str) {
        let _ = line;
    }

    fn four(&self, _: &str, _: &str, _: &str, _: &mut Emitter<String, u64>) {}

    fn mutable(&self, _: &mut str, _: &mut Emitter<String, u64>) {}

    fn no_types(&self, _: &str, _: &mut Emitter) {}
}

fn main() {}
