//! Jobs whose input and output are in S3 give what they give on local files. Moto's server stands in for S3.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod errors;
mod faults;
mod inputs;
mod outputs;
mod run;
mod server;
mod tool;
