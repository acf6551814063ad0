//! Sessions of users, parted by pauses: state within a group whose values come in the order of time.
//!
//! ```text
//! cargo run --release --example sessions -- --pause 1800 events.tsv
//! ```
//!
//! A line is a user, a tab, a time in seconds. `sort_values` sorts the times of a user, so that one session at a time is
//! known, however many events a user has. A line that isn't an event ends the job: left out, it would part a session in two.

use std::process::ExitCode;

use mrjob::prelude::*;
use serde::{Deserialize, Serialize};

/// Find the sessions of each user.
#[derive(MrJob)]
#[mrjob(sort_values)]
struct Sessions {
    /// Seconds without an event after which a session is over.
    #[arg(long, default_value_t = 1800)]
    pause: u64,
}

#[derive(Serialize, Deserialize)]
struct Session {
    start: u64,
    end: u64,
    events: u64,
}

#[mrjob::steps]
impl Sessions {
    #[mapper]
    fn event(&self, line: &str, out: &mut Emitter<String, u64>) -> Result<()> {
        let (user, time) = line
            .split_once('\t')
            .ok_or("an event is a user and a time with a tab between")?;
        let time: u64 = time
            .parse()
            .map_err(|_| format!("`{time}` is no time in seconds"))?;
        out.emit(user, time);
        Ok(())
    }

    #[reducer]
    fn sessions(&self, user: &str, times: Values<u64>, out: &mut Emitter<String, Session>) {
        let mut open: Option<Session> = None;
        for time in times {
            match &mut open {
                Some(session) if time - session.end <= self.pause => {
                    session.end = time;
                    session.events += 1;
                }
                _ => {
                    let (start, end, events) = (time, time, 1);
                    if let Some(over) = open.replace(Session { start, end, events }) {
                        out.emit(user, over);
                    }
                }
            }
        }
        if let Some(last) = open {
            out.emit(user, last);
        }
    }
}

fn main() -> ExitCode {
    Sessions::run()
}
