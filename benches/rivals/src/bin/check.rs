//! `check EXPECTED ACTUAL`: do both have the same rows, whatever their order and dress?
//!
//! Each is a file or a folder of `part-*` files. Rows are fields with tabs between, or a JSON key, a tab and a JSON value; numbers may
//! differ by a relative 1e-9. It says how many rows are the same, or what the first different ones are, and exits with 0 or 1.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

fn main() -> ExitCode {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [expected, actual] = &paths[..] else {
        eprintln!("usage: check EXPECTED ACTUAL");
        return ExitCode::from(2);
    };
    let (expected, actual) = thread::scope(|scope| {
        let expected = scope.spawn(|| Answer::read(expected));
        (
            expected.join().expect("it doesn't panic"),
            Answer::read(actual),
        )
    });
    let (expected, actual) = match (expected, actual) {
        (Ok(expected), Ok(actual)) => (expected, actual),
        (Err(why), _) | (_, Err(why)) => {
            println!("{why}");
            return ExitCode::FAILURE;
        }
    };
    if (expected.count, expected.hash) == (actual.count, actual.hash) {
        println!("same {}", expected.count);
        return ExitCode::SUCCESS;
    }
    let (count, other) = (expected.count, actual.count);
    let (expected, actual) = (expected.sorted(), actual.sorted());
    let pairs = expected.iter().zip(&actual);
    let different: Vec<_> = pairs.filter(|(x, y)| !is_close(x, y)).collect();
    if count == other && different.is_empty() {
        println!("same {count}");
        return ExitCode::SUCCESS;
    }
    println!(
        "{count} rows expected, {other} there, {} of them different",
        different.len()
    );
    for (x, y) in different.iter().take(3) {
        println!("  {x:?} expected, {y:?} there");
    }
    ExitCode::FAILURE
}

struct Answer {
    texts: Vec<String>,
    is_json: bool,
    count: u64,
    /// The sum of its rows' hashes, which knows no order.
    hash: u64,
}

impl Answer {
    fn read(path: &Path) -> Result<Self, String> {
        let failed = |error| format!("{}: {error}", path.display());
        let files = match path.is_dir() {
            true => parts(path).map_err(failed)?,
            false => vec![path.to_owned()],
        };
        let texts = files.iter().map(fs::read_to_string);
        let texts = texts.collect::<Result<Vec<String>, _>>().map_err(failed)?;
        let mut answer = Answer {
            texts,
            is_json: true,
            count: 0,
            hash: 0,
        };
        // Of an answer that isn't JSON some rows may look like it.
        if !answer.sum() {
            answer.is_json = false;
            answer.sum();
        }
        Ok(answer)
    }

    /// Whether each row is what it is taken for.
    fn sum(&mut self) -> bool {
        (self.count, self.hash) = (0, 0);
        for line in self.texts.iter().flat_map(|text| text.lines()) {
            let mut hasher = DefaultHasher::new();
            match self.is_json.then(|| row(line)) {
                Some(Some(row)) => row.hash(&mut hasher),
                Some(None) => return false,
                None => line.hash(&mut hasher),
            }
            self.count += 1;
            self.hash = self.hash.wrapping_add(hasher.finish());
        }
        true
    }

    fn sorted(&self) -> Vec<String> {
        let lines = self.texts.iter().flat_map(|text| text.lines());
        let mut rows: Vec<String> = match self.is_json {
            true => lines.filter_map(row).collect(),
            false => lines.map(str::to_owned).collect(),
        };
        rows.sort_unstable();
        rows
    }
}

fn parts(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let files = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let files = files.collect::<std::io::Result<Vec<PathBuf>>>()?;
    let name = |file: &PathBuf| {
        file.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    let is_part = |file: &PathBuf| name(file).is_some_and(|name| name.starts_with("part-"));
    Ok(files.into_iter().filter(is_part).collect())
}

/// The fields of a row of JSON with tabs between, if it is one.
fn row(line: &str) -> Option<String> {
    let mut row = Vec::new();
    for value in line.split('\t') {
        fields(&serde_json::from_str(value).ok()?, &mut row);
    }
    Some(row.join("\t"))
}

fn fields(value: &serde_json::Value, row: &mut Vec<String>) {
    match value {
        serde_json::Value::Array(values) => values.iter().for_each(|value| fields(value, row)),
        serde_json::Value::String(text) => row.push(text.clone()),
        value => row.push(value.to_string()),
    }
}

fn is_close(x: &str, y: &str) -> bool {
    let same = |(x, y): (&str, &str)| match (x.parse::<f64>(), y.parse::<f64>()) {
        _ if x == y => true,
        (Ok(x), Ok(y)) => (x - y).abs() <= 1e-9 * x.abs().max(y.abs()),
        _ => false,
    };
    x == y
        || x.split('\t').count() == y.split('\t').count()
            && x.split('\t').zip(y.split('\t')).all(same)
}
