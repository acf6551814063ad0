use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps(
    step(mapper_file = pages),
    step(mapper_file = lines),
)]
impl WordFreq {
    fn pages(&self, path: &std::path::PathBuf, uri: String, out: &mut Emitter<String, u64>) {
        let _ = path;
        out.emit(uri, 1);
    }

    fn lines(&self, _: &std::path::Path, _: &str, _: &mut Emitter<String, u64>) {}
}

fn main() {}
