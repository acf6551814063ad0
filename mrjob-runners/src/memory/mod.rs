//! How much memory a run may take when nobody says.

pub(crate) mod shares;

use std::fs;
use std::path::{Path, PathBuf};

/// The budget where the system tells neither.
const UNKNOWN: u64 = 1 << 30;

/// Bytes of memory for all processes of a run, unless `--memory` says otherwise: half of what this process may use.
///
/// That is the smaller of the machine's memory and the limits of the control groups (versions 1 and 2) that this
/// process is in, up to the root of what it sees of them. Where neither is known it is 1 GiB.
pub fn default_budget() -> u64 {
    available(Path::new("/")).map_or(UNKNOWN, |bytes| bytes / 2)
}

/// The smallest limit that holds below `root`, where `/proc` and the control groups are mounted.
fn available(root: &Path) -> Option<u64> {
    let physical = physical(root);
    let limit = limits(root).into_iter().min();
    match (physical, limit) {
        (Some(physical), Some(limit)) => Some(physical.min(limit)),
        (known, None) | (None, known) => known,
    }
}

/// The machine's memory in bytes.
fn physical(root: &Path) -> Option<u64> {
    let text = fs::read_to_string(root.join("proc/meminfo")).ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// Every limit on this process's control groups, in bytes.
fn limits(root: &Path) -> Vec<u64> {
    let groups = fs::read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
    let mounts = fs::read_to_string(root.join("proc/self/mountinfo")).unwrap_or_default();
    let mounts: Vec<Mount> = mounts.lines().filter_map(Mount::parse).collect();
    let mut limits = Vec::new();
    for line in groups.lines() {
        let mut fields = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(group)) = (fields.next(), fields.next()) else {
            continue;
        };
        let version = match controllers {
            "" => Version::Two,
            _ if controllers.split(',').any(|name| name == "memory") => Version::One,
            _ => continue,
        };
        if let Some(mount) = mounts.iter().find(|mount| mount.version == version) {
            limits.extend(
                mount
                    .folders(root, group)
                    .filter_map(|folder| version.limit(&folder)),
            );
        }
    }
    limits
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

impl Version {
    /// The limit that is written in `folder`. `max` means none; version 1 has a huge number for it.
    fn limit(self, folder: &Path) -> Option<u64> {
        let name = match self {
            Version::One => "memory.limit_in_bytes",
            Version::Two => "memory.max",
        };
        fs::read_to_string(folder.join(name))
            .ok()?
            .trim()
            .parse()
            .ok()
    }
}

/// Where a hierarchy of control groups can be seen.
#[derive(Debug)]
struct Mount {
    version: Version,
    /// The group that appears at `point`: not the root of all in a container without a namespace of its own.
    group: PathBuf,
    /// Where it is mounted.
    point: PathBuf,
}

impl Mount {
    /// Reads a line of mountinfo: `30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw`, as proc(5) has it.
    fn parse(line: &str) -> Option<Self> {
        let (before, after) = line.split_once(" - ")?;
        let mut after = after.split(' ');
        let version = match (after.next()?, after.nth(1)?) {
            ("cgroup2", _) => Version::Two,
            ("cgroup", options) if options.split(',').any(|option| option == "memory") => {
                Version::One
            }
            _ => return None,
        };
        let mut before = before.split(' ').skip(3);
        Some(Mount {
            version,
            group: before.next()?.into(),
            point: before.next()?.into(),
        })
    }

    /// The folders of `group` and of all groups around it that can be seen.
    fn folders(&self, root: &Path, group: &str) -> impl Iterator<Item = PathBuf> {
        let inside = Path::new(group)
            .strip_prefix(&self.group)
            .unwrap_or(Path::new(""));
        // A group outside of this process's namespace shows as `/../..`; what is mounted is then all there is.
        let inside = if inside.components().any(|part| part.as_os_str() == "..") {
            Path::new("")
        } else {
            inside
        };
        let point = root.join(self.point.strip_prefix("/").unwrap_or(&self.point));
        let folders: Vec<PathBuf> = inside
            .ancestors()
            .map(|inside| point.join(inside))
            .collect();
        folders.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    fn system(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let meminfo = (
            "proc/meminfo",
            "MemTotal:        8388608 kB\nMemFree: 1 kB\n",
        );
        for (path, text) in [&meminfo].into_iter().chain(files) {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        root
    }

    const MOUNT_2: (&str, &str) = (
        "proc/self/mountinfo",
        "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n",
    );

    #[test]
    fn without_groups_the_machine_counts() {
        assert_eq!(available(system(&[]).path()), Some(8 * GIB));
        assert_eq!(available(tempfile::tempdir().unwrap().path()), None);
    }

    #[test]
    fn the_smallest_limit_on_the_way_to_the_root_counts() {
        let root = system(&[
            MOUNT_2,
            ("proc/self/cgroup", "0::/user.slice/ann.scope\n"),
            ("sys/fs/cgroup/user.slice/ann.scope/memory.max", "max\n"),
            ("sys/fs/cgroup/user.slice/memory.max", "2147483648\n"),
        ]);
        assert_eq!(available(root.path()), Some(2 * GIB));
    }

    #[test]
    fn a_namespace_hides_what_is_above() {
        for group in ["0::/\n", "0::/../../other\n"] {
            let root = system(&[
                MOUNT_2,
                ("proc/self/cgroup", group),
                ("sys/fs/cgroup/memory.max", "1073741824\n"),
            ]);
            assert_eq!(available(root.path()), Some(GIB), "{group}");
        }
    }

    #[test]
    fn a_container_of_version_1_sees_its_group_at_the_mount() {
        let mounts = "40 30 0:35 /docker/c0ffee /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n\
                      41 30 0:36 /docker/c0ffee /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n";
        let root = system(&[
            ("proc/self/mountinfo", mounts),
            (
                "proc/self/cgroup",
                "11:cpu:/docker/c0ffee\n7:memory:/docker/c0ffee\n",
            ),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "3221225472\n"),
        ]);
        assert_eq!(available(root.path()), Some(3 * GIB));
    }

    #[test]
    fn no_limit_in_version_1_is_a_huge_number() {
        let root = system(&[
            (
                "proc/self/mountinfo",
                "40 30 0:35 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
            ),
            ("proc/self/cgroup", "7:memory:/\n"),
            (
                "sys/fs/cgroup/memory/memory.limit_in_bytes",
                "9223372036854771712\n",
            ),
        ]);
        assert_eq!(available(root.path()), Some(8 * GIB));
    }

    #[test]
    fn this_machine_has_memory() {
        assert!(default_budget() >= 16 << 20);
    }
}
