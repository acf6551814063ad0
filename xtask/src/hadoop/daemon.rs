//! The cluster's processes.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::java;

/// How long daemons have for their end.
const GRACE: Duration = Duration::from_secs(10);

/// A daemon of Hadoop.
#[derive(Debug, Clone, Copy)]
pub(super) struct Daemon {
    /// Its name, which its files have.
    pub(super) name: &'static str,
    pub(super) class: &'static str,
    /// The size of its heap.
    pub(super) heap: &'static str,
    /// Whether it is one of several, with folders of its own.
    pub(super) own_folders: bool,
}

pub(super) const NAME_NODE: Daemon = Daemon {
    name: "namenode",
    class: "org.apache.hadoop.hdfs.server.namenode.NameNode",
    heap: "256m",
    own_folders: false,
};

/// In the order that they are started in.
pub(super) const DAEMONS: [Daemon; 6] = [
    NAME_NODE,
    Daemon {
        name: "datanode",
        class: "org.apache.hadoop.hdfs.server.datanode.DataNode",
        ..NAME_NODE
    },
    Daemon {
        name: "resourcemanager",
        class: "org.apache.hadoop.yarn.server.resourcemanager.ResourceManager",
        ..NAME_NODE
    },
    NODE_MANAGER,
    Daemon {
        name: "nodemanager-2",
        ..NODE_MANAGER
    },
    Daemon {
        name: "historyserver",
        class: "org.apache.hadoop.mapreduce.v2.hs.JobHistoryServer",
        ..NAME_NODE
    },
];

const NODE_MANAGER: Daemon = Daemon {
    name: "nodemanager-1",
    class: "org.apache.hadoop.yarn.server.nodemanager.NodeManager",
    heap: "256m",
    own_folders: true,
};

impl Daemon {
    /// What runs it for the cluster in `dir`, with its output in `dir/logs`.
    pub(super) fn command(
        &self,
        dir: &Path,
        java_home: &Path,
        arguments: &[&str],
    ) -> io::Result<Command> {
        let log = File::create(dir.join("logs").join(format!("{}.log", self.name)))?;
        let text = dir.display();
        let mut command = Command::new(java_home.join("bin/java"));
        command
            .args(java::options().split(' '))
            .arg(format!("-Xmx{}", self.heap))
            .arg(format!("-Dhadoop.home.dir={text}"))
            .arg(format!("-Dhadoop.log.dir={text}/logs"))
            .arg(format!("-Dyarn.log.dir={text}/logs"))
            .args(["-cp", &format!("{text}/conf:{text}/lib/*"), self.class])
            .args(arguments);
        if self.own_folders {
            let folder = |kind| dir.join(kind).join(self.name).display().to_string();
            command
                .args([
                    "-D",
                    &format!("yarn.nodemanager.local-dirs={}", folder("local")),
                ])
                .args([
                    "-D",
                    &format!("yarn.nodemanager.log-dirs={}", folder("userlogs")),
                ]);
        }
        for name in [
            "HADOOP_HOME",
            "HADOOP_COMMON_HOME",
            "HADOOP_HDFS_HOME",
            "HADOOP_YARN_HOME",
        ] {
            command.env(name, dir);
        }
        command
            .env("JAVA_HOME", java_home)
            .env("HADOOP_CONF_DIR", dir.join("conf"))
            .current_dir(dir)
            .stdin(Stdio::null())
            .stderr(log.try_clone()?)
            .stdout(log)
            // Ctrl-C in the terminal where it was started isn't meant for it.
            .process_group(0);
        Ok(command)
    }

    /// Starts it, and notes its process.
    pub(super) fn start(&self, dir: &Path, java_home: &Path) -> io::Result<Child> {
        let child = self.command(dir, java_home, &[])?.spawn()?;
        fs::write(self.note(dir), child.id().to_string())?;
        Ok(child)
    }

    /// Its process, if that still runs.
    pub(super) fn process(&self, dir: &Path) -> Option<Pid> {
        let number = fs::read_to_string(self.note(dir)).ok()?.parse().ok()?;
        // Another process may have the number by now.
        let command = fs::read(format!("/proc/{number}/cmdline")).ok()?;
        let mut home = OsString::from("-Dhadoop.home.dir=");
        home.push(dir);
        let mut words = command.split(|&byte| byte == 0);
        words
            .any(|word| word == home.as_bytes())
            .then(|| Pid::from_raw(number))?
    }

    fn note(&self, dir: &Path) -> PathBuf {
        dir.join("processes").join(self.name)
    }
}

/// Ends all daemons of the cluster in `dir`, the last one first, and waits for it.
pub(super) fn stop_all(dir: &Path) {
    signal(dir, Signal::TERM);
    let begun = Instant::now();
    while begun.elapsed() < GRACE {
        if !any(dir) {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    signal(dir, Signal::KILL);
    while any(dir) {
        thread::sleep(Duration::from_millis(50));
    }
}

/// Whether one of them runs.
pub(super) fn any(dir: &Path) -> bool {
    DAEMONS.iter().any(|daemon| daemon.process(dir).is_some())
}

fn signal(dir: &Path, signal: Signal) {
    let running = DAEMONS
        .iter()
        .rev()
        .filter_map(|daemon| daemon.process(dir));
    for process in running {
        // It may have ended meanwhile.
        let _ = kill_process(process, signal);
    }
}
