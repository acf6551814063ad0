//! Jobs on a Hadoop cluster, which `cargo xtask test` starts: the same jobs as elsewhere, by Hadoop's own machinery.
//!
//! | file | what is in it |
//! |---|---|
//! | `cluster` | the cluster, and programs that are run on it |
//! | `jobs` | what jobs compute |
//! | `splits` | who divides the input, and the keys |
//! | `surroundings` | what tasks find around them |
//! | `faults` | what goes wrong |
//! | `files` | HDFS for the runners of this machine, the tool and dry runs |
//! | `lost`, `daemon` | attempts, machines and launchers that are lost; processes of the cluster |
//! | `fake` | a `hadoop` that runs nothing |
//! | `services`, `authority` | web services whose answers a test spoils, and certificates for them |
//! | `over_tls` | a cluster whose web servers speak TLS alone |
//! | `hostile`, `secured` | servers that are slow, down or restarting; TLS and logins |
//! | `options` | what options make of command lines, by that |
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "these are tests")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

mod authority;
mod cluster;
mod daemon;
mod fake;
mod faults;
mod files;
mod first_bytes;
mod hostile;
mod jobs;
mod lost;
mod options;
mod over_tls;
mod secured;
mod services;
mod splits;
mod surroundings;
