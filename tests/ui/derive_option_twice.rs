use mrjob::prelude::*;

#[derive(MrJob)]
#[mrjob(input = Text, input = Csv)]
struct WordFreq;

#[mrjob::steps]
impl WordFreq {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }
}

fn main() {}
