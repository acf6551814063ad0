//! Files mapped into memory, in pieces for all threads.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Threads to use: BENCH_THREADS or the machine's cores.
pub fn threads() -> usize {
    std::env::var("BENCH_THREADS")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(2, |n| n.get()))
}

/// A file in memory; the map is followed by at least 32 readable bytes.
pub struct Input {
    map: memmap2::Mmap,
    tail: Vec<u8>,
    cut: usize,
}
impl Input {
    pub fn open(path: &str) -> Input {
        let f = std::fs::File::open(path).unwrap_or_else(|e| panic!("{path}: {e}"));
        let map = unsafe { memmap2::Mmap::map(&f).unwrap() };
        let cut = match map[..map.len().saturating_sub(4096)]
            .iter()
            .rposition(|&b| b == b'\n')
        {
            Some(i) => i + 1,
            None => 0,
        };
        let mut tail = map[cut..].to_vec();
        if tail.last().is_some_and(|&b| b != b'\n') {
            tail.push(b'\n');
        }
        tail.reserve(64);
        Input { map, tail, cut }
    }
    /// Pieces of about `size` bytes that end at line ends and are readable 32 bytes past their ends.
    pub fn pieces(&self, size: usize) -> Vec<&[u8]> {
        let s = &self.map[..self.cut];
        let (mut v, mut from) = (Vec::new(), 0);
        while from < s.len() {
            let mut to = (from + size).min(s.len());
            while s[to - 1] != b'\n' {
                to += 1;
            }
            v.push(&s[from..to]);
            from = to;
        }
        if !self.tail.is_empty() {
            v.push(&self.tail);
        }
        v
    }
}

/// Run `work` over the pieces on all threads; each thread folds into its own state.
pub fn fold<'a, S: Send, I: Sync>(
    pieces: &'a [I],
    new: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &'a I) + Sync,
) -> Vec<S> {
    let next = AtomicUsize::new(0);
    std::thread::scope(|sc| {
        let hs: Vec<_> = (0..threads())
            .map(|_| {
                sc.spawn(|| {
                    let mut s = new();
                    while let Some(p) = pieces.get(next.fetch_add(1, Ordering::Relaxed)) {
                        work(&mut s, p);
                    }
                    s
                })
            })
            .collect();
        hs.into_iter().map(|h| h.join().unwrap()).collect()
    })
}
