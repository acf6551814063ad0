//! What submits a job and waits for it. ARCHITECTURE.md has the map; imports go down its floors only.

pub mod arguments;
pub mod cli;
mod clock;
#[cfg(feature = "cluster")]
pub mod cluster;
pub mod config;
mod definition;
mod drive;
#[cfg(feature = "emr")]
pub mod emr;
pub mod error;
pub mod event;
pub mod executable;
pub mod exit;
mod features;
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
mod planner;
pub mod release;
pub mod report;
pub mod run;
mod runners;
pub mod split;
pub mod stop;
pub mod task_env;
#[cfg(feature = "hdfs")]
#[cfg_attr(
    not(feature = "cluster"),
    expect(dead_code, reason = "clusters use more of it")
)]
pub mod web;

pub use arguments::Arguments;
pub use error::JobError;
pub use exit::Exit;
pub use job::Job;

/// For generated code, so that a job's crate needs no `clap` of its own.
#[doc(hidden)]
pub use clap;
