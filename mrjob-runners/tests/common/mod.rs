//! A job whose arguments are written by hand.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use mrjob_core::program::Step;
use mrjob_core::protocol::Protocol;
use mrjob_core::step::{GroupKey, Mapper, NoCombiner, Record, Reducer, StepError, at};
use mrjob_core::{Arena, BoxError, Emitter, Settings, Steps, Values, counter};
use mrjob_runners::{Arguments, Job};
use serde::de::value::{BorrowedStrDeserializer, Error as ValueError, UnitDeserializer};
use serde::{Deserialize, Serialize};

/// Counts words.
#[derive(Debug)]
pub(crate) struct WordFreq {
    pub(crate) min_length: usize,
    pub(crate) stop_words: Option<PathBuf>,
    pub(crate) also: Vec<String>,
    /// The words in the file, loaded by each task.
    stop: Vec<String>,
}

impl Arguments for WordFreq {
    fn augment(command: Command) -> Command {
        command
            .about("Count how often each word occurs")
            .arg(
                Arg::new("min_length")
                    .long("min-length")
                    .value_name("MIN_LENGTH")
                    .value_parser(value_parser!(usize))
                    .default_value("1")
                    .help("Leave out words shorter than this"),
            )
            .arg(
                Arg::new("stop_words")
                    .long("stop-words")
                    .value_name("STOP_WORDS")
                    .value_parser(value_parser!(PathBuf))
                    .help("Words not to count, one a line"),
            )
            .arg(
                Arg::new("also")
                    .short('a')
                    .long("also")
                    .value_name("WORD")
                    .action(ArgAction::Append)
                    .help("Count this word once more"),
            )
    }

    fn from_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let min_length = matches.get_one("min_length").copied().unwrap_or(1);
        if min_length > 1000 {
            let message = "--min-length is longer than any word";
            return Err(clap::Error::raw(
                clap::error::ErrorKind::ValueValidation,
                message,
            ));
        }
        Ok(WordFreq {
            min_length,
            stop_words: matches.get_one("stop_words").cloned(),
            also: matches
                .get_many("also")
                .unwrap_or_default()
                .cloned()
                .collect(),
            stop: Vec::new(),
        })
    }

    fn file_arguments() -> &'static [&'static str] {
        &["stop_words"]
    }
}

impl Settings for WordFreq {
    const NAME: &'static str = "WordFreq";
    type Input = Lines;
    type Internal = Pairs;
    type Output = Pairs;
}

impl Steps for WordFreq {
    fn steps(&self) -> Vec<Step<Self>> {
        vec![Step::map_reduce::<
            Words,
            NoCombiner,
            Total,
            at::First,
            at::Last,
        >()]
    }
}

impl Job for WordFreq {}

/// Emits the words of a line. Some words do more.
struct Words;

impl Mapper<WordFreq> for Words {
    type Key = String;
    type Value = u64;
    const NAME: &'static str = "words";

    fn init(job: &mut WordFreq, _: &mut Emitter<String, u64>) -> Result<(), StepError> {
        if let Some(path) = &job.stop_words {
            let text = std::fs::read_to_string(path).map_err(user)?;
            job.stop = text.lines().map(str::to_owned).collect();
        }
        Ok(())
    }

    fn map<P: Protocol>(
        job: &mut WordFreq,
        record: Record<'_>,
        out: &mut Emitter<String, u64>,
    ) -> Result<(), StepError> {
        let line: &str = record.value::<P, _>()?;
        for word in line
            .split_whitespace()
            .chain(job.also.iter().map(String::as_str))
        {
            match word {
                "fail!" => return Err(StepError::User("a bad word".into())),
                "panic!" => panic!("a terrible word"),
                "sleep!" => {
                    std::io::Write::write_all(&mut std::io::stderr(), b"asleep\n").map_err(user)?;
                    std::thread::sleep(std::time::Duration::from_secs(60));
                }
                word if job.stop.iter().any(|stop| stop == word) => {}
                word if word.len() < job.min_length => counter!("words", "too short"),
                word => out.emit(word, 1),
            }
        }
        Ok(())
    }
}

fn user(error: std::io::Error) -> StepError {
    StepError::User(error.into())
}

/// Adds up.
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
        out.emit(word, counts.sum::<u64>());
        Ok(())
    }
}

/// A record is a line and has no key.
pub(crate) struct Lines;

impl Protocol for Lines {
    const HAS_KEY: bool = false;

    fn read<'de, K: Deserialize<'de>, V: Deserialize<'de>>(
        line: &'de [u8],
        _: &'de Arena,
    ) -> Result<(K, V), BoxError> {
        let text = BorrowedStrDeserializer::<ValueError>::new(std::str::from_utf8(line)?);
        Ok((
            K::deserialize(UnitDeserializer::<ValueError>::new())?,
            V::deserialize(text)?,
        ))
    }

    fn write<K: Serialize, V: Serialize>(
        _: &K,
        value: &V,
        out: &mut Vec<u8>,
    ) -> Result<(), BoxError> {
        Ok(serde_json::to_writer(out, value)?)
    }
}

/// A record is a key and a value as JSON, with a tab between them.
pub(crate) struct Pairs;

impl Protocol for Pairs {
    fn read<'de, K: Deserialize<'de>, V: Deserialize<'de>>(
        line: &'de [u8],
        _: &'de Arena,
    ) -> Result<(K, V), BoxError> {
        let tab = line
            .iter()
            .position(|byte| *byte == b'\t')
            .ok_or("no tab")?;
        Ok((
            serde_json::from_slice(&line[..tab])?,
            serde_json::from_slice(&line[tab + 1..])?,
        ))
    }

    fn write<K: Serialize, V: Serialize>(
        key: &K,
        value: &V,
        out: &mut Vec<u8>,
    ) -> Result<(), BoxError> {
        serde_json::to_writer(&mut *out, key)?;
        out.push(b'\t');
        Ok(serde_json::to_writer(out, value)?)
    }
}
