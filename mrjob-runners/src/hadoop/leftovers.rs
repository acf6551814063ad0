//! What runs have left that were killed before they could delete it: the next one of the same machine does.

use std::{fs, process};

use serde::{Deserialize, Serialize};

use super::yarn::Cluster;
use crate::fs::hdfs::{FileSystems, Location};

/// The name of a launcher's note in the run's folder.
const NOTE: &str = "launcher.json";

/// Who a run's folder belongs to.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Launcher {
    /// The machine.
    host: String,
    process: u32,
    /// When the process began, in the machine's own count: another one may have its number by now.
    begun: u64,
    /// The tags of the run's applications.
    tags: Vec<String>,
    /// Where its output is as long as the run isn't done.
    staging: String,
}

impl Launcher {
    /// This process, where the system says what it is.
    pub(super) fn this(tags: Vec<String>, staging: &Location) -> Option<Self> {
        let process = process::id();
        Some(Launcher {
            host: host()?,
            process,
            begun: begun(process)?,
            tags,
            staging: staging.to_string(),
        })
    }

    /// Notes it in the run's folder. It is only worth its while where that is quick.
    pub(super) fn note(&self, files: &FileSystems, own: &Location) {
        if files.are_quick()
            && let Ok(json) = serde_json::to_vec(self)
        {
            // Without it nothing is deleted.
            let _ = files.put_bytes(&json, &own.join(NOTE));
        }
    }

    /// Takes the note away: what is left in the folder is to stay.
    pub(super) fn forget(files: &FileSystems, own: &Location) {
        if files.are_quick() {
            let _ = files.delete(&own.join(NOTE));
        }
    }

    /// Whether the run is over: nobody waits for its applications, and none of them runs.
    fn is_gone(&self, host: &str, cluster: &Cluster) -> bool {
        self.host == host
            && begun(self.process) != Some(self.begun)
            && cluster.is_any_running(&self.tags) == Some(false)
    }
}

/// Deletes what runs have left in the folder for temporary files of all; their names.
pub(super) fn clean(files: &FileSystems, cluster: &Cluster, all: &Location) -> Vec<String> {
    let (true, Some(host)) = (files.are_quick(), host()) else {
        return Vec::new();
    };
    let folders = files.list(all).unwrap_or_default();
    let folders = folders.into_iter().filter(|file| file.is_folder);
    let mut gone = Vec::new();
    for folder in folders {
        let own = all.join(&folder.name);
        let note = files.text(&own.join(NOTE));
        let note: Option<Launcher> = note.and_then(|text| serde_json::from_str(&text).ok());
        let Some(launcher) = note.filter(|launcher| launcher.is_gone(&host, cluster)) else {
            continue;
        };
        let staging = files.locate(&launcher.staging);
        // The note goes last, so that what fails is tried again.
        if files.delete(&staging).is_ok() && files.delete(&own).is_ok() {
            gone.push(folder.name);
        }
    }
    gone
}

fn host() -> Option<String> {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    Some(name.trim().to_owned())
}

/// When a process began, if it lives: the 22nd field of its `stat`, of which the second is a name in parentheses.
fn begun(process: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    // A zombie is nobody.
    if fields.next()? == "Z" {
        return None;
    }
    fields.nth(18)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn processes_that_live_and_those_that_do_not() {
        assert!(begun(process::id()).unwrap() > 0);
        let mut child = process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        assert_eq!(begun(child.id()), None);
    }
}
