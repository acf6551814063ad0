//! An open-addressing table with its keys in the slots, and counts whose slots are fetched ahead.

use crate::input::threads;

#[inline]
pub fn load16(p: *const u8, len: usize) -> (u64, u64) {
    // Safety: callers give 32 readable bytes past the end.
    let w = unsafe { (p as *const u128).read_unaligned() };
    let w = if len >= 16 {
        w
    } else {
        w & ((1u128 << (8 * len)) - 1)
    };
    (w as u64, (w >> 64) as u64)
}
#[inline]
pub fn mum(a: u64, b: u64) -> u64 {
    let r = a as u128 * b as u128;
    r as u64 ^ (r >> 64) as u64
}

const C0: u64 = 0x9E37_79B9_7F4A_7C15;
const C1: u64 = 0xD6E8_FEB8_6659_FD93;
fn hash_long(s: &[u8]) -> u64 {
    let mut h = s.len() as u64 ^ C0;
    for c in s.chunks(16) {
        let mut b = [0u8; 16];
        b[..c.len()].copy_from_slice(c);
        let w = u128::from_le_bytes(b);
        h = mum(w as u64 ^ h, (w >> 64) as u64 ^ C1);
    }
    h
}

/// Open-addressing table; keys of up to 16 bytes live in the slot, longer ones in `arena`.
#[derive(Clone, Copy)]
pub struct Slot<V> {
    a: u64,
    b: u64,
    len: u32,
    used: u32,
    pub v: V,
}
pub struct Table<V> {
    slots: Vec<Slot<V>>,
    mask: usize,
    n: usize,
    arena: Vec<Box<[u8]>>,
}
impl<V: Copy + Default> Default for Table<V> {
    fn default() -> Self {
        Table::with(1 << 16)
    }
}
impl<V: Copy + Default> Table<V> {
    pub fn with(cap: usize) -> Self {
        let slots = vec![
            Slot {
                a: 0,
                b: 0,
                len: 0,
                used: 0,
                v: V::default()
            };
            cap
        ];
        Table {
            slots,
            mask: cap - 1,
            n: 0,
            arena: Vec::new(),
        }
    }
    #[inline]
    fn h(a: u64, b: u64, len: u32) -> u64 {
        mum(a ^ C0 ^ len as u64, b ^ C1)
    }
    /// `key` must be readable 16 bytes past its start whatever its length.
    #[inline]
    pub fn get(&mut self, key: &[u8]) -> &mut V {
        if key.len() > 16 {
            return self.get_long(key);
        }
        let (a, b) = load16(key.as_ptr(), key.len());
        let len = key.len() as u32;
        let mut i = Self::h(a, b, len) as usize & self.mask;
        loop {
            let s = &self.slots[i];
            if s.a == a && s.b == b && s.len == len && s.used != 0 {
                return &mut self.slots[i].v;
            }
            if s.used == 0 {
                break;
            }
            i = (i + 1) & self.mask;
        }
        i = self.room(i, a, b, len);
        self.slots[i] = Slot {
            a,
            b,
            len,
            used: 1,
            v: V::default(),
        };
        &mut self.slots[i].v
    }
    #[inline]
    fn slot(&mut self, a: u64, b: u64, len: u32, h: u64) -> &mut V {
        let mut i = h as usize & self.mask;
        loop {
            let s = &self.slots[i];
            if s.a == a && s.b == b && s.len == len && s.used != 0 {
                return &mut self.slots[i].v;
            }
            if s.used == 0 {
                break;
            }
            i = (i + 1) & self.mask;
        }
        i = self.room(i, a, b, len);
        self.slots[i] = Slot {
            a,
            b,
            len,
            used: 1,
            v: V::default(),
        };
        &mut self.slots[i].v
    }
    #[cold]
    fn room(&mut self, i: usize, a: u64, b: u64, len: u32) -> usize {
        self.n += 1;
        if self.n * 3 <= self.slots.len() * 2 {
            return i;
        }
        self.grow();
        let mut i = Self::h(a, b, len) as usize & self.mask;
        while self.slots[i].used != 0 {
            i = (i + 1) & self.mask;
        }
        i
    }
    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        let mut t = Table::<V>::with(self.slots.len() * 2);
        for s in self.slots.iter().filter(|s| s.used != 0) {
            let mut i = Self::h(s.a, s.b, s.len) as usize & t.mask;
            while t.slots[i].used != 0 {
                i = (i + 1) & t.mask;
            }
            t.slots[i] = *s;
        }
        self.slots = t.slots;
        self.mask = t.mask;
    }
    #[inline(never)]
    fn get_long(&mut self, key: &[u8]) -> &mut V {
        let a = hash_long(key);
        let len = key.len() as u32;
        // b holds the arena index, so only `a` and the length may go into the slot hash.
        let mut i = Self::h(a, 0, len) as usize & self.mask;
        loop {
            let s = &self.slots[i];
            if s.used == 0 {
                break;
            }
            if s.a == a && s.len == len && *self.arena[s.used as usize - 2] == *key {
                return &mut self.slots[i].v;
            }
            i = (i + 1) & self.mask;
        }
        i = self.room(i, a, 0, len);
        self.arena.push(key.into());
        self.slots[i] = Slot {
            a,
            b: 0,
            len,
            used: self.arena.len() as u32 + 1,
            v: V::default(),
        };
        &mut self.slots[i].v
    }
    /// Look up only; keys of up to 16 bytes.
    #[inline]
    pub fn find(&self, key: &[u8]) -> Option<V> {
        let (a, b) = load16(key.as_ptr(), key.len());
        let len = key.len() as u32;
        let mut i = Self::h(a, b, len) as usize & self.mask;
        loop {
            let s = &self.slots[i];
            if s.a == a && s.b == b && s.len == len && s.used != 0 {
                return Some(s.v);
            }
            if s.used == 0 {
                return None;
            }
            i = (i + 1) & self.mask;
        }
    }
    pub fn len(&self) -> usize {
        self.n
    }
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }
    fn key<'a>(&'a self, s: &'a Slot<V>) -> &'a [u8] {
        if s.len > 16 {
            &self.arena[s.used as usize - 2]
        } else {
            unsafe { std::slice::from_raw_parts(&s.a as *const u64 as *const u8, s.len as usize) }
        }
    }
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], V)> {
        self.slots
            .iter()
            .filter(|s| s.used != 0)
            .map(|s| (self.key(s), s.v))
    }
}

