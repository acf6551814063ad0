//! Messages for programs: one JSON object a line.

use std::fmt;
use std::io::Write;
use std::time::Duration;

use serde::Serialize;

use super::Clock;
use super::lines::is_for_quiet;
use crate::clock::Utc;
use crate::event::{Event, Reporter};
use crate::report::Verbosity;

/// How often progress is told.
const PAUSE: Duration = Duration::from_secs(1);

/// Writes every event as an object with its `time` (RFC 3339, UTC) first; progress once a second.
pub struct Json<W> {
    out: W,
    verbosity: Verbosity,
    now: fn() -> Utc,
    clock: Clock,
    /// When progress may be told again.
    next: Duration,
}

impl<W> fmt::Debug for Json<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Json")
            .field("verbosity", &self.verbosity)
            .finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Line<'a> {
    time: String,
    #[serde(flatten)]
    event: &'a Event,
}

impl<W: Write + Send> Json<W> {
    pub(crate) fn new(out: W, verbosity: Verbosity, clock: Clock) -> Self {
        Json {
            out,
            verbosity,
            now: Utc::now,
            clock,
            next: Duration::ZERO,
        }
    }

    fn is_wanted(&mut self, event: &Event) -> bool {
        match event {
            _ if self.verbosity == Verbosity::Quiet => is_for_quiet(event),
            Event::JobFailed { .. } => true,
            Event::Progress { .. } => {
                let now = (self.clock)();
                let is_due = now >= self.next;
                if is_due {
                    self.next = now + PAUSE;
                }
                is_due
            }
            Event::Detail { .. } => self.verbosity >= Verbosity::Verbose,
            _ => true,
        }
    }
}

impl<W: Write + Send> Reporter for Json<W> {
    fn report(&mut self, event: &Event) {
        if !self.is_wanted(event) {
            return;
        }
        let line = Line {
            time: (self.now)().to_string(),
            event,
        };
        let mut text = serde_json::to_vec(&line).expect("an event is plain data");
        text.push(b'\n');
        // Nobody can be told that standard error is closed.
        let _ = self.out.write_all(&text);
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;
    use crate::report::tests::{self, Shared};

    fn said(verbosity: Verbosity, events: &[Event]) -> String {
        said_at(verbosity, events.iter().map(|event| (0, event)))
    }

    /// What is said of `events`, each at its second.
    fn said_at<'a>(verbosity: Verbosity, events: impl Iterator<Item = (u64, &'a Event)>) -> String {
        let out = Shared::default();
        let mut json = Json::new(out.clone(), verbosity, out.clock());
        json.now = || Utc::at(UNIX_EPOCH + Duration::from_millis(1500));
        for (second, event) in events {
            out.set_seconds(second);
            json.report(event);
        }
        out.text()
    }

    #[test]
    fn an_object_a_line() {
        assert_eq!(
            said(Verbosity::Normal, &[tests::started(), tests::finished()]),
            r#"{"time":"1970-01-01T00:00:01.500Z","event":"job_started","job":"PageRank","runner":"local","steps":2,"input_bytes":4000000000}
{"time":"1970-01-01T00:00:01.500Z","event":"job_finished","elapsed":125.0,"input":[49380,4000000000],"output":[7,96],"spilled_bytes":1200000,"lossy_lines":2}
"#
        );
    }

    #[test]
    fn every_event_is_json() {
        let mut events = tests::events();
        events.push((125, tests::failed()));
        let text = said_at(
            Verbosity::Verbose,
            events.iter().map(|(second, event)| (*second, event)),
        );
        assert_eq!(text.lines().count(), events.len());
        for line in text.lines() {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(
                value["event"].is_string() && value["time"].is_string(),
                "{line}"
            );
        }
    }

    #[test]
    fn progress_is_told_once_a_second() {
        let events = tests::events();
        let (_, progress) = events
            .iter()
            .find(|(_, event)| matches!(event, Event::Progress { .. }))
            .unwrap();
        let text = said_at(
            Verbosity::Normal,
            [0, 0, 1, 1, 5].into_iter().map(|second| (second, progress)),
        );
        assert_eq!(text.lines().count(), 3);
    }

    #[test]
    fn quiet_and_verbose() {
        let detail = Event::Detail {
            message: "x".to_owned(),
        };
        assert_eq!(said(Verbosity::Normal, std::slice::from_ref(&detail)), "");
        assert_ne!(said(Verbosity::Verbose, &[detail]), "");
        assert_eq!(said(Verbosity::Quiet, &[tests::started()]), "");
        assert_ne!(said(Verbosity::Quiet, &[tests::failed()]), "");
    }
}
