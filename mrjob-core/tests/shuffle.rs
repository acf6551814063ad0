//! The shuffle against a plain model: records of any shape come back grouped, sorted and in order, in little memory.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::Path;

use mrjob_core::partition::hash_partition;
use mrjob_core::shuffle::{
    CombineTable, Groups, HashedKey, MapRuns, Merge, MergeOptions, Partitioning, RunOutput,
    RunsWriter, ShuffleError, ShuffleOptions, Slice, Sorter, ValueBytes, cut,
};
use proptest::prelude::*;

type Record = (Vec<u8>, Vec<u8>);
type Grouped = Vec<(Vec<u8>, Vec<Vec<u8>>)>;

const SMALL: usize = 64 << 10;

#[derive(Clone, Copy)]
struct Setting {
    partitioning: Partitioning,
    sort_values: bool,
    memory: usize,
    in_memory: bool,
}

impl Setting {
    fn ranges() -> Self {
        Self {
            partitioning: Partitioning::Ranges,
            sort_values: false,
            memory: SMALL,
            in_memory: false,
        }
    }

    fn hashed(partitions: u32) -> Self {
        Self {
            partitioning: Partitioning::Hash(NonZeroU32::new(partitions).unwrap()),
            ..Self::ranges()
        }
    }

    fn shuffle_options(&self, dir: &Path, task: usize) -> ShuffleOptions {
        let output = if self.in_memory {
            let spill_dir = dir.into();
            RunOutput::Memory { spill_dir }
        } else {
            RunOutput::File(dir.join(format!("task-{task}")))
        };
        let mut options = ShuffleOptions::new(self.memory, output);
        options.partitioning = self.partitioning;
        options.sort_values = self.sort_values;
        options
    }

    fn merge_options(&self, dir: &Path) -> MergeOptions {
        let mut options = MergeOptions::new(self.memory, dir.into());
        options.sort_values = self.sort_values;
        options
    }

    fn sort(&self, dir: &Path, task: usize, records: &[Record]) -> MapRuns {
        let mut sorter = Sorter::new(self.shuffle_options(dir, task)).unwrap();
        for (key, value) in records {
            sorter.push_bytes(key, value).unwrap();
        }
        sorter.finish().unwrap()
    }

    fn sort_all(&self, dir: &Path, tasks: &[Vec<Record>]) -> Vec<MapRuns> {
        let tasks = tasks.iter().enumerate();
        tasks
            .map(|(task, records)| self.sort(dir, task, records))
            .collect()
    }

    fn read(&self, dir: &Path, runs: &[MapRuns], slice: &Slice) -> Grouped {
        read(&mut Merge::open(runs, slice, self.merge_options(dir)).unwrap())
    }
}

fn read(groups: &mut dyn Groups) -> Grouped {
    let mut read = Vec::new();
    while let Some((key, values)) = groups.next_group().unwrap() {
        let key = key.to_vec();
        let mut all = Vec::new();
        while let Some(value) = values.next_value().unwrap() {
            all.push(value.to_vec());
        }
        read.push((key, all));
    }
    read
}

fn model(tasks: &[Vec<Record>], sort_values: bool) -> Grouped {
    let mut groups = BTreeMap::<_, Vec<_>>::new();
    for (key, value) in tasks.iter().flatten() {
        groups.entry(key.clone()).or_default().push(value.clone());
    }
    if sort_values {
        groups.values_mut().for_each(|values| values.sort());
    }
    groups.into_iter().collect()
}

/// Numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % below
    }
}

fn key_of(numbers: &mut Numbers) -> Vec<u8> {
    let number = numbers.next(1000);
    match numbers.next(9) {
        0 => Vec::new(),
        1 => format!("{number:03}").into_bytes(),
        2 => format!("prefixed{number:04}").into_bytes(),
        3 => format!("a prefix of 16 b{number}").into_bytes(),
        4 => format!("a prefix that has thirty-two byt{number}").into_bytes(),
        5 => vec![0; (number % 40) as usize],
        6 => vec![255; (number % 40) as usize],
        7 => format!("{:300}{}", "long", number % 7).into_bytes(),
        _ => b"hot".to_vec(),
    }
}

