//! Jobs on a Hadoop cluster, which `cargo xtask test` starts: the same jobs as elsewhere, by Hadoop's own machinery.
//!
//! `jobs` is about what they compute, `faults` about what goes wrong.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "these are tests")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

mod cluster;
mod faults;
mod jobs;
