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
//! | `installation`, `site` | Hadoop on this machine, and its configuration |
//! | `location` | where files are, as people write it |
//! | `system` | HDFS as one file system among others |
//! | `error` | why it failed |

#[cfg(feature = "hdfs")]
mod error;
#[cfg(feature = "hdfs")]
mod files;
#[cfg(feature = "hdfs")]
mod find;
#[cfg(feature = "hdfs")]
pub(crate) mod installation;
#[cfg(feature = "hdfs")]
mod location;
#[cfg(feature = "hdfs")]
mod names;
#[cfg(feature = "hdfs")]
mod node;
#[cfg(feature = "hdfs")]
mod read;
#[cfg(feature = "hdfs")]
mod shell;
#[cfg(feature = "hdfs")]
pub(crate) mod site;
#[cfg(feature = "hdfs")]
mod system;
#[cfg(feature = "hdfs")]
mod web;

#[cfg(feature = "hdfs")]
pub use error::HdfsError;
#[cfg(feature = "hdfs")]
pub(crate) use files::{FileSystems, Way};
#[cfg(feature = "hdfs")]
pub(crate) use find::FindError;
#[cfg(feature = "hdfs")]
pub use installation::InstallationError;
#[cfg(feature = "hdfs")]
pub(crate) use location::{Location, has_scheme};
#[cfg(feature = "hdfs")]
pub(crate) use node::{BY_NODE, READER_HEAP, open as open_by_node};

#[cfg(feature = "cluster")]
pub(crate) use read::AUTHORITIES;

use super::SystemDef;

/// Those that one NameNode has, by whatever way.
const SCHEMES: &[&str] = &["hdfs", "webhdfs", "swebhdfs", "viewfs"];

/// The options by which it is got at: its web service, authorities to trust, seconds of patience. What isn't said, Hadoop's own
/// configuration says.
const OPTIONS: &[&str] = &["hdfs_url", "hadoop_ca_file", "hadoop_patience"];

pub(super) const SYSTEM: SystemDef = SystemDef {
    place: "in HDFS",
    schemes: SCHEMES,
    options: OPTIONS,
    feature: "hdfs",
    absent: "build it with mrjob's feature for HDFS, `features = [\"hdfs\"]` in Cargo.toml or `--features mrjob/hdfs`; it is on by \
             default",
    #[cfg(feature = "hdfs")]
    built: Some(super::system::Built {
        connect: system::connect,
        open: read::open,
        reading: read::READING,
    }),
    #[cfg(not(feature = "hdfs"))]
    built: None,
};