fn records(seed: u64, len: usize) -> Vec<Record> {
    let mut numbers = Numbers(seed * 2 + 1);
    let record = |at| {
        let value = format!("{:x}-{seed}-{at}", numbers.next(1 << 20));
        (key_of(&mut numbers), value.into_bytes())
    };
    (0..len).map(record).collect()
}

fn tasks(tasks: u64, len: usize) -> Vec<Vec<Record>> {
    (0..tasks).map(|seed| records(seed, len)).collect()
}

#[test]
fn groups_are_sorted_and_values_in_the_order_of_emission() {
    let dir = tempfile::tempdir().unwrap();
    let tasks = tasks(3, 20_000);
    let setting = Setting::ranges();
    let runs = setting.sort_all(dir.path(), &tasks);
    assert!(runs.iter().all(|runs| runs.runs() >= 24), "{runs:?}");
    let read = setting.read(dir.path(), &runs, &Slice::ALL);
    assert!(read == model(&tasks, false));
}

#[test]
fn values_are_sorted_where_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let tasks = tasks(3, 10_000);
    for memory in [SMALL, 16 << 20] {
        let mut setting = Setting::ranges();
        (setting.sort_values, setting.memory) = (true, memory);
        let runs = setting.sort_all(dir.path(), &tasks);
        let read = setting.read(dir.path(), &runs, &Slice::ALL);
        assert!(read == model(&tasks, true), "with {memory} bytes");
    }
}

#[test]
fn large_sorts_agree_with_small_ones() {
    let dir = tempfile::tempdir().unwrap();
    let tasks = tasks(1, 200_000);
    let mut setting = Setting::ranges();
    setting.memory = 256 << 20;
    let runs = setting.sort_all(dir.path(), &tasks);
    assert_eq!(runs[0].runs(), 1);
    let read = setting.read(dir.path(), &runs, &Slice::ALL);
    assert!(read == model(&tasks, false));
}

#[test]
fn hash_partitions_hold_their_keys_and_no_others() {
    let tasks = tasks(2, 4_000);
    for partitions in [1, 3, 129, 5000] {
        let dir = tempfile::tempdir().unwrap();
        let setting = Setting::hashed(partitions);
        let runs = setting.sort_all(dir.path(), &tasks);
        let reducers = NonZeroU32::new(partitions).unwrap();
        let mut expected = vec![Vec::new(); partitions as usize];
        for group in model(&tasks, false) {
            expected[hash_partition(&group.0, reducers) as usize].push(group);
        }
        // Opening thousands of empty partitions only takes time.
        let looked_at = |(number, groups): &(usize, Grouped)| {
            partitions < 1000 || number % 7 == 0 || groups.len() > 1
        };
        for (partition, expected) in expected.into_iter().enumerate().filter(looked_at) {
            let slice = Slice::Partition(partition as u32);
            let read = setting.read(dir.path(), &runs, &slice);
            assert!(read == expected, "partition {partition} of {partitions}");
        }
    }
}

#[test]
fn ranges_joined_are_the_whole() {
    let dir = tempfile::tempdir().unwrap();
    let tasks = tasks(3, 6_000);
    let setting = Setting::ranges();
    let runs = setting.sort_all(dir.path(), &tasks);
    let whole = model(&tasks, false);
    for parts in 1..=9 {
        let slices = cut(&runs, parts).unwrap();
        assert!(!slices.is_empty() && slices.len() <= parts);
        let read: Vec<_> = slices
            .iter()
            .map(|slice| setting.read(dir.path(), &runs, slice))
            .collect();
        assert!(read.iter().all(|groups| !groups.is_empty()), "{slices:?}");
        assert!(read.concat() == whole, "{slices:?}");
    }
}

#[test]
fn ranges_are_even_where_keys_are() {
    let dir = tempfile::tempdir().unwrap();
    let mut numbers = Numbers(7);
    let record = |_| {
        let key = format!("{:010x}", numbers.next(1 << 40));
        (key.into_bytes(), b"1".to_vec())
    };
    let tasks: Vec<Vec<Record>> = vec![(0..100_000).map(record).collect()];
    let mut setting = Setting::ranges();
    setting.memory = 1 << 20;
    let runs = setting.sort_all(dir.path(), &tasks);
    let slices = cut(&runs, 4).unwrap();
    assert_eq!(slices.len(), 4);
    for slice in &slices {
        let groups = setting.read(dir.path(), &runs, slice).len();
        assert!((20_000..=30_000).contains(&groups), "{groups} in {slice:?}");
    }
}

