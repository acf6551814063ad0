//! Events with the names of their users: a join in the reducer, by a secondary sort.
//!
//! ```text
//! cargo run --release --example join -- users.tsv events.tsv
//! ```
//!
//! A user is an id, a tab, a name; an event is an id, a tab, a time, a tab, what happened. `sort_values` sorts the rows of an id,
//! and the order of [`Row`]'s variants puts the user first. So events stream past, and none is held in memory. Lines that are
//! neither, and events without a user, are counted and left out, as an inner join does; of two users of an id it is an error,
//! for nobody can say which one is meant.

use std::process::ExitCode;

use mrjob::prelude::*;
use serde::{Deserialize, Serialize};

/// Join events with their users.
#[derive(MrJob)]
#[mrjob(sort_values)]
struct Join {}

#[derive(Serialize, Deserialize)]
enum Row {
    User(String),
    Event(u64, String),
}

#[mrjob::steps]
impl Join {
    #[mapper]
    fn rows(&self, line: &str, out: &mut Emitter<u64, Row>) {
        match parse(line) {
            Some((id, row)) => out.emit(id, row),
            None => counter!("join", "unreadable lines"),
        }
    }

    #[reducer]
    fn join(
        &self,
        id: u64,
        rows: Values<Row>,
        out: &mut Emitter<(u64, String), (u64, String)>,
    ) -> Result<()> {
        let mut user = None;
        for row in rows {
            match (row, &user) {
                (Row::User(name), None) => user = Some(name),
                (Row::User(name), Some(first)) => {
                    return Err(format!("two users have this id: `{first}` and `{name}`").into());
                }
                (Row::Event(time, what), Some(name)) => out.emit((id, name), (time, what)),
                (Row::Event(..), None) => counter!("join", "events without a user"),
            }
        }
        Ok(())
    }
}

fn parse(line: &str) -> Option<(u64, Row)> {
    let (id, row) = line.split_once('\t')?;
    let row = match row.split_once('\t') {
        Some((time, what)) => Row::Event(time.parse().ok()?, what.to_owned()),
        None => Row::User(row.to_owned()),
    };
    Some((id.parse().ok()?, row))
}

fn main() -> ExitCode {
    Join::run()
}
