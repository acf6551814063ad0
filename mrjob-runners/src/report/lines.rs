//! Plain lines, for logs and pipes: few of them.

use std::borrow::Cow;
use std::fmt;
use std::io::Write;
use std::time::Duration;

use mrjob_core::visible;

use super::summary::{Summary, lossy};
use super::{Clock, Progress, amount, failure};
use crate::event::{Event, Reporter};
use crate::report::Verbosity;

/// How long nothing is said while a phase goes on.
const PAUSE: Duration = Duration::from_secs(30);

/// Writes a line when something begins or ends, and every 30 seconds in between.
pub struct Lines<W> {
    out: W,
    clock: Clock,
    verbosity: Verbosity,
    progress: Progress,
    summary: Summary,
    last: Duration,
}

impl<W> fmt::Debug for Lines<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines")
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

impl<W: Write + Send> Lines<W> {
    pub(crate) fn new(out: W, verbosity: Verbosity, clock: Clock) -> Self {
        let (progress, summary) = Default::default();
        Lines {
            out,
            clock,
            verbosity,
            progress,
            summary,
            last: Duration::ZERO,
        }
    }

    /// What is worth a line of `event`, at `now`.
    fn line(&mut self, event: &Event, now: Duration) -> Option<String> {
        let line = match event {
            Event::Progress { .. } if now.saturating_sub(self.last) < PAUSE => return None,
            Event::Progress { .. } => format!(
                "{}: {}",
                self.progress.label()?,
                self.progress.details(now)?
            ),
            other => message(other, &self.progress, self.verbosity)?,
        };
        self.last = now;
        Some(line)
    }
}

impl<W: Write + Send> Reporter for Lines<W> {
    fn report(&mut self, event: &Event) {
        let now = (self.clock)();
        self.progress.update(event, now);
        self.summary.update(event);
        if self.verbosity == Verbosity::Quiet && !is_for_quiet(event) {
            return;
        }
        let text = match self.summary.text(event) {
            // Of a good end only what was changed of the data.
            Some(_) if self.verbosity == Verbosity::Quiet => lossy(replaced(event)) + "\n",
            Some(text) => text,
            None => match self.line(event, now) {
                Some(line) if line.ends_with('\n') => line,
                Some(line) => line + "\n",
                None => return,
            },
        };
        // Nobody can be told that standard error is closed.
        let _ = self.out.write_all(for_terminal(event, &text).as_bytes());
    }
}

/// `text`, which tells of `event`, without control characters: those that a task prints itself are its own affair.
pub(super) fn for_terminal<'t>(event: &Event, text: &'t str) -> Cow<'t, str> {
    match event {
        Event::TaskOutput { .. } => Cow::Borrowed(text),
        _ => visible::text(text),
    }
}

/// Whether `event` is told where only errors are: they, what the job itself prints, which nobody else keeps, what its input
/// looks like, and an end before which data were replaced.
pub(super) fn is_for_quiet(event: &Event) -> bool {
    matches!(
        event,
        Event::JobFailed { .. } | Event::TaskOutput { .. } | Event::InputWarning { .. }
    ) || replaced(event) > 0
}

/// How many lines were read with U+FFFD in them, where `event` is the end of a run.
fn replaced(event: &Event) -> u64 {
    match event {
        Event::JobFinished { lossy_lines, .. } => *lossy_lines,
        _ => 0,
    }
}