#[test]
fn nothing_emitted_is_one_empty_slice() {
    let dir = tempfile::tempdir().unwrap();
    let mut setting = Setting::ranges();
    for in_memory in [false, true] {
        setting.in_memory = in_memory;
        let runs = [setting.sort(dir.path(), 0, &[])];
        assert_eq!(cut(&runs, 4).unwrap(), [Slice::ALL]);
        assert!(setting.read(dir.path(), &runs, &Slice::ALL).is_empty());
    }
    assert!(setting.read(dir.path(), &[], &Slice::ALL).is_empty());
}

#[test]
fn runs_in_memory_read_as_files_do_and_spill_when_large() {
    let dir = tempfile::tempdir().unwrap();
    for (len, on_disk) in [(100, false), (50_000, true)] {
        let tasks = tasks(2, len);
        let mut setting = Setting::ranges();
        (setting.in_memory, setting.memory) = (true, 1 << 20);
        let runs = setting.sort_all(dir.path(), &tasks);
        assert_eq!(matches!(runs[0], MapRuns::File(_)), on_disk);
        let read = setting.read(dir.path(), &runs, &Slice::ALL);
        assert!(read == model(&tasks, false));
    }
}

#[test]
fn few_open_files_are_enough() {
    let dir = tempfile::tempdir().unwrap();
    let tasks = tasks(40, 300);
    let setting = Setting::ranges();
    let runs = setting.sort_all(dir.path(), &tasks);
    for max_open_files in [1, 2, 3, 7, 39, 40] {
        let mut options = setting.merge_options(dir.path());
        options.max_open_files = max_open_files;
        options.memory = 32 << 20;
        let mut merge = Merge::open(&runs, &Slice::ALL, options).unwrap();
        let same = read(&mut merge) == model(&tasks, false);
        assert!(same, "with {max_open_files} files");
    }
    let left = std::fs::read_dir(dir.path()).unwrap().count();
    assert_eq!(left, tasks.len(), "merging left files behind");
}

#[test]
fn records_of_all_sizes_pass() {
    let dir = tempfile::tempdir().unwrap();
    let sizes = [
        0, 1, 59, 60, 61, 500, 2_000, 4_090, 5_000, 65_534, 65_535, 65_536, 70_000, 1_000_000, 3,
    ];
    let both = |size: usize| {
        let by_value = (b"k".repeat(size % 5), vec![b'v'; size]);
        [by_value, (vec![b'k'; size], b"v".to_vec())]
    };
    let records: Vec<_> = sizes.into_iter().flat_map(both).collect();
    let tasks = vec![records.clone(), records];
    for memory in [SMALL, 64 << 20] {
        let mut setting = Setting::ranges();
        setting.memory = memory;
        let runs = setting.sort_all(dir.path(), &tasks);
        let read = setting.read(dir.path(), &runs, &Slice::ALL);
        assert!(read == model(&tasks, false), "with {memory} bytes");
    }
}

#[test]
fn groups_may_be_left_unread() {
    let dir = tempfile::tempdir().unwrap();
    let tasks = tasks(2, 3_000);
    let setting = Setting::ranges();
    let runs = setting.sort_all(dir.path(), &tasks);
    let mut merge = Merge::open(&runs, &Slice::ALL, setting.merge_options(dir.path())).unwrap();
    for (number, (key, values)) in model(&tasks, false).into_iter().enumerate() {
        let (read_key, read_values) = merge.next_group().unwrap().unwrap();
        assert_eq!(read_key, key);
        for value in values.iter().take(number % 4) {
            assert_eq!(read_values.next_value().unwrap(), Some(value.as_slice()));
        }
    }
    assert!(merge.next_group().unwrap().is_none());
    assert!(merge.next_group().unwrap().is_none());
}

#[test]
fn a_failed_emit_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let setting = Setting::ranges();
    let mut sorter = Sorter::new(setting.shuffle_options(dir.path(), 0)).unwrap();
    for size in [1, 100_000] {
        let failed = sorter.push(
            |to| {
                to.extend(vec![b'x'; size]);
                Ok(())
            },
            |_| Err(mrjob_core::BoxError::from("no")),
        );
        assert_eq!(failed.unwrap_err().to_string(), "no");
    }
    sorter.push_bytes(b"a", b"b").unwrap();
    let runs = [sorter.finish().unwrap()];
    let read = setting.read(dir.path(), &runs, &Slice::ALL);
    assert_eq!(read, [(b"a".to_vec(), vec![b"b".to_vec()])]);
}

