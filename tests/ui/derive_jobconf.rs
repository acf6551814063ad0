use mrjob::prelude::*;

const MAPS: &str = "8";

#[derive(MrJob)]
#[mrjob(jobconf("mapreduce.job.maps" = MAPS))]
struct WordFreq;

#[mrjob::steps]
impl WordFreq {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }
}

fn main() {}
