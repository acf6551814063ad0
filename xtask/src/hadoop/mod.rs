//! `cargo xtask hadoop`: a Hadoop cluster of several processes on this machine, for tests and for people.
//!
//! | module | what is in it |
//! |---|---|
//! | `cluster` | a cluster in a folder: start, stop, what its users set |
//! | `java`, `jars` | what it runs on: Java, and Hadoop from Maven's central repository |
//! | `ports`, `configuration`, `script` | its files |
//! | `tls` | its certificates, where it has some |
//! | `daemon` | its processes |
//! | `web` | what they answer |

mod cluster;
mod configuration;
mod daemon;
mod jars;
mod java;
mod ports;
mod script;
mod tls;
mod web;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;
use std::slice;

use cluster::Cluster;
pub(crate) use cluster::TestCluster;
pub(crate) use configuration::Scheme;

/// `cargo xtask hadoop COMMAND [--tls] [DIR]`; nothing where that isn't what was typed.
pub(crate) fn main(arguments: &[String]) -> Option<ExitCode> {
    let (scheme, arguments) = match arguments {
        [command, tls, rest @ ..] if command == "start" && tls == "--tls" => {
            (Scheme::Https, [slice::from_ref(command), rest].concat())
        }
        _ => (Scheme::Http, arguments.to_vec()),
    };
    let (command, dir) = match arguments.as_slice() {
        [command] => (command, default_dir()),
        [command, dir] => (command, PathBuf::from(dir)),
        _ => return None,
    };
    let done = match command.as_str() {
        "start" => Cluster::start(&dir, scheme).map(|cluster| print!("{}", cluster.exports())),
        "stop" => Cluster::stop(&dir),
        "env" => Cluster::running(&dir).map(|cluster| print!("{}", cluster.exports())),
        _ => return None,
    };
    Some(match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("error: {trouble}");
            ExitCode::FAILURE
        }
    })
}

/// Where the cluster of a user is who names no folder.
fn default_dir() -> PathBuf {
    env::temp_dir().join(format!("mrjob-hadoop-{}", user()))
}

/// Who is logged in, as Hadoop sees it.
fn user() -> String {
    let named = ["HADOOP_USER_NAME", "USER", "LOGNAME"]
        .into_iter()
        .find_map(|name| env::var(name).ok().filter(|user| !user.is_empty()));
    named.unwrap_or_else(|| "root".to_owned())
}
