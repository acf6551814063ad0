//! What the steps of a run add up to.

use std::time::Instant;

use mrjob_core::counter::Counters;
use mrjob_core::emit::Part;
use tempfile::TempDir;

use super::{Finished, Run};
use crate::event::Event;

/// Totals of a run. Records and bytes come in pairs.
#[derive(Debug, Default)]
pub(crate) struct RunTotals {
    /// What the first step read.
    pub(crate) input: Option<(u64, u64)>,
    /// What the step that ran last wrote.
    pub(crate) output: (u64, u64),
    pub(crate) spilled_bytes: u64,
    pub(crate) lossy_lines: u64,
    /// A map a step.
    pub(crate) counters: Vec<Counters>,
}

impl RunTotals {
    /// Ends a run well that began at `begun`, tells of it, and gives what it leaves: `parts`, which live as long as `keep`.
    pub(crate) fn finish(
        self,
        run: &Run<'_>,
        begun: Instant,
        parts: Vec<Part>,
        keep: Option<TempDir>,
    ) -> Finished {
        (run.events)(Event::JobFinished {
            elapsed: begun.elapsed(),
            input: self.input.unwrap_or_default(),
            output: self.output,
            spilled_bytes: self.spilled_bytes,
            lossy_lines: self.lossy_lines,
        });
        Finished {
            parts,
            counters: self.counters,
            keep,
        }
    }
}
