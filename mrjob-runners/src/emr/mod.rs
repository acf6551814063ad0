//! The `emr` runner: a job's steps by Hadoop Streaming on a cluster of Amazon EMR.
//!
//! | module | what is in it |
//! |---|---|
//! | `config` | what the user says |
//! | `request` | the options as EMR's API has them |
//! | `api`, `sdk`, `iam` | the calls of EMR and IAM that are used, and AWS's library behind them |
//! | `patient` | calls that are made again |
//! | `check` | what is refused before anything costs money |
//! | `reducers` | how many reduce tasks there are where nobody says it |
//! | `run`, `upload`, `watch` | a job; what is sent to S3 for it; its cluster, looked at until the end |
//! | `steps`, `script` | steps as EMR's API has them; what the first node runs as one |
//! | `logs`, `cause` | what scripts and cluster leave in S3; counters and why a step failed, from there |
//! | `operator` | clusters without a job |
//! | `dry_run` | what would be done |
//! | `error` | what can go wrong |

mod api;
mod cause;
mod check;
mod config;
mod dry_run;
mod error;
mod iam;
mod logs;
mod operator;
mod plan;
mod reducers;
mod request;
mod retry;
mod run;
mod script;
mod sdk;
mod steps;
mod upload;
mod watch;

pub use api::{ALIVE, Api, Cluster, Instance, InstanceKind, Step};
pub use config::EmrConfig;
pub use error::EmrError;
pub use iam::Role;
pub use operator::{ClusterWork, Operator, now};
pub(crate) use plan::RUNNER;
pub(crate) use request::{cluster, types_said};
pub use retry::Patient;
pub use run::Emr;
pub use sdk::Sdk;
