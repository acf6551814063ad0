//! File systems, of this machine and others.
//!
//! `FileSystem` lists, and writes by an `Upload`; `Files` opens: the one for the launcher, the other for tasks. Which file system an
//! address belongs to is said by its scheme. Each is a folder, with the cargo feature of its name, and a line in `system::SYSTEMS`.
//!
//! | module | what is in it |
//! |---|---|
//! | `address` | what a name means: a path of this machine, or an address on a file system |
//! | `glob` | patterns for names |
//! | `access` | what the user said of how to get there |
//! | `system` | the trait, and the list of file systems |
//! | `files` | what opens files for tasks |
//! | `error` | what can be wrong there |
//! | `stoppable` | reading until the run is stopped |
//! | `s3`, `hdfs` | Amazon S3; HDFS |

mod access;
pub mod address;
mod error;
mod files;
pub(crate) mod glob;
#[cfg_attr(
    all(feature = "hdfs", not(feature = "cluster")),
    expect(
        dead_code,
        unused_imports,
        reason = "the runner for Hadoop uses more of it"
    )
)]
pub mod hdfs;
pub(crate) mod s3;
#[cfg(feature = "hdfs")]
pub(crate) mod stoppable;
mod system;

pub use access::Access;
pub use address::{Address, is_pattern};
pub use error::{Archive, FsError};
pub use files::Files;
#[cfg(feature = "cluster")]
pub(crate) use system::tell;
pub(crate) use system::tell_by;
pub use system::{FileEntry, FileSystem, SystemDef, Tags, Upload, date, options, system};
