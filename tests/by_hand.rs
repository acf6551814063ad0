//! A job without macros: all that they write can be written by hand.

use mrjob::prelude::*;
use mrjob::protocol::{Json, Protocol, Text, TextValue};
use mrjob::step::{
    Buffered, Combiner, GroupKey, Mapper, PairCombiner, Pairwise, Record, Reducer, Returns, Step,
    StepError, at,
};
use mrjob::{Arguments, Settings, Steps};

/// Counts words, then how many words there are of each count, in as many rounds of nothing as asked for between.
struct WordFreq {
    min_length: usize,
    rounds: u32,
}

impl Settings for WordFreq {
    const NAME: &'static str = "WordFreq";
    type Input = TextValue;
    type Internal = Json;
    type Output = Text;
}

impl Arguments for WordFreq {
    fn augment(command: clap::Command) -> clap::Command {
        let number = |name| clap::Arg::new(name).long(name).value_name("N");
        command
            .about("Count words by how often they occur")
            .arg(
                number("min-length")
                    .value_parser(clap::value_parser!(usize))
                    .default_value("1"),
            )
            .arg(
                number("rounds")
                    .value_parser(clap::value_parser!(u32))
                    .default_value("0"),
            )
    }

    fn from_matches(matches: &clap::ArgMatches) -> Result<Self, clap::Error> {
        Ok(WordFreq {
            min_length: matches.get_one("min-length").copied().unwrap_or(1),
            rounds: matches.get_one("rounds").copied().unwrap_or(0),
        })
    }
}

impl Steps for WordFreq {
    fn steps(&self) -> Vec<Step<Self>> {
        let count = Step::map_reduce::<Words, Pairwise<Add>, Total, at::First, at::Earlier>();
        let round = || Step::map_only::<Same, at::Anywhere, at::Anywhere>();
        let turn = Step::map_reduce::<Turn, Buffered<Sum>, Listed, at::Later, at::Last>()
            .reducers(1)
            .jobconf("mapreduce.job.priority", "LOW");
        let mut steps = vec![count];
        steps.extend((0..self.rounds).map(|_| round()));
        steps.push(turn);
        steps
    }
}

impl Job for WordFreq {}

struct Words;

impl Mapper<WordFreq> for Words {
    type Key = String;
    type Value = u64;
    const NAME: &'static str = "words";

    fn map<P: Protocol>(
        job: &mut WordFreq,
        record: Record<'_>,
        out: &mut Emitter<String, u64>,
    ) -> Result<(), StepError> {
        let line: &str = record.value::<P, _>()?;
        for word in line
            .split_whitespace()
            .filter(|word| word.len() >= job.min_length)
        {
            out.emit(word, 1);
        }
        Ok(())
    }
}

struct Add;

impl PairCombiner<WordFreq> for Add {
    type Value = u64;
    const NAME: &'static str = "add";

    fn combine(_: &mut WordFreq, sum: &mut u64, next: u64) -> Result<(), StepError> {
        *sum += next;
        Ok(())
    }
}

struct Total;

impl Reducer<WordFreq> for Total {
    type InKey = String;
    type InValue = u64;
    type Key = String;
    type Value = u64;
    const NAME: &'static str = "total";

    fn reduce(
        _: &mut WordFreq,
        key: GroupKey<'_>,
        counts: Values<'_, u64>,
        out: &mut Emitter<String, u64>,
    ) -> Result<(), StepError> {
        let word: &str = key.decode()?;
        out.emit(word, counts.sum());
        Ok(())
    }
}

struct Same;

impl Mapper<WordFreq> for Same {
    type Key = String;
    type Value = u64;
    const NAME: &'static str = "same";

    fn map<P: Protocol>(
        _: &mut WordFreq,
        record: Record<'_>,
        out: &mut Emitter<String, u64>,
    ) -> Result<(), StepError> {
        let (word, count): (&str, u64) = record.pair::<P, _, _>()?;
        out.emit(word, count);
        Ok(())
    }
}