#[test]
fn a_truncated_file_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let setting = Setting::ranges();
    let runs = [setting.sort(dir.path(), 0, &records(1, 2_000))];
    let path = dir.path().join("task-0");
    let bytes = std::fs::read(&path).unwrap();
    for len in [0, 10, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&path, &bytes[..len]).unwrap();
        let options = setting.merge_options(dir.path());
        let error = Merge::open(&runs, &Slice::ALL, options).unwrap_err();
        assert!(matches!(error, ShuffleError::Damaged { .. }), "{error:?}");
        assert!(error.to_string().contains("task-0"), "{error}");
        assert!(cut(&runs, 2).is_err());
    }
}

#[test]
fn damaged_bytes_are_an_error_or_other_records_but_no_panic() {
    let dir = tempfile::tempdir().unwrap();
    let setting = Setting::ranges();
    let runs = [setting.sort(dir.path(), 0, &records(1, 300))];
    let path = dir.path().join("task-0");
    let bytes = std::fs::read(&path).unwrap();
    for at in (0..bytes.len()).step_by(7) {
        let mut damaged = bytes.clone();
        damaged[at] = !damaged[at];
        std::fs::write(&path, damaged).unwrap();
        let options = setting.merge_options(dir.path());
        if let Ok(mut merge) = Merge::open(&runs, &Slice::ALL, options) {
            while let Ok(Some(_)) = merge.next_group() {}
        }
    }
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let output = RunOutput::File("/nowhere/at/all".into());
    let error = Sorter::new(ShuffleOptions::new(SMALL, output)).unwrap_err();
    assert!(error.to_string().contains("/nowhere/at/all"), "{error}");
    if Path::new("/dev/full").exists() {
        let options = ShuffleOptions::new(SMALL, RunOutput::File("/dev/full".into()));
        let mut sorter = Sorter::new(options).unwrap();
        sorter.push_bytes(b"a", b"b").unwrap();
        let error = sorter.finish().unwrap_err();
        assert!(error.to_string().contains("/dev/full"), "{error}");
    }
}

#[test]
fn runs_in_files_travel() {
    let dir = tempfile::tempdir().unwrap();
    let runs = Setting::ranges().sort(dir.path(), 0, &records(1, 100));
    let sent = serde_json::to_string(&runs).unwrap();
    let MapRuns::File(received) = serde_json::from_str(&sent).unwrap() else {
        panic!("{sent}");
    };
    assert_eq!(received.records, 100);
    assert_eq!(received.path, dir.path().join("task-0"));
}

#[test]
fn tables_fold_and_drain_in_order() {
    let all = records(5, 50_000);
    let mut table = CombineTable::<Vec<u8>>::new(64 << 20);
    for partitioning in [Partitioning::Ranges, Setting::hashed(7).partitioning] {
        for (key, value) in &all {
            let hashed = HashedKey::new(key);
            table.prefetcher().prefetch(hashed.hash());
            table.upsert(&hashed, key, value, Vec::clone, |all, value| {
                all.extend(value)
            });
        }
        let groups = model(std::slice::from_ref(&all), false).into_iter();
        let mut expected: Vec<_> = groups
            .map(|(key, values)| (partitioning.partition(&key), key, values.concat()))
            .collect();
        expected.sort();
        assert_eq!(table.len(), expected.len());
        let mut drained = Vec::new();
        let drain = table.drain_sorted(partitioning, |partition, key, value| {
            drained.push((partition, key.to_vec(), value));
            Ok::<_, ShuffleError>(())
        });
        drain.unwrap();
        assert!(drained == expected);
        assert!(table.is_empty());
    }
    assert!(table.get_mut(&HashedKey::new(b"hot"), b"hot").is_none());
}

#[test]
fn tables_tell_when_they_grow() {
    // With the memory of the second it grows in place, from some size on.
    for memory in [0, 64 << 20] {
        tells_when_it_grows(CombineTable::new(memory));
    }
}

