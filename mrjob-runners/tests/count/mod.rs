//! A word count on the real engine, written by hand: counts words, then sorts them by their counts.

use mrjob_core::program::Step;
use mrjob_core::protocol::{Json, Protocol, TextValue};
use mrjob_core::step::{
    GroupKey, Mapper, NoCombiner, PairCombiner, Pairwise, Record, Reducer, StepError, at,
};
use mrjob_core::{Emitter, Settings, Steps, Values};

pub(crate) struct Count;

impl Settings for Count {
    const NAME: &'static str = "Count";
    type Input = TextValue;
    type Internal = Json;
    type Output = Json;
}

impl Steps for Count {
    fn steps(&self) -> Vec<Step<Self>> {
        vec![
            Step::map_reduce::<Words, Pairwise<Add>, Total, at::First, at::Earlier>(),
            Step::map_reduce::<Turn, NoCombiner, Listed, at::Later, at::Last>(),
        ]
    }
}

struct Words;

impl Mapper<Count> for Words {
    type Key = String;
    type Value = u64;
    const NAME: &'static str = "words";

    fn init(_: &mut Count, _: &mut Emitter<String, u64>) -> Result<(), StepError> {
        mrjob_core::status!("looking for words");
        Ok(())
    }

    fn map<P: Protocol>(
        _: &mut Count,
        record: Record<'_>,
        out: &mut Emitter<String, u64>,
    ) -> Result<(), StepError> {
        let line: &str = record.value::<P, _>()?;
        line.split_whitespace().for_each(|word| out.emit(word, 1));
        Ok(())
    }
}

struct Add;

impl PairCombiner<Count> for Add {
    type Value = u64;
    const NAME: &'static str = "add";

    fn combine(_: &mut Count, acc: &mut u64, next: u64) -> Result<(), StepError> {
        *acc += next;
        Ok(())
    }
}

struct Total;

impl Reducer<Count> for Total {
    type InKey = String;
    type InValue = u64;
    type Key = String;
    type Value = u64;
    const NAME: &'static str = "total";

    fn reduce(
        _: &mut Count,
        key: GroupKey<'_>,
        counts: Values<'_, u64>,
        out: &mut Emitter<String, u64>,
    ) -> Result<(), StepError> {
        let word: &str = key.decode()?;
        out.emit(word, counts.sum());
        Ok(())
    }
}

struct Turn;

impl Mapper<Count> for Turn {
    type Key = u64;
    type Value = String;
    const NAME: &'static str = "turn";

    fn map<P: Protocol>(
        _: &mut Count,
        record: Record<'_>,
        out: &mut Emitter<u64, String>,
    ) -> Result<(), StepError> {
        let (word, count): (&str, u64) = record.pair::<P, _, _>()?;
        out.emit(count, word);
        Ok(())
    }
}

struct Listed;

impl Reducer<Count> for Listed {
    type InKey = u64;
    type InValue = String;
    type Key = u64;
    type Value = Vec<String>;
    const NAME: &'static str = "listed";

    fn reduce(
        _: &mut Count,
        key: GroupKey<'_>,
        words: Values<'_, String>,
        out: &mut Emitter<u64, Vec<String>>,
    ) -> Result<(), StepError> {
        let count: u64 = key.decode()?;
        out.emit(count, words.collect::<Vec<_>>());
        Ok(())
    }
}