struct Turn;

impl Mapper<WordFreq> for Turn {
    type Key = u64;
    type Value = u32;
    const NAME: &'static str = "turn";

    fn map<P: Protocol>(
        _: &mut WordFreq,
        record: Record<'_>,
        out: &mut Emitter<u64, u32>,
    ) -> Result<(), StepError> {
        let count: u64 = record.value::<P, _>()?;
        out.emit(count, 1);
        Ok(())
    }
}

struct Sum;

impl Combiner<WordFreq> for Sum {
    type Key = u64;
    type Value = u32;
    const NAME: &'static str = "sum";

    fn combine(
        _: &mut WordFreq,
        key: GroupKey<'_>,
        values: Values<'_, u32>,
        out: &mut Emitter<u64, u32>,
    ) -> Result<(), StepError> {
        out.emit(key.decode::<u64>()?, values.sum());
        Ok(())
    }
}

struct Listed;

impl Reducer<WordFreq> for Listed {
    type InKey = u64;
    type InValue = u32;
    type Key = String;
    type Value = u32;
    const NAME: &'static str = "listed";

    fn reduce(
        _: &mut WordFreq,
        key: GroupKey<'_>,
        words: Values<'_, u32>,
        out: &mut Emitter<String, u32>,
    ) -> Result<(), StepError> {
        let count: u64 = key.decode()?;
        let words: u32 = words.sum();
        if words > 1_000_000 {
            return Err::<(), _>("too many words").returned();
        }
        out.emit(format_args!("used {count} times"), words);
        Ok(())
    }

    fn finish(_: &mut WordFreq, out: &mut Emitter<String, u32>) -> Result<(), StepError> {
        out.emit("end", 0);
        Ok(())
    }
}

const TEXT: &str = "to be or not to be\nthat is the question\n";
const COUNTED: &str = "used 1 times\t6\nused 2 times\t2\nend\t0\n";

#[test]
fn in_the_sandbox() {
    let outcome = WordFreq::parse_from([""; 0]).sandbox(TEXT).unwrap();
    assert_eq!(outcome.text().unwrap(), COUNTED);
}

#[test]
fn arguments_reach_methods_and_steps() {
    let job = WordFreq::parse_from(["--min-length", "3", "--rounds=2"]);
    assert_eq!((job.min_length, job.rounds), (3, 2));
    let outcome = job.sandbox(TEXT).unwrap();
    assert_eq!(outcome.text().unwrap(), "used 1 times\t4\nend\t0\n");
    assert_eq!(outcome.counters().len(), 4);
    assert!(WordFreq::try_parse_from(["--min-length", "three"]).is_err());
}

#[test]
fn over_workers() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("in.txt");
    std::fs::write(&path, TEXT.repeat(3000)).unwrap();
    let path = path.to_str().unwrap();
    let arguments = [
        "-r",
        "local",
        "--num-cores",
        "3",
        "-D",
        "mapreduce.job.maps=5",
        path,
    ];
    let outcome = WordFreq::runner(arguments).unwrap().run().unwrap();
    assert_eq!(
        outcome.text().unwrap(),
        "used 3000 times\t6\nused 6000 times\t2\nend\t0\n"
    );
}

#[test]
fn steps_are_known_by_name() {
    let launch = WordFreq::runner(["--rounds", "1", "-r", "inline", "by_hand.rs"]).unwrap();
    let steps = serde_json::to_value(&launch.plan().steps).unwrap();
    let names = |part: &str| -> Vec<_> {
        let steps = steps.as_array().unwrap();
        steps
            .iter()
            .map(|step| step[part]["name"].as_str().unwrap_or("none").to_owned())
            .collect()
    };
    assert_eq!(names("mapper"), ["words", "same", "turn"]);
    assert_eq!(names("combiner"), ["add", "none", "sum"]);
    assert_eq!(names("reducer"), ["total", "none", "listed"]);
}
