use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq;

#[mrjob::steps(step(mapper_cmd = nothing), step(mapper_cmd = of_a_line), step(mapper_cmd = changes))]
impl WordFreq {
    fn nothing(&self) {}

    fn of_a_line(&self, line: &str) -> String {
        line.to_owned()
    }

    fn changes(&mut self) -> String {
        "sort -u".to_owned()
    }
}

fn main() {}
