//! Amazon S3, by AWS's own library. Only what is in here is asynchronous.
//!
//! | module | what is in it |
//! |---|---|
//! | `address` | `s3://bucket/key` taken apart |
//! | `client` | connections: region, credentials, endpoint; the runtime under them |
//! | `error`, `failure` | what can be wrong; what went wrong with a request, in our words |
//! | `list` | what is in a bucket |
//! | `read` | an object as a stream, by ranges |
//! | `temporary` | a bucket for temporary files, made where there is none |
//! | `write` | objects that appear together |

#[cfg(feature = "s3")]
mod address;
#[cfg(feature = "s3")]
mod client;
#[cfg(feature = "s3")]
mod error;
#[cfg(feature = "s3")]
mod failure;
#[cfg(feature = "s3")]
mod list;
#[cfg(feature = "s3")]
mod read;
#[cfg(feature = "emr")]
mod temporary;
#[cfg(feature = "s3")]
mod write;

#[cfg(feature = "emr")]
pub(crate) use client::{configured, wait};
#[cfg(feature = "emr")]
pub(crate) use failure::Failure;
#[cfg(feature = "emr")]
pub(crate) use list::{Bucket, bucket};
#[cfg(feature = "emr")]
pub(crate) use temporary::temporary_bucket;

use super::SystemDef;
use super::address::Address as AnyAddress;

/// Hadoop has three names for it.
const SCHEMES: &[&str] = &["s3", "s3a", "s3n"];

/// The options by which it is got at: the region of the buckets, and a profile of AWS's files. What isn't said, AWS's own
/// variables and files say.
const OPTIONS: &[&str] = &["region", "aws_profile"];

pub(super) const SYSTEM: SystemDef = SystemDef {
    place: "in S3",
    schemes: SCHEMES,
    options: OPTIONS,
    feature: "s3",
    absent: "build it with mrjob's feature for S3, `features = [\"s3\"]` in Cargo.toml or `--features mrjob/s3`; or copy \
             the files by `mrjob cp`, which the tool has that is installed with `--features s3`",
    #[cfg(feature = "s3")]
    built: Some(super::system::Built {
        connect: list::connect,
        open: read::open,
        reading: read::READING,
    }),
    #[cfg(not(feature = "s3"))]
    built: None,
};

/// Whether `text` is the address of something in S3.
pub(crate) fn is_s3(text: &str) -> bool {
    matches!(AnyAddress::of(text), AnyAddress::Known(system) if system.schemes == SCHEMES)
}
