//! The conformance suite: every job over every runner, outputs compared byte by byte.
//!
//! | file | what is in it |
//! |---|---|
//! | `table` | the jobs: a row is a test |
//! | `runners` | the runners: a row is a way to run, and what is compared of it |
//! | `case` | what a row of the jobs says |
//! | `check` | runs a job in all ways and compares |
//! | `by_hand` | a job as `--mapper`, `sort` and `--reducer` |
//! | `streaming` | a job as Hadoop Streaming runs it |
//! | `on_hadoop` | a job on a Hadoop cluster |
//! | `on_s3` | a job whose input is in S3 |
//! | `on_emr` | a job on a stand-in for EMR |
//! | `peak` | how much memory a run takes |
//! | `partition` | Hadoop's partition of a key, worked out anew |
//! | `place` | a folder for inputs and outputs, and commands that run in it |
//! | `data` | input that looks random and isn't |
//! | `words`, `protocols`, `steps`, `keys`, `memory`, `hostile` | inputs and expected outputs of the jobs |
//!
//! What is compared is what is promised. Not promised are the order of values without `sort_values`, the number of
//! tasks, the order of the output of a last step without a reducer, and the order in which floats are added; so no job
//! here depends on them.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod by_hand;
mod case;
mod check;
#[cfg(target_os = "linux")]
#[path = "../hadoop/cluster.rs"]
#[expect(dead_code, reason = "the tests of the cluster itself use more of it")]
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
mod cluster;
mod data;
mod hostile;
mod keys;
mod memory;
#[cfg(target_os = "linux")]
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
mod on_emr;
#[cfg(target_os = "linux")]
mod on_hadoop;
#[cfg(all(target_os = "linux", feature = "s3"))]
mod on_s3;
mod partition;
#[cfg(target_os = "linux")]
mod peak;
mod place;
#[path = "../streaming/player.rs"]
#[expect(dead_code, reason = "the tests of streaming itself use more of it")]
mod player;
mod protocols;
mod runners;
#[cfg(target_os = "linux")]
#[path = "../s3/server.rs"]
#[expect(dead_code, reason = "the tests of S3 use all of it")]
mod server;
mod steps;
mod streaming;
mod table;
mod words;
