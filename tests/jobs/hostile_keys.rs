//! Keys of every shape that serde knows and an order is.

use std::process::ExitCode;

use mrjob::prelude::*;
use serde::{Deserialize, Serialize};

/// Count keys.
#[derive(MrJob)]
#[mrjob(input = JsonValue)]
struct HostileKeys {}

#[derive(Serialize, Deserialize)]
enum Key {
    Unit,
    Flag(bool),
    Letter(char),
    Bytes(Vec<u8>),
    Texts(Vec<String>),
    Pair(String, String),
    Maybe(Option<String>),
    Nested(Option<(Option<i8>, Vec<u8>)>),
    Small(i8),
    Large(i64),
    Huge(i128),
    Unsigned(u64),
    Float(f64),
    Single(f32),
    Fields { name: String, sizes: [i16; 2] },
    Inner(Inner),
}

#[derive(Serialize, Deserialize)]
enum Inner {
    A,
    B(String),
    C { lists: Vec<Vec<String>>, mark: u8 },
}

#[mrjob::steps]
impl HostileKeys {
    #[mapper]
    fn key(&self, key: Key, out: &mut Emitter<(Key, String), u64>) {
        out.emit((key, "\0"), 1);
    }

    #[combiner]
    fn some(&self, key: (Key, String), counts: Values<u64>, out: &mut Emitter<(Key, String), u64>) {
        out.emit(key, counts.sum());
    }

    #[reducer]
    fn total(&self, key: (Key, &str), counts: Values<u64>, out: &mut Emitter<Key, u64>) {
        out.emit(key.0, counts.sum());
    }
}

fn main() -> ExitCode {
    HostileKeys::run()
}
