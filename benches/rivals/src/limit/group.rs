//! W4: groups of nearly unique keys.

use super::line::{PIECE, lines, num, parse_u64};
use super::parts::{BLOCK, Parts, be, cuts, ordered, range_of};
use rivals::input::{Input, fold};
use rivals::table::load16;

/// key TAB value -> key, count, sum; keys of up to 16 bytes.  Sorted: range partition, sort, fold.
pub fn group_sorted(input: &Input, out: &str) {
    let pieces = input.pieces(PIECE);
    let split = |l: &[u8]| {
        let t = l.iter().position(|&b| b == b'\t').expect("a tab");
        let (a, b) = load16(l.as_ptr(), t);
        (be(a), be(b), parse_u64(&l[t + 1..]))
    };
    let n = 512;
    let cuts = cuts(&pieces, n, |l| split(l).0);
    let parts = fold(
        &pieces,
        || Parts::new(n),
        |ps, p| {
            lines(p, |l| {
                let r = split(l);
                ps.push(range_of(&cuts, r.0), r);
            })
        },
    );
    ordered(out, n, |i| {
        let mut v: Vec<(u64, u64, u64)> =
            Vec::with_capacity(parts.iter().map(|p| (p.full[i].len() + 1) * BLOCK).sum());
        for p in &parts {
            p.full[i]
                .iter()
                .chain(std::iter::once(&p.cur[i]))
                .for_each(|b| v.extend_from_slice(b));
        }
        v.sort_unstable_by_key(|r| (r.0, r.1));
        let mut o = Vec::with_capacity(v.len() * 24);
        let mut j = 0;
        while j < v.len() {
            let (a, b, mut s) = v[j];
            let from = j;
            j += 1;
            while j < v.len() && v[j].0 == a && v[j].1 == b {
                s += v[j].2;
                j += 1;
            }
            put_key(&mut o, a, b);
            o.push(b'\t');
            num(&mut o, (j - from) as u64);
            o.push(b'\t');
            num(&mut o, s);
            o.push(b'\n');
        }
        o
    });
}
pub fn put_key(o: &mut Vec<u8>, a: u64, b: u64) {
    let mut k = [0u8; 16];
    k[..8].copy_from_slice(&a.to_be_bytes());
    k[8..].copy_from_slice(&b.to_be_bytes());
    let n = k.iter().rposition(|&b| b != 0).map_or(0, |i| i + 1);
    o.extend_from_slice(&k[..n]);
}
