use mrjob::prelude::*;

struct Model;

#[derive(MrJob)]
struct Score {
    #[mrjob(state)]
    model: Model,
}

#[mrjob::steps]
impl Score {
    #[mapper]
    fn score(&self, line: &str, out: &mut Emitter<String, u64>) {
        let _ = &self.model;
        out.emit(line, 1);
    }
}

fn main() {}
