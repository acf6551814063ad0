//! What becomes of a job whose workers are killed, whose code fails, who is interrupted, whose disk is full.
//!
//! Each test runs a program as a user does. What goes wrong is done by the job itself, at a certain record, so that no
//! test waits and hopes.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "these are tests")]

mod changed;
mod disk;
mod failure;
mod killed;
mod memory;
mod output;
mod scarce;
mod scene;
mod signals;
mod special;
