//! W5: rows and sum of events by the country and tier of their users: a join in the reducer, then a sum.

use std::process::ExitCode;

use mrjob::prelude::*;
use serde::{Deserialize, Serialize};

/// Sum up events by their users' country and tier.
#[derive(MrJob)]
#[mrjob(internal = Compact)]
struct TierSums;

/// What some rows say about a user.
#[derive(Serialize, Deserialize, Default)]
struct User {
    /// Country and tier, if the user's own row is among them.
    home: Option<(String, String)>,
    events: u64,
    amount: u64,
}

/// Country and tier.
type Home = (String, String);
/// Events and their amounts.
type Sum = (u64, u64);

#[mrjob::steps(
    step(mapper = rows, combiner = merge, reducer = join),
    step(combiner = add, reducer = total),
)]
impl TierSums {
    /// A user is an id, a country, a tier; an event is an id and an amount.
    fn rows(&self, line: &str, out: &mut Emitter<String, User>) -> Result<()> {
        let (id, row) = line.split_once('\t').ok_or("the line has one field")?;
        let user = match row.split_once('\t') {
            Some((country, tier)) => User {
                home: Some((country.to_owned(), tier.to_owned())),
                ..User::default()
            },
            None => User {
                home: None,
                events: 1,
                amount: row.parse()?,
            },
        };
        out.emit(id, user);
        Ok(())
    }

    fn merge(&self, user: &mut User, next: User) {
        user.home = user.home.take().or(next.home);
        user.events += next.events;
        user.amount += next.amount;
    }

    fn join(&self, _id: &str, parts: Values<User>, out: &mut Emitter<Home, Sum>) {
        let mut user = User::default();
        parts.for_each(|part| self.merge(&mut user, part));
        if let (Some(home), 1..) = (user.home, user.events) {
            out.emit(home, (user.events, user.amount));
        }
    }

    fn add(&self, sum: &mut Sum, next: Sum) {
        sum.0 += next.0;
        sum.1 += next.1;
    }

    fn total(&self, home: Home, parts: Values<Sum>, out: &mut Emitter<Home, Sum>) {
        let mut sum = (0, 0);
        parts.for_each(|part| self.add(&mut sum, part));
        out.emit(home, sum);
    }
}

fn main() -> ExitCode {
    TierSums::run()
}
