//! Splits cover the input exactly once and in its order.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;

use mrjob_core::task::{Source, Split};
use mrjob_runners::split::{Cut, Piece, Sizing, tasks};

const MB: u64 = 1 << 20;

fn piece(number: usize, bytes: u64, cut: Cut) -> Piece {
    let source = Source::File {
        path: format!("{number}.txt").into(),
        name: number.to_string(),
    };
    Piece::new(source, bytes, cut)
}

fn name(split: &Split) -> usize {
    match &split.source {
        Source::File { name, .. } => name.parse().unwrap(),
        _ => unreachable!(),
    }
}

fn workers(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

/// The bytes of each task.
fn sizes(tasks: &[Vec<Split>], bytes: &[u64]) -> Vec<u64> {
    let size = |split: &Split| split.end.unwrap_or(bytes[name(split)]) - split.start;
    tasks
        .iter()
        .map(|task| task.iter().map(size).sum())
        .collect()
}

fn guided(total: u64, count: usize) -> Vec<u64> {
    let tasks = tasks(
        &[piece(0, total, Cut::AtLines)],
        Sizing::Guided {
            workers: workers(count),
        },
    );
    sizes(&tasks, &[total])
}

/// A generator of numbers that look random.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) % limit
    }
}

#[test]
fn every_byte_is_in_one_split_and_in_order() {
    let mut numbers = Numbers(1);
    for _ in 0..2000 {
        let scale = [1, 100, 40 * MB][numbers.below(3) as usize];
        let bytes: Vec<u64> = (0..numbers.below(12))
            .map(|_| numbers.below(scale).saturating_sub(scale / 9))
            .collect();
        let cuts: Vec<_> = bytes
            .iter()
            .map(|_| [Cut::AtLines, Cut::Never][numbers.below(2) as usize])
            .collect();
        let count = numbers.below(9) as usize + 1;
        let sizing = match numbers.below(3) {
            0 => Sizing::Guided {
                workers: workers(count),
            },
            1 => Sizing::Files {
                workers: workers(count),
            },
            _ => Sizing::Even(NonZeroU32::new(count as u32).unwrap()),
        };
        let pieces: Vec<_> = (0..)
            .zip(&bytes)
            .zip(&cuts)
            .map(|((i, &size), &cut)| piece(i, size, cut))
            .collect();
        let tasks = tasks(&pieces, sizing);
        assert!(!tasks.is_empty());
        assert!(
            tasks.len() == 1 || tasks.iter().all(|task| !task.is_empty()),
            "{tasks:?}"
        );

        let mut at = (0, 0);
        for split in tasks.iter().flatten() {
            assert_eq!(
                (name(split), split.start),
                at,
                "{bytes:?} {cuts:?} {sizing:?}: {tasks:?}"
            );
            let end = split.end.unwrap_or(bytes[at.0]);
            assert!(end > split.start || bytes[at.0] == 0);
            assert!(cuts[at.0] == Cut::AtLines || split.end.is_none());
            at = if split.end.is_some() {
                (at.0, end)
            } else {
                (at.0 + 1, 0)
            };
        }
        assert_eq!(at, (bytes.len(), 0));
    }
}

#[test]
fn tasks_shrink_towards_the_end() {
    let sizes = guided(1000 * MB, 2);
    assert_eq!(sizes[..3], [375 * MB, 1875 * MB / 8, 9375 * MB / 64]);
    assert!(sizes.is_sorted_by(|a, b| a >= b), "{sizes:?}");
    assert!(sizes[sizes.len() - 1] <= 16 * MB);
}

#[test]
fn small_input_is_one_task_and_huge_input_has_a_largest() {
    assert_eq!(guided(0, 2), [0]);
    assert_eq!(guided(4 * MB, 2), [4 * MB]);
    assert_eq!(guided(20 * MB, 2)[0], 10 * MB);
    assert_eq!(guided(100 << 30, 2)[0], 1 << 30);
}

#[test]
fn even_tasks_are_as_many_as_asked_for() {
    for (total, count) in [(1000, 7), (7, 7), (1 << 40, 3), (3, 7)] {
        let tasks = tasks(
            &[piece(0, total, Cut::AtLines)],
            Sizing::Even(NonZeroU32::new(count).unwrap()),
        );
        let sizes = sizes(&tasks, &[total]);
        assert_eq!(
            sizes.len() as u64,
            total.min(count.into()),
            "{total} {count}: {sizes:?}"
        );
        assert!(
            sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1,
            "{sizes:?}"
        );
    }
}

#[test]
fn of_compressed_files_only_bzip2_is_cut() {
    let cut = |name: &str, bytes| {
        let source = Source::File {
            path: "elsewhere".into(),
            name: name.into(),
        };
        let workers = workers(4);
        tasks(
            &[Piece::new(source, bytes, Cut::AtLines)],
            Sizing::Guided { workers },
        )
    };
    for name in ["a.gz", "a.zst", "a.lz4", "a.snappy"] {
        let tasks = cut(name, 3 << 30);
        assert_eq!(tasks.len(), 1, "{name}");
        assert_eq!((tasks[0][0].start, tasks[0][0].end), (0, None));
        assert!(tasks[0][0].codec.is_some());
    }
    // Decoding takes so long that a small file is shared out too.
    assert!(cut("a.bz2", 3 << 20).len() >= 4);
    assert_eq!(cut("a", 3 << 20).len(), 1);
}

#[test]
fn files_are_shared_out_whole() {
    let files: Vec<_> = (0..8).map(|i| piece(i, 100, Cut::Never)).collect();
    let tasks = tasks(
        &files,
        Sizing::Files {
            workers: workers(2),
        },
    );
    assert_eq!(
        tasks.iter().map(Vec::len).collect::<Vec<_>>(),
        [2, 2, 1, 1, 1, 1]
    );
}

#[test]
fn no_input_is_one_task_without_splits() {
    let tasks = tasks(
        &[],
        Sizing::Guided {
            workers: workers(2),
        },
    );
    assert_eq!(tasks.len(), 1);
    assert!(tasks[0].is_empty());
}

#[test]
fn memory_is_cut_like_a_file() {
    let source = Source::Memory {
        bytes: Arc::new(vec![b'x'; 100]),
        name: "0".into(),
    };
    let tasks = tasks(
        &[Piece::new(source, 100, Cut::AtLines)],
        Sizing::Even(NonZeroU32::new(4).unwrap()),
    );
    assert_eq!(tasks.len(), 4);
}
