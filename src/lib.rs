//! MapReduce jobs as one Rust struct.
//!
//! A job is a struct whose methods are a mapper, a combiner and a reducer. Two macros make it a program:
//!
//! ```no_run
//! use mrjob::prelude::*;
//!
//! /// Count how often each word occurs.
//! #[derive(MrJob)]
//! struct WordFreq;
//!
//! #[mrjob::steps]
//! impl WordFreq {
//!     #[mapper]
//!     fn words(&self, line: &str, out: &mut Emitter<String, u64>) {
//!         line.split_whitespace().for_each(|word| out.emit(word, 1));
//!     }
//!
//!     #[combiner]
//!     #[reducer]
//!     fn total(&self, word: &str, counts: Values<u64>, out: &mut Emitter<String, u64>) {
//!         out.emit(word, counts.sum());
//!     }
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     WordFreq::run()
//! }
//! ```
//!
//! That program is the launcher, `word_freq [OPTIONS] [INPUT]...`, and every task of the job, wherever it runs: nothing else
//! is installed there. It runs on this machine (`-r inline`, `-r local`), on a Hadoop cluster (`-r hadoop`), and on Amazon EMR
//! (`-r emr`).
//!
//! | to find out | read |
//! |---|---|
//! | how to write jobs, from the first one on | [`guide`] |
//! | what a job's arguments, files and protocols are | [`MrJob`](derive@MrJob) |
//! | what its methods take, and how several steps are written | [`macro@steps`] |
//! | how pairs are emitted, how values are read | [`Emitter`], [`Values`]; [`lend`] for what may be emitted as what |
//! | what can be done with a job | [`Job`] |
//! | how keys and values are ordered | [`Desc`], [`Encoded`]; the guide's page [`keys_and_order`](guide::keys_and_order) |
//! | how records are read and written | [`protocol`] |
//! | how a job counts and says what it does | [`counter!`](macro@counter), [`count`], [`status!`](macro@status) |
//! | what the macros write, to write it by hand | [`Settings`], [`Arguments`], [`Steps`], [`step`] |
//!
//! # Typed input
//!
//! What a mapper takes is what a line is parsed into: any type that serde reads. The fastest is a struct of the wanted
//! fields, which borrows its strings.
//!
//! ```
//! use mrjob::prelude::*;
//! use serde::Deserialize;
//!
//! /// The longest visit of each page.
//! #[derive(MrJob)]
//! #[mrjob(input = JsonValue, output = Text)]
//! struct Longest;
//!
//! #[derive(Deserialize)]
//! struct Visit<'a> {
//!     url: &'a str,
//!     seconds: u64,
//! }
//!
//! #[mrjob::steps]
//! impl Longest {
//!     #[mapper]
//!     fn visits(&self, visit: Visit<'_>, out: &mut Emitter<String, u64>) {
//!         out.emit(visit.url, visit.seconds);
//!     }
//!
//!     #[combiner]
//!     fn longer(&self, longest: &mut u64, next: u64) {
//!         *longest = next.max(*longest);
//!     }
//!
//!     #[reducer]
//!     fn longest(&self, url: &str, seconds: Values<u64>, out: &mut Emitter<String, u64>) {
//!         out.emit(url, seconds.max().unwrap_or(0));
//!     }
//! }
//!
//! // A test of the whole job, on text.
//! let visits = r#"{"url": "/", "seconds": 9, "agent": "curl"}
//! {"url": "/", "seconds": 30}"#;
//! let outcome = Longest::parse_from(["--reducers", "1"]).sandbox(visits)?;
//! assert_eq!(outcome.text()?, "/\t30\n");
//! # Ok::<(), mrjob::BoxError>(())
//! ```
//!
//! # Arguments
//!
//! They are clap's. A job needs no dependency on it: after `use mrjob::clap;` it may derive `clap::Args` and
//! `clap::ValueEnum` for types of its own.
//!
//! # Cargo features
//!
//! `hadoop`, on by default, brings the runner for Hadoop clusters; `hdfs`, which is part of it, files in HDFS; and `tls`, on by default too, web
//! services that want TLS. Off by default are `s3`, files in S3, with AWS's library, which takes minutes to build, and `emr`, the runner
//! for Amazon EMR, which has it. On by default too are `completions` for `--completions SHELL`,
//! `compression` for compressed input and output, and `configuration` for options from `mrjob.conf` files: without it a job
//! reads none, and refuses `--conf-path`.

pub use mrjob_core::counter::Counters;
pub use mrjob_core::counter::count;
pub use mrjob_core::emit::Part;
pub use mrjob_core::emit::lend;
pub use mrjob_core::key::{Desc, Encoded};
pub use mrjob_core::task::{TaskInfo, task};
pub use mrjob_core::{Arena, BoxError, Emitter, Settings, Steps, Values, protocol, status};
pub use mrjob_derive::{MrJob, counter, steps};
pub use mrjob_runners::arguments::Arguments;
pub use mrjob_runners::job::Job;
pub use mrjob_runners::launch::{Launch, Outcome, OutcomeError, Parsed};
pub use mrjob_runners::{Exit, JobError};

/// clap, of the version that reads a job's arguments.
// Hidden, and a module: else rustc finds a variant of clap's that is called `String` in here, and writes the type with its
// whole path in every message.
#[doc(hidden)]
pub mod clap {
    pub use mrjob_runners::clap::*;
}

pub mod guide;

/// A job's steps, written by hand: [`Step`](step::Step) and the traits of its methods.
pub mod step {
    pub use mrjob_core::Step;
    pub use mrjob_core::step::*;
}

pub mod prelude;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

/// std's `Result`, whose error is any error unless another is named.
pub type Result<T, E = BoxError> = std::result::Result<T, E>;

/// The code in the front page compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
