//! What the macros accept: it compiles without a warning, and runs as it is written.

#![deny(warnings)]

mod arguments;
mod by_hand;
mod commands;
mod counters;
mod groups;
mod lists;
mod places;
mod records;
mod shadows;

/// Compiles for jobs, whose methods then count as used.
fn is_job<J: mrjob::Job>() {}

/// What a job writes when it runs inline on `input`.
fn output<J: mrjob::Job>(arguments: &[&str], input: &str) -> String {
    let outcome = J::parse_from(arguments)
        .sandbox(input)
        .expect("the job runs on this input");
    outcome.text().expect("the output is in memory")
}
