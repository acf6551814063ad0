//! The `emr` runner: a job's steps by Hadoop Streaming on a cluster of Amazon EMR.
//!
//! | module | what is in it |
//! |---|---|
//! | `config` | what the user says |
//! | `request` | the options as EMR's API has them |
//! | `api`, `sdk` | the calls of EMR that are used, and AWS's library behind them |
//! | `run`, `upload`, `watch` | a job; what is sent to S3 for it; its cluster, looked at until the end |
//! | `logs` | what cluster and steps leave in S3 |
//! | `error` | what can go wrong |

mod api;
mod config;
mod error;
mod logs;
mod request;
mod run;
mod sdk;
mod upload;
mod watch;

pub use api::{Api, Cluster, Instance, Step};
pub use config::EmrConfig;
pub use error::EmrError;
pub(crate) use request::cluster;
pub use run::Emr;
pub use sdk::Sdk;
