//! The memory of a task's container: how much of it is Java's heap, and what that leaves to the program.
//!
//! A task has Hadoop's properties in its environment, so it finds its container there. A launcher asks the cluster's
//! configuration, to give Java no more than it needs: 80 % of a container is Java's by default, and a JVM that pipes blocks of
//! records needs its sort buffer and little else.
//!
//! How properties become a container and a heap is what `JobConf.getMemoryRequired` and `getTaskJavaOpts` of Hadoop 3 do.

use crate::fs::hdfs::READER_HEAP;

const MIB: u64 = 1 << 20;

/// Bytes of a container of which no property says anything.
const USUAL_CONTAINER: u64 = 1024 * MIB;
/// Share of a container that is Java's heap where no option says how large that is.
const USUAL_RATIO: f64 = 0.8;
/// The property with the megabytes of Hadoop's sort buffer, and its value where nothing sets it.
pub(crate) const SORT_BUFFER: &str = "mapreduce.task.io.sort.mb";
pub(crate) const USUAL_SORT_BUFFER: u64 = 100;
/// Bytes that a JVM takes beside its heap.
const JVM: u64 = 130 * MIB;
/// Bytes of heap that a streaming task needs beside the sort buffer: three copies of a long record, and Hadoop itself.
const BESIDE_SORT_BUFFER: u64 = 200 * MIB;
/// Part of a container that its heap may have in any case, for records longer than that.
const HEAP_PART: u64 = 4;
/// Bytes of memory that a task has at least.
const LEAST: u64 = 32 * MIB;

/// A kind of tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TaskKind {
    Map,
    Reduce,
}

impl TaskKind {
    /// The properties with Java's options for these tasks; the first one that is set holds. The second one is for both kinds.
    pub(crate) fn java_options(self) -> [&'static str; 2] {
        let own = match self {
            TaskKind::Map => "mapreduce.map.java.opts",
            TaskKind::Reduce => "mapreduce.reduce.java.opts",
        };
        [own, "mapred.child.java.opts"]
    }
}

/// The properties by which Java takes no more of the containers than it needs. `get` knows properties of job and cluster; options
/// that `is_own` says are the job's stay as they are.
pub(crate) fn java_options(
    get: &dyn Fn(&str) -> Option<String>,
    is_own: &dyn Fn(&str) -> bool,
) -> Vec<(String, String)> {
    let kinds = [TaskKind::Map, TaskKind::Reduce].into_iter();
    let ours = kinds.filter(|kind| !kind.java_options().into_iter().any(is_own));
    ours.filter_map(|kind| Container::new(kind, get).java_options())
        .collect()
}

/// The container of the tasks of a kind, by the properties that `get` knows.
pub(crate) struct Container<'a> {
    kind: TaskKind,
    get: &'a dyn Fn(&str) -> Option<String>,
}

impl<'a> Container<'a> {
    pub(crate) fn new(kind: TaskKind, get: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Container { kind, get }
    }

    /// Bytes of the container.
    pub(crate) fn bytes(&self) -> u64 {
        let megabytes = match self.kind {
            TaskKind::Map => "mapreduce.map.memory.mb",
            TaskKind::Reduce => "mapreduce.reduce.memory.mb",
        };
        if let Some(megabytes) = self.number(megabytes) {
            return megabytes * MIB;
        }
        match self.named_heap() {
            Some(heap) => (heap as f64 / self.ratio()) as u64,
            None => USUAL_CONTAINER,
        }
    }

    /// Bytes of memory for the program's tables, buffers and runs: three quarters of what Java leaves. The rest is for the job's
    /// own values. `readers` is how many other JVMs run beside the task.
    pub(crate) fn budget(&self, readers: u64) -> u64 {
        let java = self.heap() + JVM + readers * (READER_HEAP + JVM);
        let left = self.bytes().saturating_sub(java);
        (left / 4 * 3).max(LEAST)
    }

    /// The property of Java's options that gives it the heap that a streaming task needs, with the value; nothing where it has
    /// no more than that already.
    fn java_options(&self) -> Option<(String, String)> {
        let needed = self.sort_buffer() + BESIDE_SORT_BUFFER;
        let heap = needed.max(self.bytes() / HEAP_PART).next_multiple_of(MIB);
        if heap >= self.heap() {
            return None;
        }
        let mut words: Vec<String> = self
            .options()
            .unwrap_or_default()
            .split_whitespace()
            .filter(|word| !word.starts_with(HEAP))
            .map(str::to_owned)
            .collect();
        words.insert(0, format!("{HEAP}{}m", heap / MIB));
        let [name, _] = self.kind.java_options();
        Some((name.to_owned(), words.join(" ")))
    }

    /// Bytes of Java's heap.
    fn heap(&self) -> u64 {
        let usual = || (self.bytes() as f64 * self.ratio()) as u64;
        self.named_heap().unwrap_or_else(usual)
    }

