//! What a step on a cluster adds to the totals of its run.

use super::client_output::ClientOutput;
use super::{BYTES_READ, OWN_COUNTERS};
use crate::run::RunTotals;

impl RunTotals {
    /// Adds what the client has said of a step.
    pub(crate) fn add_step(&mut self, said: &ClientOutput, reduces: bool) {
        let records =
            |phase: &str, what: &str| said.task_counter(&format!("{phase} {what} records"));
        // What Hadoop has read is then the list of what they did.
        let by_tasks = said.task_counter(BYTES_READ);
        let bytes = match by_tasks {
            0 => said.own("File Input Format Counters", "Bytes Read"),
            bytes => bytes,
        };
        self.input.get_or_insert((records("map", "input"), bytes));
        self.output = (
            records(if reduces { "reduce" } else { "map" }, "output"),
            said.own("File Output Format Counters", "Bytes Written"),
        );
        self.spilled_bytes += said.task_counter("bytes spilled");
        self.lossy_lines += said.task_counter("lines that aren't UTF-8");
        let mut counters = said.counters.clone();
        counters.remove(OWN_COUNTERS);
        self.counters.push(counters);
    }
}
