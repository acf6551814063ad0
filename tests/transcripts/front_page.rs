//! The job with a test in the front page.

use mrjob::prelude::*;

/// Count how often each word occurs.
#[derive(MrJob)]
struct WordFreq {
    /// Leave out words shorter than this.
    #[arg(long, default_value_t = 1)]
    min_length: usize,
}

#[mrjob::steps]
impl WordFreq {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        for word in line.split_whitespace() {
            if word.chars().count() < self.min_length {
                counter!("words", "too short");
            } else {
                out.emit(word, 1);
            }
        }
    }

    #[combiner] // The pairwise form: adds one value to another, in place.
    fn add(&self, count: &mut u64, next: u64) {
        *count += next;
    }

    #[reducer]
    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }
}

fn main() -> std::process::ExitCode {
    WordFreq::run()
}

#[test]
fn short_words_are_left_out() {
    let job = WordFreq::parse_from(["--min-length", "3"]);
    let outcome = job.sandbox("to be or not\nthat is").unwrap();
    assert_eq!(outcome.text().unwrap(), "\"not\"\t1\n\"that\"\t1\n");
    assert_eq!(outcome.counter(0, "words", "too short"), 4);
    let typed: Result<Vec<(String, u64)>, _> = outcome.output().collect();
    assert_eq!(typed.unwrap()[0], ("not".to_owned(), 1));
}
