//! The `emr` runner: a job's steps by Hadoop Streaming on a cluster of Amazon EMR.
//!
//! | module | what is in it |
//! |---|---|
//! | `config` | what the user says |
//! | `request` | the options as EMR's API has them |
//! | `api`, `sdk` | the calls of EMR that are used, and AWS's library behind them |
//! | `error` | what can go wrong |

mod api;
mod config;
mod error;
mod request;
mod sdk;

pub use api::{Api, Cluster, Instance, Step};
pub use config::EmrConfig;
pub use error::EmrError;
#[allow(unused_imports, reason = "the runner comes next")]
pub(crate) use request::cluster;
pub use sdk::Sdk;
