//! Several steps.

use mrjob::prelude::*;

#[derive(MrJob)]
struct Rounds {
    #[arg(long, default_value_t = 3)]
    rounds: u8,
    #[arg(long, default_value = "HIGH")]
    priority: String,
}

impl Rounds {
    fn twice<T: Into<i64>, U>(&self, n: T, _: U) -> i64 {
        n.into() * 2
    }
}

#[mrjob::steps(
    repeat(self.rounds, step(mapper = double)),
    repeat(self.twice::<u8, u8>(self.rounds, 1), step(mapper = double, jobconf(a.b = 3)), repeat(2_u64, step(reducer = total))),
    step(
        mapper = double,
        mapper_init = begin,
        mapper_final = begin,
        combiner = add,
        reducer = total,
        reducers = u32::from(self.rounds),
        jobconf("mapreduce.job.priority" = &self.priority, "a" = format!("{}", self.rounds)),
    ),
    repeat(0, step(mapper = double)),
)]
impl Rounds {
    fn begin(&self) {}

    #[mapper]
    fn double(&self, n: u64, out: &mut Emitter<String, u64>) {
        out.emit("n", n * 2);
    }

    fn add(&self, acc: &mut u64, next: u64) {
        *acc += next;
    }

    #[reducer]
    fn total(&self, word: &str, n: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, n.sum());
    }
}

/// A step may be in the list twice.
#[derive(MrJob)]
struct Twice;

#[mrjob::steps(step(mapper = lines, reducer = total), step(reducer = total), step(mapper = lines))]
impl Twice {
    fn lines(&self, n: u64, out: &mut Emitter<u64, u64>) {
        out.emit(n, n);
    }

    fn total(&self, key: u64, n: Values<u64>, out: &mut Emitter<u64, u64>) {
        out.emit(key, n.sum());
    }
}

#[test]
fn are_jobs() {
    crate::is_job::<Rounds>();
    crate::is_job::<Twice>();
}

#[test]
fn rounds_are_as_many_as_the_argument_says() {
    let steps = |rounds: &str| {
        use mrjob::Steps;
        Rounds::parse_from(["--rounds", rounds]).steps().len()
    };
    assert_eq!([steps("0"), steps("1"), steps("3")], [1, 8, 22]);
    // Each round doubles, and so does the step after the rounds.
    assert_eq!(
        crate::output::<Rounds>(&["--rounds", "0"], "5\n"),
        "\"n\"\t10\n"
    );
    assert_eq!(
        crate::output::<Rounds>(&["--rounds", "1"], "5\n"),
        "\"n\"\t80\n"
    );
}

#[test]
fn a_step_may_be_there_twice() {
    assert_eq!(crate::output::<Twice>(&[], "2\n2\n"), "4\t4\n");
}
