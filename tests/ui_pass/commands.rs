//! Steps with shell commands.

use mrjob::prelude::*;

#[derive(MrJob)]
struct Single {
    #[arg(long, default_value = "#")]
    comment: String,
}

#[mrjob::steps]
impl Single {
    #[mapper_pre_filter]
    fn without_comments(&self) -> String {
        format!("grep -v '^{}'", self.comment)
    }

    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }

    #[combiner_pre_filter]
    #[reducer_pre_filter]
    fn nothing(&self) -> &'static str {
        "cat"
    }

    #[combiner]
    fn add(&self, acc: &mut u64, next: u64) {
        *acc += next;
    }

    #[reducer]
    fn total(&self, word: &str, n: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, n.sum());
    }
}

#[derive(MrJob)]
struct Commands;

#[mrjob::steps(
    step(mapper_cmd = sort, combiner_cmd = sort, reducer_cmd = sort),
    step(mapper = words, combiner = add, reducer_cmd = sort),
    step(mapper = words, reducer = total, combiner_cmd = sort),
    step(mapper_cmd = sort, combiner = total, reducer = total),
    step(reducer_cmd = sort),
    step(combiner_cmd = sort, reducer = total),
    step(combiner = add, mapper_cmd = sort, reducer_cmd = sort),
    step(mapper_cmd = sort),
    step(mapper_pre_filter = sort, reducer = total),
)]
impl Commands {
    fn sort(&self) -> &'static str {
        "sort -u"
    }

    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }

    fn add(&self, acc: &mut u64, next: u64) {
        *acc += next;
    }

    fn total(&self, word: &str, n: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, n.sum());
    }
}

#[test]
fn are_jobs() {
    crate::is_job::<Single>();
    crate::is_job::<Commands>();
}

#[test]
fn commands_are_not_left_out() {
    assert!(Commands::parse_from([""; 0]).sandbox("a\n").is_err());
}
