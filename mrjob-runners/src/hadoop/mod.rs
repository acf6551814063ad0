//! The `hadoop` runner: a job's steps by Hadoop Streaming on the user's cluster.
//!
//! | module | what is in it |
//! |---|---|
//! | `plan`, `config` | the plan of a run; what the user says |
//! | `find` | Hadoop on this machine |
//! | `prepare`, `dry_run` | all that is looked up for a plan; the same for a person |
//! | `run` | the steps, one after the other |
//! | `leftovers` | what killed runs have left |
//! | `upload`, `piped`, `tuning`, `output` | what is sent there; sizes that nobody asked for; what comes back |
//! | `splits`, `sample` | who divides a step's input among map tasks, and how; ranges of keys of about the same size |
//! | `sequence` | records between steps that aren't lines |
//! | `client` | the `hadoop jar` of a step |
//! | `watch`, `yarn` | a step that runs, and what the cluster's web services say of it |
//! | `cause` | why it failed |

mod cause;
mod client;
mod config;
mod dry_run;
mod error;
mod find;
mod leftovers;
mod output;
mod piped;
mod plan;
mod prepare;
mod run;
mod sample;
mod sequence;
mod splits;
mod tuning;
mod upload;
mod watch;
mod yarn;

pub use crate::executable::Mismatch;
pub use crate::fs::hdfs::{HdfsError, InstallationError};
pub use crate::web::{ServiceUrl, Unanswered};
pub use config::HadoopConfig;
pub use error::HadoopError;
pub(crate) use plan::RUNNER;
pub use run::Hadoop;