/// What is said of an event in words, wherever it is said; nothing for those that only move the progress or end it.
pub(super) fn message(event: &Event, progress: &Progress, verbosity: Verbosity) -> Option<String> {
    let verbose = verbosity >= Verbosity::Verbose;
    Some(match event {
        Event::JobStarted {
            job,
            runner,
            steps,
            input_bytes,
        } => {
            let steps = amount::counted(*steps as u64, "step");
            let over = input_bytes
                .map(|bytes| format!(" over {}", amount::bytes(bytes)))
                .unwrap_or_default();
            format!("{job}: {steps}{over}, runner {runner}")
        }
        Event::PhaseStarted {
            step,
            phase,
            tasks,
            bytes,
        } => {
            let tasks = amount::counted(*tasks as u64, "task");
            format!(
                "{}: {tasks}, {}",
                progress.name(*step, *phase),
                amount::bytes(*bytes)
            )
        }
        Event::PhaseFinished {
            step,
            phase,
            totals,
        } => {
            let (read, wrote) = (
                amount::counted(totals.records_in, "record"),
                amount::counted(totals.records_out, "record"),
            );
            format!(
                "{}: done, read {read}, wrote {wrote}",
                progress.name(*step, *phase)
            )
        }
        // It is part of the progress, which is told less often.
        Event::Status {
            step,
            phase,
            task,
            message,
        } if verbose => {
            let message = visible::line(message);
            format!("{} task {task}: {message}", progress.name(*step, *phase))
        }
        Event::AttemptLost {
            step,
            phase,
            task,
            attempt,
            reason,
        } => {
            let name = progress.name(*step, *phase);
            format!(
                "warning: {name} task {task}, attempt {} lost: {reason}; it is tried again",
                attempt + 1
            )
        }
        Event::Warning { message } | Event::InputWarning { message } => {
            format!("warning: {message}")
        }
        Event::TaskOutput { line } => line.clone(),
        Event::Note { message } => message.clone(),
        Event::JobFailed {
            message,
            failure: task,
        } => failure::paragraph(message, task.as_ref()),
        Event::Detail { message } if verbose => message.clone(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{Shared, events, failed};

    /// What is said of `events`, each at its second.
    fn said(verbosity: Verbosity, events: &[(u64, Event)]) -> String {
        let out = Shared::default();
        let now = Shared::default();
        let mut lines = Lines::new(out.clone(), verbosity, now.clock());
        for (second, event) in events {
            now.set_seconds(*second);
            lines.report(event);
        }
        out.text()
    }

    #[test]
    fn few_lines() {
        assert_eq!(
            said(Verbosity::Normal, &events()),
            "\
PageRank: 2 steps over 4.00 GB, runner local
step 1 of 2, map: 16 tasks, 4.00 GB
step 1 of 2, map: 1.00 GB of 4.00 GB, 1 min 36 s left, 31.2 MB/s, 4 of 16 tasks, 12,345 records
warning: step 1 of 2, map task 3, attempt 1 lost: worker killed by signal 9; it is tried again
debug print
step 1 of 2, map: 2.00 GB of 4.00 GB, 1 min 10 s left, 28.6 MB/s, 8 of 16 tasks, 24,000 records (loading)
step 1 of 2, map: done, read 49,380 records, wrote 7 records
step 2 of 2, reduce: 1 task, 0 bytes
Counters of step 1 of 2: 2
\twords
\t\tlong=1
\t\ttoo short=12
warning: 2 lines weren't UTF-8; what couldn't be read was replaced by U+FFFD
  hint: a mapper that takes `&[u8]` sees the bytes as they are
PageRank done in 2 min 5 s: read 49,380 records (4.00 GB), wrote 7 records (96 bytes), spilled 1.20 MB
"
        );
    }

    #[test]
    fn quiet_says_errors_what_the_job_prints_and_what_was_replaced() {
        assert_eq!(
            said(Verbosity::Quiet, &events()),
            "debug print\nwarning: 2 lines weren't UTF-8; what couldn't be read was replaced by U+FFFD\n"
        );
        assert!(said(Verbosity::Quiet, &[(0, failed())]).starts_with("error: step 1 of 1 failed"));
    }

    #[test]
    fn details_are_for_verbose() {
        let detail = (
            0,
            Event::Detail {
                message: "worker 3 started".to_owned(),
            },
        );
        assert_eq!(said(Verbosity::Normal, std::slice::from_ref(&detail)), "");
        assert_eq!(said(Verbosity::Verbose, &[detail]), "worker 3 started\n");
    }
}
