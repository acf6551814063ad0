//! `Desc` in keys, in sorted values, and between steps.

use std::process::ExitCode;

use mrjob::Desc;
use mrjob::prelude::*;
use serde::{Deserialize, Serialize};

/// The two newest pages of each user and day, the busiest days first.
#[derive(MrJob)]
#[mrjob(sort_values, output = Text)]
struct Newest {}

/// Users from A to Z, the days of each from the last one to the first.
#[derive(Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Day {
    user: String,
    day: Desc<i64>,
}

#[mrjob::steps(
    step(mapper = visits, reducer = newest),
    step(reducer = list)
)]
impl Newest {
    fn visits(&self, line: &str, out: &mut Emitter<Day, (Desc<i64>, Desc<String>)>) -> Result<()> {
        let mut fields = line.split('\t');
        let mut field = || fields.next().ok_or("a line has three fields");
        let (user, time, page) = (field()?.to_owned(), field()?.parse::<i64>()?, field()?);
        let day = Desc(time.div_euclid(1000));
        out.emit(Day { user, day }, (Desc(time), Desc(page)));
        Ok(())
    }

    fn newest(
        &self,
        day: Day,
        visits: Values<(Desc<i64>, Desc<String>)>,
        out: &mut Emitter<Desc<u64>, (Day, Vec<String>)>,
    ) {
        let (mut newest, mut size) = (Vec::new(), 0);
        for (time, page) in visits {
            size += 1;
            if newest.len() < 2 {
                newest.push(format!("{}@{}", page.0, time.0));
            }
        }
        out.emit(Desc(size), (day, newest));
    }

    fn list(
        &self,
        size: Desc<u64>,
        days: Values<(Day, Vec<String>)>,
        out: &mut Emitter<Desc<u64>, String>,
    ) {
        for (Day { user, day }, newest) in days {
            out.emit(size, format!("{user} {} {}", day.0, newest.join(" ")));
        }
    }
}

fn main() -> ExitCode {
    Newest::run()
}
