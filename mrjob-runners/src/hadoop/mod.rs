//! The `hadoop` runner: a job's steps by Hadoop Streaming on the user's cluster.
//!
//! | module | what is in it |
//! |---|---|
//! | `config` | what the user says |
//! | `find`, `site` | Hadoop on this machine, and its configuration |
//! | `hdfs` | the cluster's files |
//! | `prepare`, `run`, `sums` | what is looked up first; the steps, one after the other; what they add up to |
//! | `abandoned` | what killed runs have left |
//! | `upload`, `stoppable`, `tuning`, `command`, `output` | what is sent there; sizes that nobody asked for; the command of a step; what comes back |
//! | `splits`, `sample` | who divides a step's input among map tasks, and how; ranges of keys of about the same size |
//! | `sequence` | records between steps that aren't lines |
//! | `client`, `said` | the `hadoop jar` of a step, and what it says |
//! | `watch`, `cluster` | a step that runs, and what the cluster's web services say of it |
//! | `cause` | why it failed |

mod abandoned;
mod cause;
mod client;
mod cluster;
mod command;
mod config;
mod error;
mod find;
pub(crate) mod hdfs;
mod output;
mod prepare;
mod run;
mod said;
mod sample;
mod sequence;
mod site;
mod splits;
mod stoppable;
mod sums;
mod tuning;
mod upload;
mod watch;

pub use crate::executable::Mismatch;
pub use crate::web::{ServiceUrl, Unanswered};
#[cfg(feature = "emr")]
pub(crate) use command::{StepCommand, compression, tag, tags};
pub use config::HadoopConfig;
pub use error::HadoopError;
pub use hdfs::HdfsError;
pub(crate) use hdfs::has_scheme;
pub use run::Hadoop;
#[cfg(feature = "emr")]
pub(crate) use said::Said;
#[cfg(feature = "emr")]
pub(crate) use sums::Sums;
#[cfg(feature = "emr")]
pub(crate) use tuning::{BYTES_A_REDUCER, reducers};
#[cfg(feature = "emr")]
pub(crate) use upload::hash;
#[cfg(feature = "emr")]
pub(crate) use upload::{plain_name, unread_by_hadoop};
