//! What submits a job and waits for it.
//!
//! | module | what is in it |
//! |---|---|
//! | [`job`], [`arguments`] | a job as a program, and its own arguments |
//! | [`launch`] | from arguments to an exit code or an outcome |
//! | [`cli`] | the command line, up to a checked plan |
//! | [`options`], [`config`] | the table of all options, and the files that set them |
//! | [`input`] | files, folders, patterns |
//! | [`fs`] | file systems that aren't on this machine |
//! | [`plan`], [`runner`], [`event`] | what is run, what runs it, what it tells |
//! | [`inline`], [`local`] | the runners |
//! | `hadoop` | the runner for Hadoop clusters |
//! | `emr` | the runner for Amazon EMR |
//! | `streaming` | what Hadoop Streaming runs: task files, steps as its options, tasks |
//! | `web` | web services of clusters: requests, TLS, patience |
//! | [`surroundings`] | what tasks find around them: variables, files, what shell lines have made |
//! | [`split`], [`output`] | inputs cut into tasks, and their output in its place |
//! | [`report`] | what a user sees of a run |
//! | [`release`], `executable` | the machines that a program is for; those of EMR |
//! | [`tool`] | the tool `mrjob`, as job programs find it |
//! | [`memory`] | how much memory a run may take |

pub mod arguments;
pub mod cli;
mod clock;
pub mod config;
mod definition;
#[cfg(feature = "emr")]
pub mod emr;
pub mod error;
pub mod event;
pub mod executable;
pub mod fs;
#[cfg(feature = "hadoop")]
pub mod hadoop;
pub mod inline;
pub mod input;
pub mod job;
pub mod launch;
pub mod local;
pub mod memory;
pub mod options;
pub mod output;
pub mod plan;
pub mod release;
pub mod report;
pub mod runner;
pub mod split;
mod steps;
#[cfg(feature = "streaming")]
pub mod streaming;
pub mod surroundings;
pub mod tool;
#[cfg(feature = "hadoop")]
mod web;

pub use arguments::Arguments;
pub use error::{Exit, JobError};
pub use job::Job;

/// For generated code, so that a job's crate needs no `clap` of its own.
#[doc(hidden)]
pub use clap;
