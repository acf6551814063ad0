//! Sizes and numbers that nobody asked for, from what the cluster is.

use super::cluster::Capacity;
use super::site::Site;

/// Bytes of input that a reduce task gets where nobody says how many there are.
const BYTES_A_REDUCER: u64 = 256 << 20;
/// Bytes of a split, at most.
const LARGEST_SPLIT: u64 = 512 << 20;
/// What a task's JVM takes beside its heap.
const JVM: u64 = 130 << 20;
/// What a task has at least.
const LEAST: u64 = 32 << 20;
const MIB: u64 = 1 << 20;

/// How many reduce tasks there are: as many as the input is worth, and as half of the cluster can run at once.
pub(super) fn reducers(bytes: Option<u64>, capacity: Option<Capacity>) -> u32 {
    let worth = bytes.unwrap_or(0).div_ceil(BYTES_A_REDUCER);
    let most = capacity.map_or(1, |capacity| (capacity.tasks / 2).max(1));
    worth.clamp(1, u64::from(most)).try_into().unwrap_or(most)
}

/// The least bytes of a split: each map task starts a JVM, so there are as few as keep the cluster busy.
pub(super) fn least_split(bytes: Option<u64>, capacity: Option<Capacity>) -> Option<u64> {
    let tasks = u64::from(capacity?.tasks.max(1));
    Some(bytes?.div_ceil(tasks).min(LARGEST_SPLIT)).filter(|&bytes| bytes > MIB)
}

/// Bytes that a task's container leaves to the program: the JVM is in it, too. `kind` is `map` or `reduce`.
pub(super) fn memory(site: &Site, kind: &str) -> u64 {
    let container = container(site, kind);
    let options = site.get(&format!("mapreduce.{kind}.java.opts"));
    let options = options.or_else(|| site.get("mapred.child.java.opts"));
    let heap = options
        .as_deref()
        .and_then(heap)
        .unwrap_or(container / 10 * 8);
    container.saturating_sub(heap + JVM).max(LEAST)
}

/// Bytes of the container of a task.
pub(super) fn container(site: &Site, kind: &str) -> u64 {
    let megabytes = site.number(&format!("mapreduce.{kind}.memory.mb"));
    megabytes.filter(|&megabytes| megabytes > 0).unwrap_or(1024) * MIB
}

/// The `-Xmx` among Java's options.
fn heap(options: &str) -> Option<u64> {
    let text = options
        .split_whitespace()
        .rev()
        .find_map(|word| word.strip_prefix("-Xmx"))?;
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" => 1,
        "k" => 1 << 10,
        "m" => MIB,
        "g" => 1 << 30,
        _ => return None,
    };
    Some(digits.parse::<u64>().ok()? * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(pairs: &[(&str, &str)]) -> Site {
        let mut site = Site::default();
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        site.set(pairs.iter());
        site
    }

    #[test]
    fn what_a_container_leaves() {
        let small = [
            ("mapreduce.map.memory.mb", "512"),
            ("mapreduce.map.java.opts", "-Xmx256m -Xss1m"),
        ];
        assert_eq!(memory(&site(&small), "map"), 126 * MIB);
        assert_eq!(
            memory(&site(&[]), "reduce"),
            1024 * MIB - (1024 * MIB / 10 * 8 + 130 * MIB)
        );
        let large = [
            ("mapreduce.map.memory.mb", "4096"),
            ("mapred.child.java.opts", "-Xmx1g"),
        ];
        assert_eq!(memory(&site(&large), "map"), (4096 - 1024 - 130) * MIB);
    }

    #[test]
    fn numbers_of_tasks() {
        let capacity = Some(Capacity { tasks: 8, nodes: 2 });
        assert_eq!(reducers(Some(1 << 30), capacity), 4);
        assert_eq!(reducers(Some(1 << 40), capacity), 4);
        assert_eq!(reducers(Some(5), capacity), 1);
        assert_eq!(
            (reducers(None, capacity), reducers(Some(1 << 40), None)),
            (1, 1)
        );
        assert_eq!(least_split(Some(1 << 30), capacity), Some(128 << 20));
        assert_eq!(least_split(Some(1 << 20), capacity), None);
    }
}
