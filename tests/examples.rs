//! What the examples compute, checked by other means.

#![expect(clippy::unwrap_used, reason = "these are tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use mrjob_tests_process::Command;

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

/// Numbers below `end`, the same at every call.
fn random(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |end| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % end
    }
}

/// Runs an example inline and by two workers, which must write the same; what it writes, and its messages.
fn run(program: &str, arguments: &[&str], input: &str) -> (String, String) {
    assert!(input.lines().count() >= 10_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("input");
    fs::write(&path, input).unwrap();
    let [inline, local] = [["-r", "inline"], ["-r", "local"]].map(|runner| {
        let mut command = Command::new(program);
        command.args(runner).args(arguments).arg(&path);
        if runner[1] == "local" {
            command.args(["--num-cores", "2"]);
        }
        let done = command.output().unwrap();
        let [out, err] = [done.stdout, done.stderr].map(|text| String::from_utf8(text).unwrap());
        assert!(done.status.success(), "{err}");
        (out, err)
    });
    assert!(inline.0 == local.0, "inline and local differ");
    local
}

#[test]
fn filter_keeps_lines() {
    let mut random = random(1);
    let text: String = (0..12_000)
        .map(|_| format!("line {}\n", random(5000)))
        .collect();
    let expected: String = text
        .split_inclusive('\n')
        .filter(|line| line.contains("77"))
        .collect();
    assert_eq!(
        run(env!("CARGO_BIN_EXE_filter"), &["--text", "77"], &text).0,
        expected
    );
}

#[test]
fn orders_have_means() {
    let mut random = random(2);
    let (mut text, mut groups) = (String::new(), BTreeMap::<String, Vec<u64>>::new());
    for _ in 0..12_000 {
        let (country, cents) = (format!("C{}", random(40)), random(100_000));
        let _ = writeln!(text, r#"{{"id":1,"country":"{country}","cents":{cents}}}"#);
        groups.entry(country).or_default().push(cents);
    }
    let mean = |all: &Vec<u64>| all.iter().sum::<u64>() as f64 / all.len() as f64;
    let expected: String = groups
        .iter()
        .map(|(c, all)| format!("{c}\t{:?}\n", mean(all)))
        .collect();
    assert_eq!(run(env!("CARGO_BIN_EXE_orders"), &[], &text).0, expected);
}

#[test]
fn log_stats_are_the_largest() {
    let mut random = random(3);
    let (mut text, mut pages) = (String::new(), BTreeMap::<(u16, String), u64>::new());
    for n in 0..12_000 {
        let (path, status) = (format!("/p{}", random(400)), [200, 404][random(2) as usize]);
        let bytes = random(9000);
        let _ = writeln!(
            text,
            r#"::1 - - [10/Oct/2000:13:55:36 -0700] "GET {path} HTTP/1.1" {status} {bytes} "-" "x""#
        );
        *pages.entry((status, path)).or_default() += bytes;
        if n % 1000 == 0 {
            text.push_str("broken\n");
        }
    }
    let mut largest: Vec<_> = pages
        .into_iter()
        .map(|(page, bytes)| (bytes, page))
        .collect();
    largest.sort_by(|a, b| b.cmp(a));
    let lines = largest.iter().take(100);
    let expected: String = lines
        .map(|(b, (s, p))| format!("[{s},\"{p}\"]\t{b}\n"))
        .collect();
    let (out, err) = run(env!("CARGO_BIN_EXE_log_stats"), &[], &text);
    assert_eq!(out, expected);
    assert!(err.contains("unreadable lines=12\n"), "{err}");
}

#[test]
fn sessions_end_at_pauses() {
    let mut random = random(4);
    let (mut text, mut users) = (String::new(), BTreeMap::<String, Vec<u64>>::new());
    for _ in 0..12_000 {
        let (user, time) = (format!("u{}", random(300)), random(100_000));
        let _ = writeln!(text, "{user}\t{time}");
        users.entry(user).or_default().push(time);
    }
    let mut expected = String::new();
    for (user, mut times) in users {
        times.sort_unstable();
        for s in times.chunk_by(|a, b| b - a <= 900) {
            let (start, end, n) = (s[0], s[s.len() - 1], s.len());
            let _ = writeln!(
                expected,
                "\"{user}\"\t{{\"start\":{start},\"end\":{end},\"events\":{n}}}"
            );
        }
    }
    assert_eq!(
        run(
            env!("CARGO_BIN_EXE_user_sessions"),
            &["--pause", "900"],
            &text
        )
        .0,
        expected
    );
}

#[test]
fn events_have_their_users() {
    let mut random = random(5);
    let (mut text, mut events) = (String::new(), BTreeSet::new());
    for time in 0..12_000 {
        let id = random(300);
        let _ = writeln!(text, "{id}\t{time}\tclick");
        events.insert((id, time));
    }
    (0..200).for_each(|id| text += &format!("{id}\tname{id}\n"));
    let known = events.iter().filter(|event| event.0 < 200);
    let expected: String = known
        .map(|(id, time)| format!("[{id},\"name{id}\"]\t[{time},\"click\"]\n"))
        .collect();
    let lost = events.iter().filter(|event| event.0 >= 200).count();
    let (out, err) = run(env!("CARGO_BIN_EXE_join"), &[], &text);
    assert_eq!(out, expected);
    assert!(
        err.contains(&format!("events without a user={lost}\n")),
        "{err}"
    );
}

#[test]
fn index_lists_documents() {
    let mut random = random(6);
    let (mut text, mut words) = (String::new(), BTreeMap::<String, BTreeSet<String>>::new());
    for _ in 0..12_000 {
        let (document, a, b) = (format!("d{}", random(90)), random(500), random(500));
        let _ = writeln!(text, "{document}\tW{a}, w{b}.");
        for word in [a, b] {
            words
                .entry(format!("w{word}"))
                .or_default()
                .insert(document.clone());
        }
    }
    let lines = words.iter().map(|(word, documents)| {
        let list: Vec<_> = documents.iter().map(|d| format!("\"{d}\"")).collect();
        format!("\"{word}\"\t[{}]\n", list.join(","))
    });
    let expected: String = lines.collect();
    assert_eq!(
        run(env!("CARGO_BIN_EXE_inverted_index"), &[], &text).0,
        expected
    );
}

#[test]
fn lengths_are_summed_up() {
    let mut random = random(7);
    let text: String = (0..12_000)
        .map(|_| format!("{} ż\n", "é".repeat(2 + random(30) as usize)))
        .collect();
    let lengths: Vec<usize> = text
        .split_whitespace()
        .map(|word| word.chars().count())
        .collect();
    let mean = lengths.iter().sum::<usize>() as f64 / lengths.len() as f64;
    let expected = format!("{{\"words\":24000,\"shortest\":1,\"mean\":{mean:?},\"longest\":31}}\n");
    assert_eq!(
        run(env!("CARGO_BIN_EXE_word_lengths"), &[], &text).0,
        expected
    );
}

#[test]
fn walks_end_where_their_seeds_lead() {
    let text: String = (0..10_000).map(|seed| format!("{seed}\n")).collect();
    let mut ends = BTreeMap::<i64, u64>::new();
    for seed in 0..10_000_u64 {
        let mut downs = 0;
        for n in 1..=10_u64 {
            let z = seed.wrapping_add(n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            downs += ((z ^ (z >> 31)) >> 63) as i64;
        }
        *ends.entry(10 - 2 * downs).or_default() += 1;
    }
    let expected: String = ends
        .iter()
        .map(|(end, n)| format!("{end}\t{n}\n"))
        .collect();
    let arguments = ["--walks", "1", "--paces", "10"];
    assert_eq!(
        run(env!("CARGO_BIN_EXE_simulate"), &arguments, &text).0,
        expected
    );
}

#[test]
fn grep_knows_line_numbers() {
    let text: String = (1..=10_000).map(|n| format!("line {n}\n")).collect();
    let (out, _) = run(env!("CARGO_BIN_EXE_grep_files"), &["--text", "77"], &text);
    let found = (1..=10_000).filter(|n| n.to_string().contains("77"));
    let expected: Vec<String> = found.map(|n| format!(",{n}]\t\"line {n}\"")).collect();
    assert_eq!(out.lines().count(), expected.len());
    assert!(
        out.lines()
            .zip(&expected)
            .all(|(line, end)| line.ends_with(end)),
        "{out}"
    );
}

/// A text's fold, by FNV-1a.
fn fold(text: &str, folds: u64) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    (hash >> 32) % folds
}

/// How many of the texts of a fold are told the label that they have by a naive Bayes classifier of all others.
fn classified(texts: &[(&str, &str)], held_out: u64, folds: u64) -> (u64, u64) {
    let (asked, taught): (Vec<_>, Vec<_>) = texts
        .iter()
        .partition(|(_, text)| fold(text, folds) == held_out);
    let labels: BTreeSet<&str> = taught.iter().map(|(label, _)| *label).collect();
    let words_of = |label: &str| {
        let texts = taught.iter().filter(|taught| taught.0 == label);
        let words: Vec<&str> = texts.flat_map(|(_, text)| text.split(' ')).collect();
        words
    };
    let vocabulary: BTreeSet<&str> = taught
        .iter()
        .flat_map(|(_, text)| text.split(' '))
        .collect();
    let models: Vec<_> = labels
        .iter()
        .map(|label| {
            let words = words_of(label);
            let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
            words
                .iter()
                .for_each(|word| *counts.entry(word).or_default() += 1);
            let texts = taught.iter().filter(|taught| taught.0 == *label).count();
            (*label, texts as f64, words.len() + vocabulary.len(), counts)
        })
        .collect();
    let right = asked.iter().filter(|(label, text)| {
        let score = |texts: f64, all: usize, counts: &BTreeMap<&str, u64>| {
            let known = text.split(' ').filter(|word| vocabulary.contains(word));
            let word =
                |word| ((counts.get(word).copied().unwrap_or(0) + 1) as f64 / all as f64).ln();
            texts.ln() + known.map(word).sum::<f64>()
        };
        let mut best = ("", f64::NEG_INFINITY);
        for (name, texts, all, counts) in &models {
            let score = score(*texts, *all, counts);
            if score >= best.1 {
                best = (name, score);
            }
        }
        best.0 == *label
    });
    (right.count() as u64, asked.len() as u64)
}

#[test]
fn texts_are_classified_by_what_other_folds_teach() {
    let mut random = random(11);
    let mut input = String::new();
    for line in 0..10_000 {
        let label = random(3);
        // Each label has words that it likes; half of all are anybody's.
        let words: Vec<String> = (0..6)
            .map(|_| match random(2) {
                0 => format!("word{}", random(300)),
                _ => format!("word{}", label * 40 + random(120)),
            })
            .collect();
        let _ = writeln!(input, "label{label}\t{} {line}", words.join(" "));
    }
    let texts: Vec<(&str, &str)> = input
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .collect();
    let (out, _) = run(env!("CARGO_BIN_EXE_k_fold"), &["--folds", "4"], &input);
    let folds: Vec<(u64, u64)> = (0..4)
        .map(|held_out| classified(&texts, held_out, 4))
        .collect();
    let all = folds
        .iter()
        .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    assert_eq!(all.1, 10_000);
    let mut expected = format!("\"all\"\t{}\n", all.0 as f64 / all.1 as f64);
    for (number, (right, asked)) in folds.iter().enumerate() {
        let _ = writeln!(
            expected,
            "\"fold {:03}\"\t{}",
            number + 1,
            *right as f64 / *asked as f64
        );
    }
    assert_eq!(out, expected);
    // The classifier does learn.
    assert!(all.0 > 6_000, "{all:?}");
}
