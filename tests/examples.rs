//! What the examples compute, checked by other means.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

/// Edges of a graph, the same at every call, in which some nodes point nowhere.
fn edges() -> BTreeSet<(usize, usize)> {
    let mut state: usize = 7;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % below
    };
    (0..150).map(|_| (random(25), random(40))).collect()
}

/// PageRank by power iteration over the whole matrix: a node that points nowhere points everywhere.
fn power_iteration(edges: &BTreeSet<(usize, usize)>, damping: f64) -> BTreeMap<usize, f64> {
    let nodes: BTreeSet<usize> = edges.iter().flat_map(|(from, to)| [*from, *to]).collect();
    let count = nodes.len() as f64;
    let links = |from: usize| edges.iter().filter(move |edge| edge.0 == from);
    let mut ranks: BTreeMap<usize, f64> = nodes.iter().map(|node| (*node, 1.0 / count)).collect();
    for _ in 0..200 {
        let lost: f64 = nodes
            .iter()
            .filter(|node| links(**node).count() == 0)
            .map(|node| ranks[node])
            .sum();
        let base = (1.0 - damping + damping * lost) / count;
        let mut next: BTreeMap<usize, f64> = nodes.iter().map(|node| (*node, base)).collect();
        for (from, to) in edges {
            *next.entry(*to).or_default() += damping * ranks[from] / links(*from).count() as f64;
        }
        ranks = next;
    }
    ranks
}

/// Node and rank of each `<node id="7"><data key="rank">0.25</data></node>`.
fn ranks_of(graphml: &str) -> BTreeMap<usize, f64> {
    let field = |text: &str, before: &str, after: &str| {
        let (_, text) = text.split_once(before)?;
        Some(text.split_once(after)?.0.to_owned())
    };
    let node = |line: &str| {
        let (id, rank) = (
            field(line, "id=\"", "\"")?,
            field(line, "\"rank\">", "</data>")?,
        );
        Some((id.parse().ok()?, rank.parse().ok()?))
    };
    let nodes = graphml.lines().filter(|line| line.starts_with("<node"));
    nodes
        .map(|line| node(line).unwrap_or_else(|| panic!("it is no node: {line}")))
        .collect()
}

#[test]
fn page_ranks_are_those_of_a_power_iteration() {
    let edges = edges();
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("edges.tsv");
    let text = edges.iter().fold(String::new(), |mut text, (from, to)| {
        let _ = writeln!(text, "{from}\t{to}");
        text
    });
    // Said twice, an edge is one edge.
    fs::write(&input, text.repeat(2)).unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_page_rank"))
        .args([
            "--runner",
            "inline",
            "--iterations",
            "100",
            "--damping",
            "0.8",
        ])
        .arg(&input)
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let graphml = String::from_utf8(done.stdout).unwrap();
    let (ranks, expected) = (ranks_of(&graphml), power_iteration(&edges, 0.8));
    assert!(ranks.keys().eq(expected.keys()));
    for (node, rank) in &ranks {
        let difference = (rank - expected[node]).abs();
        assert!(
            difference < 1e-8,
            "node {node}: {rank}, not {}",
            expected[node]
        );
    }
    assert!((ranks.values().sum::<f64>() - 1.0).abs() < 1e-8);
    for (from, to) in &edges {
        let edge = format!("<edge source=\"{from}\" target=\"{to}\"/>");
        assert_eq!(graphml.matches(&edge).count(), 1, "{edge}");
    }
    assert!(graphml.ends_with("</graph>\n</graphml>\n"));
}
