//! Processes of the cluster, killed and started again as they were.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::cluster::Cluster;

/// A daemon that was killed, and is started again when this is dropped.
pub(crate) struct Killed {
    note: PathBuf,
    log: PathBuf,
    dir: PathBuf,
    words: Vec<OsString>,
    variables: Vec<OsString>,
}

/// Kills a daemon as a power cut would: with whatever runs below its own folder.
pub(crate) fn kill(cluster: &Cluster, name: &str) -> Killed {
    let home = cluster.home();
    let note = home.join("processes").join(name);
    let process = fs::read_to_string(&note).unwrap();
    let proc = Path::new("/proc").join(process.trim());
    let split = |file: &str| {
        let bytes = fs::read(proc.join(file)).unwrap();
        let words = bytes
            .split(|byte| *byte == 0)
            .filter(|word| !word.is_empty());
        words
            .map(|word| OsString::from_vec(word.to_vec()))
            .collect()
    };
    let killed = Killed {
        log: home.join("logs").join(format!("{name}.log")),
        dir: fs::read_link(proc.join("cwd")).unwrap(),
        words: split("cmdline"),
        variables: split("environ"),
        note,
    };
    let own = home.join("local").join(name);
    for process in [process.trim().parse().unwrap()]
        .into_iter()
        .chain(below(&own))
    {
        let _ = kill_process(Pid::from_raw(process).unwrap(), Signal::KILL);
    }
    killed
}

/// The processes that work in `dir`, or in a folder below.
fn below(dir: &Path) -> Vec<i32> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let number = |entry: &fs::DirEntry| entry.file_name().to_str()?.parse::<i32>().ok();
    entries
        .filter(|entry| {
            fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd.starts_with(dir))
        })
        .filter_map(|entry| number(&entry))
        .collect()
}

impl Drop for Killed {
    #[expect(
        clippy::zombie_processes,
        reason = "it outlives this process; the cluster's end finds and ends it"
    )]
    fn drop(&mut self) {
        let log = fs::File::options().append(true).open(&self.log).unwrap();
        let variables = self.variables.iter().filter_map(|variable| {
            let (name, value) = variable.to_str()?.split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        });
        let child = Command::new(&self.words[0])
            .args(&self.words[1..])
            .env_clear()
            .envs(variables)
            .current_dir(&self.dir)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .process_group(0)
            .spawn()
            .unwrap();
        fs::write(&self.note, child.id().to_string()).unwrap();
    }
}
