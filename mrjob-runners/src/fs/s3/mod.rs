//! Amazon S3, by AWS's own library. Only what is in here is asynchronous.
//!
//! | module | what is in it |
//! |---|---|
//! | `address` | `s3://bucket/key` taken apart |
//! | `client` | connections: region, credentials, endpoint; the runtime under them |
//! | `failure` | what went wrong, in our words |
//! | `list` | what is in a bucket |
//! | `read` | an object as a stream, by ranges |
//! | `temporary` | a bucket for temporary files, made where there is none |
//! | `write` | objects that appear together |

mod address;
mod client;
mod failure;
mod list;
mod read;
mod temporary;
mod write;

pub(super) use address::Address;
pub(crate) use client::{configured, wait};
pub(crate) use failure::Failure;
pub(crate) use list::Bucket;
pub(super) use read::{READING, open};
pub(crate) use temporary::temporary_bucket;
