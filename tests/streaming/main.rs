//! Tasks of Hadoop Streaming, with somebody who plays Hadoop. That whole jobs give what the other runners give is in the
//! conformance suite.
//!
//! | file | what is in it |
//! |---|---|
//! | `player` | Hadoop |
//! | `scene` | a folder, a job in it, and its tasks one by one |
//! | `attempts` | attempts that are killed, and tasks that nobody reads |
//! | `by_itself`, `web_hdfs` | tasks that read by themselves, and where from |
//! | `blocks` | what is between map and reduce tasks |
//! | `said` | what tasks say on standard error |
//! | `given` | what tasks are given: arguments, files, variables, properties |
//! | `memory` | how much memory a reduce task takes |

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod attempts;
mod blocks;
mod by_itself;
mod given;
#[cfg(target_os = "linux")]
mod memory;
mod player;
mod said;
mod scene;
mod web_hdfs;