/// Union of per-thread tables in key order, written by all threads in turn.
pub fn sorted_union<V: Copy + Send + Sync + Default>(
    tables: &[Table<V>],
    add: impl Fn(&mut V, &V) + Sync,
    line: impl Fn(&mut Vec<u8>, &[u8], &V) + Sync,
) -> Vec<Vec<u8>> {
    let t = threads().max(1);
    let mut sample: Vec<&[u8]> = tables
        .iter()
        .flat_map(|t| t.iter().map(|(k, _)| k).step_by(1 + t.len() / 4096))
        .collect();
    sample.sort_unstable();
    let cuts: Vec<&[u8]> = (1..t)
        .map(|i| sample.get(i * sample.len() / t).copied().unwrap_or(b""))
        .collect();
    let pre = |k: &[u8]| {
        let mut b = [0u8; 8];
        let n = k.len().min(8);
        b[..n].copy_from_slice(&k[..n]);
        u64::from_be_bytes(b)
    };
    std::thread::scope(|sc| {
        let hs: Vec<_> = (0..t)
            .map(|j| {
                let (cuts, add, line) = (&cuts, &add, &line);
                sc.spawn(move || {
                    let lo = if j == 0 { None } else { Some(cuts[j - 1]) };
                    let hi = cuts.get(j).copied();
                    let mut v: Vec<(u64, &[u8], V)> = tables
                        .iter()
                        .flat_map(|t| t.iter())
                        .filter(|(k, _)| lo.is_none_or(|l| *k >= l) && hi.is_none_or(|h| *k < h))
                        .map(|(k, v)| (pre(k), k, v))
                        .collect();
                    v.sort_unstable_by(|x, y| x.0.cmp(&y.0).then_with(|| x.1.cmp(y.1)));
                    let mut out = Vec::new();
                    let mut i = 0;
                    while i < v.len() {
                        let (_, k, mut s) = v[i];
                        i += 1;
                        while i < v.len() && v[i].1 == k {
                            add(&mut s, &v[i].2);
                            i += 1;
                        }
                        line(&mut out, k, &s);
                    }
                    out
                })
            })
            .collect();
        hs.into_iter().map(|h| h.join().unwrap()).collect()
    })
}

/// Counts with the table's slots fetched ahead: the misses of 32 keys overlap.
pub struct Counter {
    pub table: Table<u64>,
    wait: [(u64, u64, u64, u32); 32],
    n: usize,
}
impl Default for Counter {
    fn default() -> Self {
        Counter {
            table: Table::default(),
            wait: [(0, 0, 0, 0); 32],
            n: 0,
        }
    }
}
impl Counter {
    #[inline]
    pub fn add(&mut self, key: &[u8]) {
        if key.len() > 16 {
            *self.table.get_long(key) += 1;
            return;
        }
        let (a, b) = load16(key.as_ptr(), key.len());
        let h = Table::<u64>::h(a, b, key.len() as u32);
        unsafe {
            use std::arch::x86_64::*;
            _mm_prefetch(
                self.table.slots.as_ptr().add(h as usize & self.table.mask) as *const i8,
                _MM_HINT_T0,
            );
        }
        self.wait[self.n] = (a, b, h, key.len() as u32);
        self.n += 1;
        if self.n == 32 {
            self.flush();
        }
    }
    #[inline]
    pub fn flush(&mut self) {
        for &(a, b, h, len) in &self.wait[..self.n] {
            *self.table.slot(a, b, len, h) += 1;
        }
        self.n = 0;
    }
}
