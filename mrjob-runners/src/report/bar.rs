//! A progress bar on a terminal.

use std::fmt;
use std::io::{Write, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::summary::Summary;
use super::{Clock, Progress, lines};
use crate::event::{Event, Reporter};
use crate::report::Verbosity;

/// Redraws per second at most.
const RATE: u8 = 10;

/// A run that is over sooner shows no bar: it would only flicker.
const PATIENCE: Duration = Duration::from_millis(300);

/// Characters of the bar between its brackets.
const WIDTH: usize = 12;

/// Draws the phase that is going on as a bar at the bottom, and prints above it only what a user should know. Between
/// phases and at the end there is no bar.
pub struct Bar {
    bar: Option<ProgressBar>,
    clock: Clock,
    verbosity: Verbosity,
    progress: Progress,
    summary: Summary,
}

impl fmt::Debug for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bar")
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

impl Bar {
    /// A bar on the terminal that standard error is.
    pub(crate) fn new(verbosity: Verbosity, clock: Clock) -> Self {
        let (progress, summary) = Default::default();
        Bar {
            bar: None,
            clock,
            verbosity,
            progress,
            summary,
        }
    }

    /// Whether `event` is said in words above the bar, which says most of it itself.
    fn is_said(&self, event: &Event) -> bool {
        match event {
            Event::JobStarted { .. } | Event::PhaseStarted { .. } | Event::PhaseFinished { .. } => {
                self.verbosity >= Verbosity::Verbose
            }
            _ => true,
        }
    }

    fn say(&self, text: &str) {
        // Written past the bar, which would cut long lines. Nobody can be told that standard error is closed.
        let write = || drop(stderr().write_all(format!("{}\n", text.trim_end()).as_bytes()));
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    fn draw(&mut self, now: Duration) {
        match (line(&self.progress, now), &mut self.bar) {
            (None, bar) => {
                if let Some(bar) = bar.take() {
                    bar.finish_and_clear();
                }
            }
            (Some(line), Some(bar)) => bar.set_message(line),
            (Some(_), None) if now < PATIENCE => {}
            (Some(line), bar @ None) => bar.insert(new_bar()).set_message(line),
        }
    }
}

impl Reporter for Bar {
    fn report(&mut self, event: &Event) {
        let now = (self.clock)();
        self.progress.update(event, now);
        self.summary.update(event);
        self.draw(now);
        let text = match self.summary.text(event) {
            None if self.is_said(event) => lines::message(event, &self.progress, self.verbosity),
            text => text,
        };
        if let Some(text) = text {
            self.say(&lines::for_terminal(event, &text));
        }
    }
}

/// The library's bar isn't used, only what it knows of terminals: it would redraw for each of its parts.
fn new_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_msg}").expect("the template is a constant");
    ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(RATE)).with_style(style)
}

/// `map [===>        ] 1.00 GB of 4.00 GB, …`. No colours: it reads as well without.
fn line(progress: &Progress, now: Duration) -> Option<String> {
    let (label, details) = (progress.label()?, progress.details(now)?);
    let Some(fraction) = progress.fraction() else {
        return Some(format!("{label}: {details}"));
    };
    let done = (fraction * WIDTH as f64) as usize;
    let head = if done < WIDTH { ">" } else { "" };
    let rest = WIDTH - done - head.len();
    Some(format!(
        "{label} [{}{head}{}] {details}",
        "=".repeat(done),
        " ".repeat(rest)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests;

    #[test]
    fn a_line_a_phase() {
        let mut progress = Progress::default();
        let mut drawn = Vec::new();
        for (second, event) in tests::events() {
            let now = Duration::from_secs(second);
            progress.update(&event, now);
            drawn.extend(line(&progress, now));
        }
        drawn.dedup();
        assert_eq!(
            drawn,
            [
                "step 1 of 2, map [>           ] 0 bytes of 4.00 GB, 0 of 16 tasks, 0 records",
                "step 1 of 2, map [>           ] \
                 300 MB of 4.00 GB, 13 s left, 300 MB/s, 1 of 16 tasks, 3,000 records",
                "step 1 of 2, map [===>        ] \
                 1.00 GB of 4.00 GB, 1 min 36 s left, 31.2 MB/s, 4 of 16 tasks, 12,345 records",
                "step 1 of 2, map [===>        ] \
                 1.01 GB of 4.00 GB, 1 min 38 s left, 30.6 MB/s, 4 of 16 tasks, 12,400 records",
                "step 1 of 2, map [===>        ] \
                 1.01 GB of 4.00 GB, 1 min 41 s left, 29.7 MB/s, 4 of 16 tasks, 12,400 records (loading)",
                "step 1 of 2, map [===>        ] \
                 1.01 GB of 4.00 GB, 1 min 44 s left, 28.9 MB/s, 4 of 16 tasks, 12,400 records (loading)",
                "step 1 of 2, map [===>        ] \
                 1.01 GB of 4.00 GB, 1 min 47 s left, 28.1 MB/s, 4 of 16 tasks, 12,400 records (loading)",
                "step 1 of 2, map [======>     ] \
                 2.00 GB of 4.00 GB, 1 min 10 s left, 28.6 MB/s, 8 of 16 tasks, 24,000 records (loading)",
                "step 2 of 2, reduce [>           ] 0 of 1 task, 0 records",
            ]
        );
    }
}