fn tells_when_it_grows(mut table: CombineTable<u64>) {
    for number in 0..200_000u64 {
        let grows = table.must_grow_for(1);
        let (before, peak) = (table.memory(), table.memory_after_growth());
        let key = HashedKey::short(number, 0, 8);
        table.upsert(&key, &[], number, |number| number, |_, _| unreachable!());
        assert_eq!(table.memory() > before, grows);
        assert!(table.memory() <= peak);
    }
    for number in 0..200_000u64 {
        let kept = table.get_mut(&HashedKey::short(number, 0, 8), &[]);
        assert_eq!(kept, Some(&mut { number }));
    }
}

#[test]
fn a_failed_drain_drops_the_rest() {
    let mut table = CombineTable::<std::rc::Rc<()>>::new(1 << 20);
    let held = std::rc::Rc::new(());
    for key in 0..100u64 {
        table.upsert(
            &HashedKey::short(key, 0, 1),
            &[],
            held.clone(),
            |held| held,
            |_, _| unreachable!(),
        );
    }
    let mut left = 10;
    let drain = table.drain_sorted(Partitioning::Ranges, |_, _, _| {
        left -= 1;
        if left == 0 { Err("enough") } else { Ok(()) }
    });
    assert_eq!(drain, Err("enough"));
    assert_eq!(std::rc::Rc::strong_count(&held), 1);
    assert!(table.is_empty());
}

#[test]
fn a_hot_key_is_written_once_a_block() {
    let dir = tempfile::tempdir().unwrap();
    let key = vec![b'k'; 300];
    let options = ShuffleOptions::new(16 << 20, RunOutput::File(dir.path().join("runs")));
    let mut writer = RunsWriter::new(&options).unwrap();
    for _ in 0..50_000 {
        writer.push(0, &key, b"1").unwrap();
    }
    let runs = writer.finish().unwrap();
    assert!(runs.bytes() < 160_000, "{runs:?}");
    let read = Setting::ranges().read(dir.path(), &[runs], &Slice::ALL);
    assert_eq!(read[0].1.len(), 50_000);
}

fn any_key() -> impl Strategy<Value = Vec<u8>> {
    let bytes = prop_oneof![Just(0u8), Just(1), Just(b'a'), Just(255), any::<u8>()];
    prop::collection::vec(bytes, 0..40)
}

