use mrjob::prelude::*;

#[derive(MrJob)]
struct WordFreq {
    #[arg(long, default_value = "words")]
    group: String,
}

#[mrjob::steps]
impl WordFreq {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        counter!("words", line);
        counter!(self.group, "all");
        counter!("words", &format!("of {}", line.len()), 2);
        counter!("words", line.trim_end());
        counter!("words");
        out.emit(line, 1);
    }
}

fn main() {}
