use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps]
impl WordFreq {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line.len() as u32, 1);
        out.emit(line, "1");
        out.emit(line, -1.5);
    }
}

fn main() {}
