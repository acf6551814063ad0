use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

struct Click;

#[mrjob::steps]
impl WordFreq {
    #[mapper]
    fn words(&self, _: Click, out: &mut Emitter<String, u64>) {
        out.emit("click", 1);
    }
}

fn main() {}
