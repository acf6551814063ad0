//! Jobs on a stand-in for EMR give what they give on this machine, and leave nothing that costs money.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod build;
mod faults;
mod handed_over;
mod jobs;
mod on_hadoop;
mod operator;
mod reducers;
mod refusals;
#[path = "../s3/run.rs"]
#[expect(dead_code, reason = "the tests of S3 use all of it")]
mod run;
mod scene;
#[path = "../s3/server.rs"]
#[expect(dead_code, reason = "the tests of S3 use all of it")]
mod server;
