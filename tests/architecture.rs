//! The structure that ARCHITECTURE.md describes: no import cycle between the top modules of a crate, and a map of what there is.
#![expect(clippy::unwrap_used, reason = "these are tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each crate, with pairs of top modules that may import each other.
const CRATES: [(&str, &[(&str, &str)]); 4] = [
    ("mrjob-core", &[]),
    ("mrjob-derive", &[]),
    // `Job::run` launches, and what is launched is a job.
    ("mrjob-runners", &[("job", "launch")]),
    ("xtask", &[]),
];

/// For each top module of a crate those that it imports, each with one place that does.
type Graph = BTreeMap<String, BTreeMap<String, String>>;

fn source(krate: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(krate)
        .join("src")
}

/// All files of Rust below `dir`.
fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// Code without comments and without tests, which may import anything.
fn code(text: &str) -> String {
    let tests = text
        .find("#[cfg(test)]\nmod ")
        .or(text.find("#[cfg(test)]\npub(crate) mod "));
    let text = &text[..tests.unwrap_or(text.len())];
    let lines = text.lines().map(|line| match line.trim_start() {
        comment if comment.starts_with("//") => "",
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The first names of the paths that begin with `crate::`, groups included.
fn imports(code: &str) -> BTreeSet<String> {
    let name = |text: &str| -> String {
        let is_name = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
        text.chars().take_while(is_name).collect()
    };
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        // `$crate::` and the path of another crate are something else.
        if code[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || "_$".contains(c)) {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.insert(name(rest));
            continue;
        };
        let (mut depth, mut part) = (0, String::new());
        for c in group.chars() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    found.insert(name(part.trim()));
                    part.clear();
                    continue;
                }
                _ => {}
            }
            part.push(c);
        }
        found.insert(name(part.trim()));
    }
    found
}

/// The names that the crate's root has of its modules: `Arena` is of `arena`.
fn homes(root: &str) -> BTreeMap<String, String> {
    let mut homes = BTreeMap::new();
    for statement in root.split(';') {
        let Some((_, path)) = statement.rsplit_once("pub use ") else {
            continue;
        };
        let Some((module, names)) = path.split_once("::") else {
            continue;
        };
        for name in names.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')) {
            homes.insert(name.to_owned(), module.to_owned());
        }
    }
    homes
}

fn graph(krate: &str) -> Graph {
    let root = source(krate);
    let mut all = Vec::new();
    files(&root, &mut all);
    let top = |path: &Path| {
        let below = path.strip_prefix(&root).unwrap();
        let first = below.components().next().unwrap().as_os_str();
        first.to_str().unwrap().trim_end_matches(".rs").to_owned()
    };
    let modules: BTreeSet<String> = all.iter().map(|path| top(path)).collect();
    let at_root = ["lib.rs", "main.rs"].map(|name| fs::read_to_string(root.join(name)));
    let homes = homes(&code(
        at_root.into_iter().flatten().next().unwrap().as_str(),
    ));
    let mut graph = Graph::new();
    for path in all {
        let from = top(&path);
        if ["lib", "main"].contains(&&*from) {
            continue;
        }
        let place = path.strip_prefix(&root).unwrap().display().to_string();
        for name in imports(&code(&fs::read_to_string(&path).unwrap())) {
            let to = homes.get(&name).cloned().unwrap_or(name);
            if to != from && modules.contains(&to) {
                let places = graph.entry(from.clone()).or_default();
                places.entry(to).or_insert_with(|| place.clone());
            }
        }
    }
    graph
}

/// A way from `at` back to `start`, if there is one.
fn cycle(graph: &Graph, start: &str, at: &str, seen: &mut BTreeSet<String>) -> Option<String> {
    for (to, place) in graph.get(at).into_iter().flatten() {
        if to == start {
            return Some(format!("{at} → {to} ({place})"));
        }
        if seen.insert(to.clone())
            && let Some(rest) = cycle(graph, start, to, seen)
        {
            return Some(format!("{at} → {to} ({place}), {rest}"));
        }
    }
    None
}

#[test]
fn no_cycle_of_imports() {
    for (krate, allowed) in CRATES {
        let mut graph = graph(krate);
        assert!(graph.len() > 2, "{krate} has modules");
        for (one, other) in allowed {
            let there = graph.get_mut(*one).unwrap().remove(*other);
            assert!(there.is_some(), "{krate}: {one} imports {other} no more");
        }
        let cycles = graph
            .keys()
            .find_map(|start| cycle(&graph, start, start, &mut BTreeSet::new()));
        assert_eq!(cycles, None, "a cycle in {krate}");
    }
}

#[test]
fn the_map_has_every_module() {
    let map = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../ARCHITECTURE.md"))
        .unwrap();
    for (krate, _) in CRATES.iter().filter(|(krate, _)| *krate != "xtask") {
        let heading = format!("**{krate}**");
        let (_, section) = map
            .split_once(&heading)
            .unwrap_or_else(|| panic!("no {heading}"));
        let section = section.split("\n**").next().unwrap();
        let rows = section.lines().filter_map(|line| line.strip_prefix("| "));
        let named: BTreeSet<String> = rows
            .filter_map(|row| row.split(" |").next())
            .flat_map(|cell| cell.split(", "))
            .filter_map(|name| Some(name.strip_prefix('`')?.trim_matches(['`', '/']).to_owned()))
            .collect();
        let entries = fs::read_dir(source(krate)).unwrap();
        let there: BTreeSet<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .map(|name| name.trim_end_matches(".rs").to_owned())
            .filter(|name| name != "lib")
            .collect();
        assert_eq!(named, there, "the map of {krate}, and its folders");
    }
}
