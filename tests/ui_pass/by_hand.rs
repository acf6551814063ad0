//! What the macros write, written by hand.

use mrjob::clap::{Arg, ArgMatches, Command, Error, value_parser};
use mrjob::protocol::{Json, Protocol, TextValue};
use mrjob::step::at::{First, Last};
use mrjob::step::{GroupKey, Mapper, PairCombiner, Pairwise, Record, Reducer, Step, StepError};
use mrjob::{Arguments, Emitter, Job, Settings, Steps, Values};

struct WordFreq {
    min_length: usize,
}

impl Settings for WordFreq {
    const NAME: &'static str = "WordFreq";
    type Input = TextValue;
    type Internal = Json;
    type Output = Json;
}

impl Arguments for WordFreq {
    fn augment(command: Command) -> Command {
        command.arg(
            Arg::new("min_length")
                .long("min-length")
                .value_parser(value_parser!(usize))
                .default_value("1"),
        )
    }

    fn from_matches(matches: &ArgMatches) -> Result<Self, Error> {
        Ok(WordFreq {
            min_length: matches.get_one("min_length").copied().unwrap_or(1),
        })
    }
}

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
        let line = record.value::<P, &str>()?;
        for word in line
            .split_whitespace()
            .filter(|word| word.len() >= job.min_length)
        {
            out.emit(word, 1);
        }
        Ok(())
    }
}

struct Total;

impl PairCombiner<WordFreq> for Total {
    type Value = u64;
    const NAME: &'static str = "total";

    fn combine(_: &mut WordFreq, acc: &mut u64, next: u64) -> Result<(), StepError> {
        *acc += next;
        Ok(())
    }
}

impl Reducer<WordFreq> for Total {
    type InKey = String;
    type InValue = u64;
    type Key = String;
    type Value = u64;
    const NAME: &'static str = "total";

    fn reduce(
        _: &mut WordFreq,
        key: GroupKey<'_>,
        values: Values<'_, u64>,
        out: &mut Emitter<String, u64>,
    ) -> Result<(), StepError> {
        out.emit(key.decode::<&str>()?, values.sum());
        Ok(())
    }
}

impl Steps for WordFreq {
    fn steps(&self) -> Vec<Step<Self>> {
        vec![Step::map_reduce::<Words, Pairwise<Total>, Total, First, Last>()]
    }
}

impl Job for WordFreq {}

#[test]
fn is_a_job() {
    crate::is_job::<WordFreq>();
}

#[test]
fn runs() {
    assert_eq!(
        crate::output::<WordFreq>(&["--min-length", "2"], "aa b aa\n"),
        "\"aa\"\t2\n"
    );
}
