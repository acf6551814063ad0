//! File systems that aren't on this machine.
//!
//! `FileSystem` lists, and writes by an `Upload`; `Files` opens: the one for the launcher, the other for tasks. Which file system an address
//! belongs to is said by its scheme. S3 is there with the cargo feature `emr`; HDFS, which tasks read, with `hadoop`.
//!
//! | module | what is in it |
//! |---|---|
//! | `access` | what the user said of how to get there |
//! | `files` | what opens them |
//! | `system` | the trait, and which file system an address belongs to |
//! | `error` | what can be wrong there |
//! | `s3` | Amazon S3 |

mod access;
#[cfg(feature = "emr")]
mod error;
#[cfg(feature = "hadoop")]
mod files;
#[cfg(feature = "emr")]
mod s3;
#[cfg(feature = "emr")]
mod system;

pub use access::Access;
#[cfg(feature = "emr")]
pub use error::FsError;
#[cfg(feature = "hadoop")]
pub use files::Files;
#[cfg(feature = "emr")]
pub(crate) use s3::{Bucket, Failure, configured, temporary_bucket, wait};
#[cfg(feature = "emr")]
pub use system::{FileSystem, Found, Tags, Upload, date, system};
#[cfg(feature = "emr")]
pub(crate) use system::{bucket, is_hdfs};

/// What a program that was built without S3 says of it.
pub(crate) const NO_S3: &str = "hint: build it with mrjob's feature for S3, `features = [\"emr\"]` in Cargo.toml or `--features mrjob/emr`; or copy \
     the files by `mrjob cp`, which the tool has that is installed with `--features emr`";
