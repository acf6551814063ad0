//! A protocol of the job's own, everywhere.

use std::process::ExitCode;

use mrjob::prelude::*;
use mrjob::{Arena, BoxError, protocol};
use serde::de::IntoDeserializer;
use serde::{Deserialize, Serialize};

/// Count keys, then counts.
#[derive(MrJob)]
#[mrjob(input = Piped, internal = Piped, output = Piped)]
struct CountCounts {}

/// Lines of `value|key`, of which the key is text and the value a number.
struct Piped;

impl protocol::Protocol for Piped {
    fn read<'de, K: Deserialize<'de>, V: Deserialize<'de>>(
        line: &'de [u8],
        _: &'de Arena,
    ) -> Result<(K, V), BoxError> {
        type Error = serde::de::value::Error;
        let (value, key) = std::str::from_utf8(line)?
            .split_once('|')
            .ok_or("the line has no `|`")?;
        let value: u64 = value.parse()?;
        let key = serde::de::value::BorrowedStrDeserializer::<Error>::new(key);
        let value: serde::de::value::U64Deserializer<Error> = value.into_deserializer();
        Ok((K::deserialize(key)?, V::deserialize(value)?))
    }

    fn write<K: Serialize, V: Serialize>(
        key: &K,
        value: &V,
        out: &mut Vec<u8>,
    ) -> Result<(), BoxError> {
        let text = serde_json::to_value(key)?;
        serde_json::to_writer(&mut *out, value)?;
        out.push(b'|');
        out.extend_from_slice(text.as_str().ok_or("the key isn't text")?.as_bytes());
        Ok(())
    }
}

#[mrjob::steps(
    step(mapper = pair, combiner = add, reducer = total),
    step(mapper = count, combiner = add, reducer = total),
)]
impl CountCounts {
    fn pair(&self, key: &str, value: u64, out: &mut Emitter<String, u64>) {
        out.emit(key, value);
    }

    fn add(&self, sum: &mut u64, next: u64) {
        *sum += next;
    }

    fn total(&self, key: &str, values: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(key, values.sum());
    }

    fn count(&self, sum: u64, out: &mut Emitter<String, u64>) {
        out.emit(format_args!("keys with {sum}"), 1);
    }
}

fn main() -> ExitCode {
    CountCounts::run()
}
