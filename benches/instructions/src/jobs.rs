//! Jobs that spend their time on one thing each.

use mrjob::prelude::*;
use serde::Deserialize;

/// Lines and their check for UTF-8.
#[derive(MrJob)]
pub(crate) struct Lines {
    #[mrjob(state)]
    bytes: u64,
}

#[mrjob::steps]
impl Lines {
    #[mapper]
    fn lines(&mut self, line: &str, _: &mut Emitter<(), u64>) {
        self.bytes += line.len() as u64;
    }

    #[mapper_final]
    fn bytes(&self, out: &mut Emitter<(), u64>) {
        out.emit((), self.bytes);
    }
}

/// Emits into the table, where almost each key is known.
#[derive(MrJob)]
pub(crate) struct Words;

#[mrjob::steps]
impl Words {
    #[mapper]
    fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
        line.split(' ').for_each(|word| out.emit(word, 1));
    }

    #[combiner]
    fn add(&self, count: &mut u64, next: u64) {
        *count += next;
    }

    #[reducer]
    fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
        out.emit(word, counts.sum());
    }
}

/// Encodes keys of several fields; there are so few that the table has no part in it.
#[derive(MrJob)]
pub(crate) struct TupleKeys;

/// A key of each kind of field.
type Key = (Option<i64>, f64, bool, String);

#[mrjob::steps]
impl TupleKeys {
    #[mapper]
    fn keys(&self, line: &str, out: &mut Emitter<Key, u64>) {
        let number = i64::from(line.as_bytes()[0] % 4);
        out.emit(
            (Some(-number), number as f64 / 4.0, number > 1, "some text"),
            1,
        );
    }

    #[combiner]
    fn add(&self, count: &mut u64, next: u64) {
        *count += next;
    }

    #[reducer]
    fn total(&self, key: Key, counts: Values<u64>, out: &mut Emitter<Key, u64>) {
        out.emit(key, counts.sum());
    }
}

/// Sorts keys that are nearly all different.
#[derive(MrJob)]
pub(crate) struct Sort {
    #[mrjob(state)]
    groups: u64,
}

#[mrjob::steps]
impl Sort {
    #[mapper]
    fn lines(&self, line: &str, out: &mut Emitter<String, u64>) {
        out.emit(line, 1);
    }

    #[reducer]
    fn groups(&mut self, _: &str, counts: Values<u64>, _: &mut Emitter<(), u64>) {
        self.groups += counts.sum();
    }

    #[reducer_final]
    fn all(&self, out: &mut Emitter<(), u64>) {
        out.emit((), self.groups);
    }
}

/// Reads the wanted fields of JSON, one of them with escapes in it.
#[derive(MrJob)]
#[mrjob(input = JsonValue)]
pub(crate) struct ReadJson {
    #[mrjob(state)]
    total: f64,
}

#[derive(Deserialize)]
struct Order<'a> {
    #[serde(borrow)]
    customer: Customer<'a>,
    total: f64,
}

#[derive(Deserialize)]
struct Customer<'a> {
    name: &'a str,
    country: &'a str,
}

#[mrjob::steps]
impl ReadJson {
    #[mapper]
    fn orders(&mut self, order: Order<'_>, _: &mut Emitter<(), f64>) {
        if order.customer.country != order.customer.name {
            self.total += order.total;
        }
    }

    #[mapper_final]
    fn total(&self, out: &mut Emitter<(), f64>) {
        out.emit((), self.total);
    }
}

/// Writes JSON; there is no reducer.
#[derive(MrJob)]
pub(crate) struct WriteJson;

#[mrjob::steps]
impl WriteJson {
    #[mapper]
    fn lines(&self, line: &str, out: &mut Emitter<String, (String, u64, f64)>) {
        let number = line.len() as u64;
        out.emit(line, ("a \"quoted\" text", number, 0.25));
    }
}