fn any_tasks() -> impl Strategy<Value = Vec<Vec<Record>>> {
    let value = prop::collection::vec(any::<u8>(), 0..60);
    let keys = prop::collection::vec(any_key(), 1..60);
    keys.prop_flat_map(move |keys| {
        let record = (prop::sample::select(keys), value.clone());
        prop::collection::vec(prop::collection::vec(record, 0..800), 1..4)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_records_come_back_grouped(tasks in any_tasks(), sort_values: bool, parts in 1usize..6) {
        let dir = tempfile::tempdir().unwrap();
        let setting = Setting { sort_values, memory: 24 << 10, ..Setting::ranges() };
        let runs = setting.sort_all(dir.path(), &tasks);
        let slices = cut(&runs, parts).unwrap();
        let read: Vec<_> = slices
            .iter()
            .map(|slice| setting.read(dir.path(), &runs, slice))
            .collect();
        prop_assert_eq!(read.concat(), model(&tasks, sort_values));
    }

    #[test]
    fn any_bounds_hold(tasks in any_tasks(), from in any_key(), to in any_key()) {
        let dir = tempfile::tempdir().unwrap();
        let setting = Setting::ranges();
        let runs = setting.sort_all(dir.path(), &tasks);
        let slice = Slice::Range { from: Some(from.clone()), to: Some(to.clone()) };
        let mut expected = model(&tasks, false);
        expected.retain(|(key, _)| *key >= from && *key < to);
        prop_assert_eq!(setting.read(dir.path(), &runs, &slice), expected);
    }
}

mod memory {
    //! What the shuffle holds at its peak, counted by the allocator for each thread, which is for each test.

    use std::alloc::{GlobalAlloc, Layout, System};
    use std::cell::Cell;

    use super::*;

    thread_local! {
        static HELD: Cell<isize> = const { Cell::new(0) };
        static PEAK: Cell<isize> = const { Cell::new(0) };
    }

    struct Counting;

    #[global_allocator]
    static COUNTING: Counting = Counting;

    fn count(bytes: isize) {
        let held = HELD.get() + bytes;
        HELD.set(held);
        PEAK.set(PEAK.get().max(held));
    }

    #[expect(unsafe_code, reason = "an allocator's methods are unsafe")]
    // SAFETY: all is left to the system's allocator.
    unsafe impl GlobalAlloc for Counting {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            count(layout.size() as isize);
            // SAFETY: the caller's promises are passed on.
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
            count(-(layout.size() as isize));
            // SAFETY: the caller's promises are passed on.
            unsafe { System.dealloc(place, layout) }
        }
    }

    fn peak_of<T>(run: impl FnOnce() -> T) -> (T, usize) {
        let before = HELD.get();
        PEAK.set(before);
        let done = run();
        (done, (PEAK.get() - before) as usize)
    }

    fn push_many(sorter: &mut Sorter, records: u64, value: &[u8]) {
        let mut numbers = Numbers(3);
        for _ in 0..records {
            let key = numbers.next(1 << 40).to_be_bytes();
            sorter.push_bytes(&key, value).unwrap();
        }
    }

    #[test]
    fn sorting_keeps_within_its_budget() {
        for memory in [SMALL, 512 << 10, 4 << 20] {
            for (setting, in_memory) in [
                (Setting::ranges(), false),
                (Setting::ranges(), true),
                (Setting::hashed(100), false),
            ] {
                for value in [&b"1"[..], &[7; 100], &[7; 1500]] {
                    let dir = tempfile::tempdir().unwrap();
                    let setting = Setting {
                        memory,
                        in_memory,
                        ..setting
                    };
                    let records = (4 * memory / (value.len() + 8)) as u64;
                    let (runs, peak) = peak_of(|| {
                        let options = setting.shuffle_options(dir.path(), 0);
                        let mut sorter = Sorter::new(options).unwrap();
                        push_many(&mut sorter, records, value);
                        sorter.finish().unwrap()
                    });
                    assert!(runs.runs() > 1);
                    let why = format!("{peak} of {memory} with values of {}", value.len());
                    assert!(peak < memory + (16 << 10), "{why}");
                    assert!(peak > memory / 3, "{why}");
                }
            }
        }
    }

    #[test]
    fn merging_keeps_within_its_budget() {
        let dir = tempfile::tempdir().unwrap();
        let setting = Setting::ranges();
        let mut sorter = Sorter::new(setting.shuffle_options(dir.path(), 0)).unwrap();
        push_many(&mut sorter, 100_000, b"value");
        let runs = [sorter.finish().unwrap()];
        assert!(runs[0].runs() > 50);
        for memory in [SMALL, 256 << 10, 4 << 20] {
            let ((), peak) = peak_of(|| {
                let options = MergeOptions::new(memory, dir.path().into());
                let mut merge = Merge::open(&runs, &Slice::ALL, options).unwrap();
                while merge.next_group().unwrap().is_some() {}
            });
            assert!(peak < memory + (32 << 10), "{peak} of {memory}");
        }
    }

    #[test]
    fn a_group_larger_than_memory_streams() {
        let dir = tempfile::tempdir().unwrap();
        let setting = Setting::ranges();
        let mut sorter = Sorter::new(setting.shuffle_options(dir.path(), 0)).unwrap();
        for _ in 0..100_000 {
            sorter
                .push_bytes(b"hot", b"a value of some length")
                .unwrap();
        }
        let runs = [sorter.finish().unwrap()];
        let (values, peak) = peak_of(|| {
            let options = setting.merge_options(dir.path());
            let mut merge = Merge::open(&runs, &Slice::ALL, options).unwrap();
            let (_, values) = merge.next_group().unwrap().unwrap();
            let mut count = 0;
            while values.next_value().unwrap().is_some() {
                count += 1;
            }
            count
        });
        assert_eq!(values, 100_000);
        assert!(peak < SMALL + (32 << 10), "{peak}");
    }

    #[test]
    fn draining_a_table_takes_no_memory() {
        let mut table = CombineTable::<u64>::new(1 << 20);
        for (key, _) in records(3, 20_000) {
            table.upsert(
                &HashedKey::new(&key),
                &key,
                1,
                |one| one,
                |count, one| *count += one,
            );
        }
        let (drained, peak) =
            peak_of(|| table.drain_sorted(Partitioning::Ranges, |_, _, _| Ok::<_, ()>(())));
        assert_eq!((drained, peak), (Ok(()), 0));
    }
}
