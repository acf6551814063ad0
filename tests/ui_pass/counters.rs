//! Counters whose names are constants of any spelling.

use mrjob::prelude::*;

const GROUP: &str = "words";

mod names {
    pub(super) const ALL: &str = "all";
}

trait Named {
    const NAME: &'static str;
}

#[derive(MrJob)]
struct Counted;

impl Named for Counted {
    const NAME: &'static str = "named";
}

macro_rules! counted {
    ($name:expr) => {
        counter!(GROUP, $name)
    };
}

#[mrjob::steps]
impl Counted {
    #[mapper]
    fn words(&self, line: &str, _out: &mut Emitter<String, u64>) {
        counter!(GROUP, names::ALL);
        counter!(GROUP, Counted::NAME, line.len() as i64);
        counter!(concat!("wor", "ds"), stringify!(line),);
        counter!(GROUP, <Counted as Named>::NAME, { 1 });
        counted!("all");
        counted!(names::ALL);
        mrjob::counter!("words", GROUP);
        count(GROUP, line, 1);
        count(String::from("words"), line, 1);
        mrjob::count("words", format!("of {}", line.len()), 1);
        task().count(GROUP, names::ALL, 1);
        if line.is_empty() {
            counter!("words", "empty")
        }
    }
}

#[test]
fn names_of_any_spelling_count_together() {
    let outcome = Counted::parse_from([""; 0])
        .sandbox("be\nor not\n")
        .expect("the job runs");
    let counters = &outcome.counters()[0]["words"];
    let all: Vec<_> = counters
        .iter()
        .map(|(name, n)| (name.as_str(), *n))
        .collect();
    let expected = [
        ("all", 8),
        ("be", 2),
        ("line", 2),
        ("named", 10),
        ("of 2", 1),
        ("of 6", 1),
        ("or not", 2),
        ("words", 2),
    ];
    assert_eq!(all, expected);
}
