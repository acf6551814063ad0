//! Records by range of keys, and answers in the order of the ranges.

use super::line::lines;
use rivals::input::fold;
use std::io::Write;

pub const BLOCK: usize = 4096;
/// Records appended by partition in fixed blocks (no copying growth).
pub struct Parts<R> {
    pub cur: Vec<Vec<R>>,
    pub full: Vec<Vec<Vec<R>>>,
}
impl<R> Parts<R> {
    pub fn new(n: usize) -> Self {
        Parts {
            cur: (0..n).map(|_| Vec::with_capacity(BLOCK)).collect(),
            full: (0..n).map(|_| Vec::new()).collect(),
        }
    }
    #[inline]
    pub fn push(&mut self, p: usize, r: R) {
        let v = &mut self.cur[p];
        v.push(r);
        if v.len() == BLOCK {
            self.full[p].push(std::mem::replace(v, Vec::with_capacity(BLOCK)));
        }
    }
}
/// Cut points for `n` ranges, sampled; keys are 16-byte big-endian prefixes.
pub fn cuts(pieces: &[&[u8]], n: usize, key: impl Fn(&[u8]) -> u64) -> Vec<u64> {
    let mut s = Vec::new();
    let step = pieces.len().div_ceil(64).max(1);
    for p in pieces.iter().step_by(step) {
        let mut i = 0;
        lines(&p[..p.len().min(16 << 10)], |l| {
            i += 1;
            s.push(key(l));
        });
    }
    s.sort_unstable();
    (1..n).map(|i| s[i * s.len() / n]).collect()
}
#[inline]
pub fn range_of(cuts: &[u64], k: u64) -> usize {
    let (mut lo, mut n) = (0, cuts.len() + 1);
    while n > 1 {
        let half = n / 2;
        lo = if k >= cuts[lo + half - 1] {
            lo + half
        } else {
            lo
        };
        n -= half;
    }
    lo
}
#[inline]
pub fn be(a: u64) -> u64 {
    u64::from_be_bytes(a.to_le_bytes())
}

/// Write partitions' outputs in order, as they get done by the workers.
pub fn ordered(path: &str, n: usize, work: impl Fn(usize) -> Vec<u8> + Sync) {
    let (tx, rx) = std::sync::mpsc::sync_channel::<(usize, Vec<u8>)>(64);
    let ids: Vec<usize> = (0..n).collect();
    std::thread::scope(|sc| {
        sc.spawn(move || {
            let mut f = std::fs::File::create(path).expect("output");
            let mut wait: Vec<Option<Vec<u8>>> = (0..n).map(|_| None).collect();
            let mut next = 0;
            for (i, b) in rx {
                wait[i] = Some(b);
                while next < n && wait[next].is_some() {
                    f.write_all(&wait[next].take().unwrap()).unwrap();
                    next += 1;
                }
            }
        });
        fold(&ids, || tx.clone(), |tx, &i| tx.send((i, work(i))).unwrap());
        drop(tx);
    });
}
