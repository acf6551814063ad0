//! W2 and W11: access logs.

use super::line::{Agg, PIECE, lines, parse_u64};
use super::parts::{Parts, ordered};
use rivals::input::{Input, fold};
use rivals::table::Table;
use std::io::Write;

/// status TAB path (query cut off) -> hits, bytes; the 100 with the most bytes.
pub fn logs(input: &Input) -> Vec<Vec<u8>> {
    let pieces = input.pieces(PIECE);
    let tables: Vec<_> = fold(
        &pieces,
        || (Table::<Agg>::default(), Vec::<u8>::with_capacity(8192)),
        |(t, key), p| {
            lines(p, |l| {
                let Some(q) = l.iter().position(|&b| b == b'"') else {
                    return;
                };
                let r = &l[q + 1..];
                let Some(e) = r.iter().position(|&b| b == b'"') else {
                    return;
                };
                let (req, rest) = (&r[..e], &r[e + 1..]);
                let Some(a) = req.iter().position(|&b| b == b' ') else {
                    return;
                };
                let path = &req[a + 1..];
                let end = path
                    .iter()
                    .position(|&b| b == b' ' || b == b'?')
                    .unwrap_or(path.len());
                key.clear();
                key.extend_from_slice(&rest[1..4]);
                key.push(b'\t');
                key.extend_from_slice(&path[..end]);
                let size = &rest[5..];
                let n = size
                    .iter()
                    .position(|b| !b.is_ascii_digit())
                    .unwrap_or(size.len());
                t.get(key).add(&Agg {
                    n: 1,
                    sum: parse_u64(&size[..n]),
                });
            })
        },
    )
    .into_iter()
    .map(|(t, _)| t)
    .collect();
    let mut all = Table::<Agg>::default();
    let mut kb = Vec::with_capacity(4096);
    for t in &tables {
        for (k, v) in t.iter() {
            kb.clear();
            kb.extend_from_slice(k);
            all.get(&kb).add(&v);
        }
    }
    let mut top: Vec<(&[u8], Agg)> = all.iter().collect();
    top.sort_unstable_by(|x, y| y.1.sum.cmp(&x.1.sum).then_with(|| x.0.cmp(y.0)));
    let mut out = Vec::new();
    for (k, v) in top.iter().take(100) {
        out.extend_from_slice(k);
        writeln!(out, "\t{}\t{}", v.n, v.sum).unwrap();
    }
    vec![out]
}

/// Visits of each address, and the longest in seconds; half an hour without a request ends one.
pub fn visits(input: &Input, out: &str) {
    const DAYS: [u32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let pieces = input.pieces(PIECE);
    let parts = fold(
        &pieces,
        || Parts::<u64>::new(256),
        |parts, piece| {
            lines(piece, |line| {
                let end = line.iter().position(|&b| b == b' ').expect("an address");
                let address = line[..end]
                    .split(|&b| b == b'.')
                    .fold(0, |a, field| a << 8 | parse_u64(field));
                let date =
                    &line[end + line[end..].iter().position(|&b| b == b'[').expect("a time") + 1..];
                let month = MONTHS
                    .chunks(3)
                    .position(|name| *name == date[3..6])
                    .expect("a month");
                let number = |i: usize| (date[i] - b'0') as u32 * 10 + (date[i + 1] - b'0') as u32;
                let days = DAYS[month] + number(0) - 1;
                let time = days * 86_400 + (number(12) * 60 + number(15)) * 60 + number(18);
                parts.push((address >> 24) as usize, address << 32 | time as u64);
            });
        },
    );
    ordered(out, 256, |i| {
        let mut requests: Vec<u64> = Vec::new();
        for part in &parts {
            part.full[i]
                .iter()
                .chain([&part.cur[i]])
                .for_each(|block| requests.extend_from_slice(block));
        }
        requests.sort_unstable();
        let mut text = Vec::new();
        for group in requests.chunk_by(|a, b| a >> 32 == b >> 32) {
            let (mut visits, mut longest, mut start, mut last) = (0u64, 0, 0, None);
            for time in group.iter().map(|&request| request as u32) {
                if last.is_none_or(|last| time - last > 1800) {
                    visits += 1;
                    start = time;
                }
                longest = longest.max(time - start);
                last = Some(time);
            }
            let [a, b, c, d] = ((group[0] >> 32) as u32).to_be_bytes();
            writeln!(text, "{a}.{b}.{c}.{d}\t{visits}\t{longest}")
                .expect("memory takes what is written");
        }
        text
    });
}
