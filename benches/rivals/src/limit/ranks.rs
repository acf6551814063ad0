//! W6: PageRank over arrays.

use super::line::{PIECE, lines, parse_u64};
use rivals::input::{Input, fold};
use std::io::Write;

/// Five rounds of r = 0.15/N + 0.85 * sum(r_u / outdegree_u); dangling mass is lost. Every node's rank.
pub fn pagerank(input: &Input) -> Vec<Vec<u8>> {
    let pieces = input.pieces(PIECE);
    let lists = fold(&pieces, Vec::<(u32, u32)>::new, |v, p| {
        lines(p, |l| {
            let i = l.iter().position(|&b| b == b'\t').unwrap();
            v.push((parse_u64(&l[..i]) as u32, parse_u64(&l[i + 1..]) as u32));
        })
    });
    let max = lists.iter().flatten().map(|e| e.0.max(e.1)).max().unwrap() as usize + 1;
    let (mut seen, mut deg, mut start) = (vec![false; max], vec![0u32; max], vec![0u32; max + 1]);
    for &(s, d) in lists.iter().flatten() {
        seen[s as usize] = true;
        seen[d as usize] = true;
        deg[s as usize] += 1;
        start[d as usize + 1] += 1;
    }
    for i in 0..max {
        start[i + 1] += start[i];
    }
    let mut at = start.clone();
    let mut src = vec![0u32; start[max] as usize];
    for &(s, d) in lists.iter().flatten() {
        src[at[d as usize] as usize] = s;
        at[d as usize] += 1;
    }
    let n = seen.iter().filter(|s| **s).count() as f64;
    let mut r: Vec<f64> = vec![1.0 / n; max];
    let blocks: Vec<usize> = (0..max).step_by(16384).collect();
    for _ in 0..5 {
        let give: Vec<f64> = r
            .iter()
            .zip(&deg)
            .map(|(r, &d)| if d > 0 { r / d as f64 } else { 0.0 })
            .collect();
        let out = fold(&blocks, Vec::new, |o: &mut Vec<(usize, Vec<f64>)>, &b| {
            let v = (b..(b + 16384).min(max))
                .map(|i| {
                    0.15 / n
                        + 0.85
                            * src[start[i] as usize..start[i + 1] as usize]
                                .iter()
                                .map(|&s| give[s as usize])
                                .sum::<f64>()
                })
                .collect();
            o.push((b, v));
        });
        for (b, v) in out.into_iter().flatten() {
            r[b..b + v.len()].copy_from_slice(&v);
        }
    }
    let mut o = Vec::new();
    for i in (0..max).filter(|&i| seen[i]) {
        writeln!(o, "{i}\t{}", r[i]).unwrap();
    }
    vec![o]
}
