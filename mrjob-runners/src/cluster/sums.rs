//! What the steps of a run add up to.

use mrjob_core::counter::Counters;

use super::client_output::Said;
use super::{BYTES_READ, OWN_COUNTERS};

/// What a run adds up.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    pub(crate) input: Option<(u64, u64)>,
    pub(crate) output: (u64, u64),
    pub(crate) spilled_bytes: u64,
    pub(crate) lossy_lines: u64,
    pub(crate) counters: Vec<Counters>,
}

impl Sums {
    pub(crate) fn add(&mut self, said: &Said, reduces: bool) {
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
