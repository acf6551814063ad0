//! Starts that go wrong, with a script in Java's place.

use std::cell::Cell;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process;

use super::{Cluster, Scheme, Start};
use crate::trouble::Trouble;

/// A cluster in a new folder, whose `java` executes `script`.
fn cluster(name: &str, script: &str) -> Cluster {
    let dir = std::env::temp_dir().join(format!("xtask-{name}-{}", process::id()));
    let java_home = dir.join("java");
    let java = java_home.join("bin/java");
    fs::create_dir_all(java_home.join("bin")).expect("a temporary folder can be written");
    fs::write(&java, format!("#!/bin/sh\n{script}\n")).expect("so can a file there");
    fs::set_permissions(&java, Permissions::from_mode(0o755)).expect("it is ours");
    Cluster {
        dir,
        java_home,
        scheme: Scheme::Http,
    }
}

/// What is said of a start, which fails.
fn trouble(cluster: &Cluster) -> String {
    let started = cluster.prepare(&[]).and_then(|ports| cluster.run(ports));
    super::stop_all(&cluster.dir);
    let _ = fs::remove_dir_all(PathBuf::from(&cluster.dir));
    match started {
        Err(Trouble::Failed(text)) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_daemon_that_ends_is_told_with_its_own_words() {
    let script = "case \"$*\" in *-format*) exit 0;; *NameNode*) echo 'Address already in use'; exit 1;; esac; sleep 60";
    let said = trouble(&cluster("ended", script));
    assert!(
        said.starts_with("the namenode ended; the last lines of `"),
        "{said}"
    );
    assert!(
        said.ends_with("namenode.log`:\nAddress already in use"),
        "{said}"
    );
}

#[test]
fn a_name_node_that_is_not_formatted_is_told_with_its_own_words() {
    let said = trouble(&cluster(
        "unformatted",
        "echo 'No space left on device'; exit 1",
    ));
    assert!(said.ends_with("\nNo space left on device"), "{said}");
}

#[test]
fn a_request_that_fails_is_no_failed_start() {
    let cluster = cluster("slow", "exit 0");
    let asked = Cell::new(0);
    let ask = || {
        asked.set(asked.get() + 1);
        match asked.get() {
            5 => Ok(()),
            _ => Err(io::ErrorKind::TimedOut.into()),
        }
    };
    let waited = Start::new(&cluster).wait("HDFS", ask);
    let _ = fs::remove_dir_all(&cluster.dir);
    assert!(waited.is_ok() && asked.get() == 5, "{waited:?}");
}