    /// The heap that Java's options name.
    fn named_heap(&self) -> Option<u64> {
        let options = self.options()?;
        // Of several, Java takes the last one.
        let text = options
            .split_whitespace()
            .rev()
            .find_map(|word| word.strip_prefix(HEAP))?;
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = match text[digits.len()..].to_ascii_lowercase().as_str() {
            "" => 1,
            "k" => 1 << 10,
            "m" => MIB,
            "g" => 1 << 30,
            _ => return None,
        };
        digits.parse::<u64>().ok()?.checked_mul(unit)
    }

    fn options(&self) -> Option<String> {
        let of = |name| (self.get)(name).filter(|value| !value.trim().is_empty());
        self.kind.java_options().into_iter().find_map(of)
    }

    fn ratio(&self) -> f64 {
        let ratio = (self.get)("mapreduce.job.heap.memory-mb.ratio");
        let ratio = ratio.and_then(|ratio| ratio.trim().parse().ok());
        ratio
            .filter(|ratio| (0.01..=1.0).contains(ratio))
            .unwrap_or(USUAL_RATIO)
    }

    fn sort_buffer(&self) -> u64 {
        let megabytes = self.number(SORT_BUFFER);
        megabytes.unwrap_or(USUAL_SORT_BUFFER) * MIB
    }

    /// A property that is a number above zero, and no larger than Hadoop's own numbers.
    fn number(&self, name: &str) -> Option<u64> {
        let number: u32 = (self.get)(name)?.trim().parse().ok()?;
        (number > 0).then_some(number.into())
    }
}

/// Java's option for the size of its heap.
const HEAP: &str = "-Xmx";

#[cfg(test)]
mod tests {
    use super::*;

    fn with<T>(kind: TaskKind, pairs: &[(&str, &str)], ask: impl Fn(&Container<'_>) -> T) -> T {
        let get = |name: &str| {
            let found = pairs.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        ask(&Container::new(kind, &get))
    }

    fn mebibytes(kind: TaskKind, pairs: &[(&str, &str)]) -> (u64, u64) {
        with(kind, pairs, |container| {
            (container.bytes() / MIB, container.budget(0) / MIB)
        })
    }

    #[test]
    fn what_java_leaves_of_a_container() {
        let small = [
            ("mapreduce.map.memory.mb", "512"),
            ("mapreduce.map.java.opts", "-Xmx64m -Xss1m -Xmx256m"),
        ];
        assert_eq!(mebibytes(TaskKind::Map, &small), (512, 126 / 4 * 3 + 1));
        // 80 % are Java's where nothing is said.
        assert_eq!(mebibytes(TaskKind::Reduce, &[]), (1024, 56));
        let large = [
            ("mapreduce.reduce.memory.mb", "4096"),
            ("mapred.child.java.opts", "-Xmx1g"),
        ];
        assert_eq!(
            mebibytes(TaskKind::Reduce, &large).1,
            (4096 - 1024 - 130) / 4 * 3 + 1
        );
        // Hadoop makes the container for the heap where only that is given.
        let heap = [
            ("mapreduce.map.memory.mb", "-1"),
            ("mapreduce.map.java.opts", "-Xmx1600m"),
        ];
        assert_eq!(mebibytes(TaskKind::Map, &heap).0, 2000);
    }

    #[test]
    fn another_jvm_beside_the_task() {
        let budget = |readers| {
            let pairs = [
                ("mapreduce.map.memory.mb", "2048"),
                ("mapreduce.map.java.opts", "-Xmx512m"),
            ];
            with(TaskKind::Map, &pairs, |container| container.budget(readers))
        };
        assert_eq!(budget(0) - budget(1), (READER_HEAP + JVM) / 4 * 3);
        assert_eq!(budget(9), LEAST);
    }

    #[test]
    fn java_has_what_a_streaming_task_needs() {
        let options = |pairs: &[(&str, &str)]| {
            let found = with(TaskKind::Map, pairs, |container| container.java_options());
            found.map(|(name, value)| {
                assert_eq!(name, "mapreduce.map.java.opts");
                value
            })
        };
        assert_eq!(options(&[]).as_deref(), Some("-Xmx300m"));
        let large = [
            ("mapreduce.map.memory.mb", "4096"),
            ("mapreduce.map.java.opts", "-Xss1m -Xmx3276m -ea"),
        ];
        assert_eq!(options(&large).as_deref(), Some("-Xmx1024m -Xss1m -ea"));
        let buffer = [
            ("mapreduce.task.io.sort.mb", "400"),
            ("mapred.child.java.opts", "-Xmx800m -ea"),
        ];
        assert_eq!(options(&buffer).as_deref(), Some("-Xmx600m -ea"));
        // Never more than it had.
        let small = [("mapreduce.map.java.opts", "-Xmx256m")];
        assert_eq!(options(&small), None);
    }

    #[test]
    fn options_of_the_job_stay() {
        let set = |own: &str| {
            let found = java_options(&|_| None, &|name| name == own);
            found.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        let [map, both] = TaskKind::Map.java_options();
        let [reduce, _] = TaskKind::Reduce.java_options();
        assert_eq!(set(""), [map, reduce]);
        assert_eq!(set(map), [reduce]);
        assert!(set(both).is_empty());
    }
}
