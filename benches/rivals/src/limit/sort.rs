//! W8: sorts lines by their first ten bytes.

use super::line::{PIECE, lines};
use super::parts::{Parts, be, cuts, ordered, range_of};
use rivals::input::{Input, fold};
use rivals::table::load16;

/// Sort lines by their first 10 bytes.
pub fn sort(input: &Input, out: &str) {
    let pieces = input.pieces(PIECE);
    let key = |l: &[u8]| {
        let (a, b) = load16(l.as_ptr(), 10);
        (be(a), be(b))
    };
    let n = 256;
    let cuts = cuts(&pieces, n, |l| key(l).0);
    let parts = fold(
        &pieces,
        || Parts::<(u64, u64, &[u8])>::new(n),
        |ps, p| {
            lines(p, |l| {
                let k = key(l);
                ps.push(range_of(&cuts, k.0), (k.0, k.1, l));
            })
        },
    );
    ordered(out, n, |i| {
        let mut v: Vec<(u64, u64, &[u8])> = Vec::new();
        for p in &parts {
            p.full[i]
                .iter()
                .chain(std::iter::once(&p.cur[i]))
                .for_each(|b| v.extend_from_slice(b));
        }
        v.sort_unstable_by_key(|r| (r.0, r.1));
        let mut o = Vec::with_capacity(v.iter().map(|r| r.2.len() + 1).sum());
        for r in v {
            o.extend_from_slice(r.2);
            o.push(b'\n');
        }
        o
    });
}
