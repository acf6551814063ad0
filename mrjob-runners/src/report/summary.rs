//! What a run came to, in words.

use std::fmt::Write as _;

use mrjob_core::counter::Counters;
use mrjob_core::visible;

use super::amount;
use crate::event::Event;

/// Collects what the last paragraph says.
#[derive(Debug, Default)]
pub(super) struct Summary {
    job: String,
    counters: Vec<Counters>,
}

impl Summary {
    pub(super) fn update(&mut self, event: &Event) {
        match event {
            Event::JobStarted { job, .. } => self.job.clone_from(job),
            Event::StepFinished { counters, .. } => self.counters.push(counters.clone()),
            _ => {}
        }
    }

    /// The last paragraph, if `event` is the good end of a run.
    pub(super) fn text(&self, event: &Event) -> Option<String> {
        let Event::JobFinished {
            elapsed,
            input,
            output,
            spilled_bytes,
            lossy_lines,
        } = event
        else {
            return None;
        };
        let amount = |(records, bytes): (u64, u64)| {
            format!(
                "{} ({})",
                amount::counted(records, "record"),
                amount::bytes(bytes)
            )
        };
        let mut text = self.counters_text();
        if *lossy_lines > 0 {
            let _ = writeln!(text, "{}\n  {LOSSY_HINT}", lossy(*lossy_lines));
        }
        let _ = write!(
            text,
            "{} done in {}: read {}, wrote {}",
            self.job,
            amount::time(*elapsed),
            amount(*input),
            amount(*output)
        );
        if *spilled_bytes > 0 {
            let _ = write!(text, ", spilled {}", amount::bytes(*spilled_bytes));
        }
        text.push('\n');
        Some(text)
    }

    /// The counters as mrjob shows them, a paragraph a step that has any.
    fn counters_text(&self) -> String {
        let mut text = String::new();
        for (step, counters) in self.counters.iter().enumerate() {
            let number: usize = counters.values().map(|names| names.len()).sum();
            if number == 0 {
                continue;
            }
            let _ = match self.counters.len() {
                1 => writeln!(text, "Counters: {number}"),
                steps => writeln!(text, "Counters of step {} of {steps}: {number}", step + 1),
            };
            for (group, names) in counters {
                let _ = writeln!(text, "\t{}", visible::line(group));
                for (name, amount) in names {
                    let _ = writeln!(text, "\t\t{}={amount}", visible::line(name));
                }
            }
        }
        text
    }
}

/// What is said of lines that weren't UTF-8, in one line.
pub(crate) fn lossy(lines: u64) -> String {
    let (lines, verb) = (
        amount::counted(lines, "line"),
        if lines == 1 { "wasn't" } else { "weren't" },
    );
    format!("warning: {lines} {verb} UTF-8; what couldn't be read was replaced by U+FFFD")
}

/// What to do about them.
const LOSSY_HINT: &str = "hint: a mapper that takes `&[u8]` sees the bytes as they are";
