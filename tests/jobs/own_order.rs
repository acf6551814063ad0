//! Types whose `Ord` isn't the order of their encoding.

use std::cmp::{Ordering, Reverse};
use std::process::ExitCode;

use mrjob::prelude::*;
use serde::{Deserialize, Serialize};

/// The newest time of each level, the worst level first. A line is a level and a time.
#[derive(MrJob)]
#[mrjob(input = Text, sort_values)]
struct OwnOrder {}

/// A level of a log.
#[derive(Serialize, Deserialize, PartialEq, Eq)]
enum Level {
    Debug,
    Info,
    Error,
}

impl Ord for Level {
    fn cmp(&self, other: &Self) -> Ordering {
        let rank = |level: &Self| match level {
            Level::Error => 0,
            Level::Info => 1,
            Level::Debug => 2,
        };
        rank(self).cmp(&rank(other))
    }
}

impl PartialOrd for Level {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[mrjob::steps]
impl OwnOrder {
    #[mapper]
    fn entries(&self, level: Level, time: u64, out: &mut Emitter<Level, Reverse<u64>>) {
        out.emit(level, Reverse(time));
    }

    #[reducer]
    fn newest(&self, level: Level, mut times: Values<Reverse<u64>>, out: &mut Emitter<Level, u64>) {
        if let Some(Reverse(time)) = times.next() {
            out.emit(level, time);
        }
    }
}

fn main() -> ExitCode {
    OwnOrder::run()
}
