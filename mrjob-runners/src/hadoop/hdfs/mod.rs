//! The cluster's file systems.
//!
//! | module | what is in it |
//! |---|---|
//! | `files` | what the runner does with files, each by the way that its file system has |
//! | `find` | the files of an input |
//! | `web` | HDFS by its web service, a few milliseconds a call |
//! | `read` | a file of it as tasks read it |
//! | `node` | a file of any file system as tasks read it, by `hadoop fs` |
//! | `shell` | any file system by `hadoop fs`, a second or two a call |
//! | `names` | the name nodes of the default file system |
//! | `location` | where files are, as people write it |
//! | `system` | HDFS as the tool beside the jobs sees it |
//! | `error` | why it failed |

mod error;
mod files;
mod find;
mod location;
mod names;
mod node;
mod read;
mod shell;
#[cfg(feature = "emr")]
mod system;
mod web;

pub use error::HdfsError;
pub(super) use files::{FileSystems, Way};
pub(super) use find::Unfound;
pub(super) use location::Location;
pub(crate) use location::has_scheme;
pub(crate) use node::{BY_NODE, open as open_by_node};
pub(crate) use read::{READING, open};
#[cfg(feature = "emr")]
pub(crate) use system::Hdfs;
