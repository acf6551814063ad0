//! W5: a broadcast hash join.

use super::line::{Agg, PIECE, lines, parse_u64};
use rivals::input::{Input, fold};
use rivals::table::Table;
use std::io::Write;

/// events (user TAB amount) join users (user TAB country TAB tier) -> country, tier: rows, sum
pub fn join(events: &Input, users: &Input) -> Vec<Vec<u8>> {
    let mut names: Vec<&[u8]> = Vec::new();
    let mut ids = std::collections::HashMap::new();
    let mut t = Table::<u32>::with(1 << 23);
    let us = users.pieces(PIECE);
    for p in &us {
        lines(p, |l| {
            let i = l.iter().position(|&b| b == b'\t').unwrap();
            let id = *ids.entry(&l[i + 1..]).or_insert_with(|| {
                names.push(&l[i + 1..]);
                names.len() as u32
            });
            *t.get(&l[..i]) = id;
        });
    }
    let n = names.len() + 1;
    let es = events.pieces(PIECE);
    let t = &t;
    let sums = fold(
        &es,
        || vec![Agg::default(); n],
        |s, p| {
            lines(p, |l| {
                let i = l.iter().position(|&b| b == b'\t').unwrap();
                if let Some(id) = t.find(&l[..i]) {
                    s[id as usize].add(&Agg {
                        n: 1,
                        sum: parse_u64(&l[i + 1..]),
                    });
                }
            })
        },
    );
    let mut rows: Vec<(&[u8], Agg)> = (1..n)
        .map(|i| {
            let mut a = Agg::default();
            sums.iter().for_each(|s| a.add(&s[i]));
            (names[i - 1], a)
        })
        .filter(|r| r.1.n > 0)
        .collect();
    rows.sort_unstable_by_key(|r| r.0);
    let mut o = Vec::new();
    for (k, a) in rows {
        o.extend_from_slice(k);
        writeln!(o, "\t{}\t{}", a.n, a.sum).unwrap();
    }
    vec![o]
}
