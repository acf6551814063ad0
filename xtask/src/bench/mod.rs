//! `cargo xtask bench`: the jobs of `benches/` beside what a specialist would write by hand, and beside other engines.
//!
//! | module | what is in it |
//! |---|---|
//! | `row` | the workloads, and what is asked of them |
//! | `rivals` | what they are compared with: our own yardsticks, and engines from Python's package index |
//! | `measure` | runs in turns, their times, and whether the answers are the same |
//! | `hadoop` | word count and sort on a cluster, beside Java's own examples |
//! | `results` | `benches/RESULTS.md` and its plot |

mod hadoop;
mod measure;
mod results;
mod rivals;
mod row;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::command::root;
use crate::trouble::Trouble;
use measure::Measured;
use rivals::Built;
use row::{ROWS, Row};

/// Runs of each contender, in turns.
const PAIRS: usize = 7;
const CLUSTER_RUNS: usize = 3;

/// What was typed.
struct Options {
    rows: Vec<&'static Row>,
    /// In the place of the rows' own sizes.
    size: Option<String>,
    pairs: usize,
    peers: bool,
    /// On a cluster instead.
    hadoop: bool,
}

/// `cargo xtask bench [OPTION]...`; what is wrong where that isn't what was typed.
pub(crate) fn main(arguments: &[String]) -> Result<ExitCode, String> {
    let options = Options::of(arguments)?;
    Ok(match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("error: {trouble}");
            ExitCode::FAILURE
        }
    })
}

impl Options {
    fn of(arguments: &[String]) -> Result<Self, String> {
        let mut options = Options {
            rows: ROWS.iter().collect(),
            size: None,
            pairs: 0,
            peers: true,
            hadoop: false,
        };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("`{word}` takes a value"));
            match word.as_str() {
                "--rows" => options.rows = rows(value()?)?,
                "--size" => options.size = Some(size(value()?)?),
                "--pairs" => options.pairs = pairs(value()?)?,
                "--hadoop" => options.hadoop = true,
                "--no-peers" => options.peers = false,
                _ => return Err(format!("`bench` has no option `{word}`")),
            }
        }
        if options.pairs == 0 {
            options.pairs = if options.hadoop { CLUSTER_RUNS } else { PAIRS };
        }
        Ok(options)
    }
}

fn rows(names: &str) -> Result<Vec<&'static Row>, String> {
    let row = |name| {
        let found = ROWS.iter().find(|row| row.name == name);
        found.ok_or_else(|| {
            let all: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
            format!("there is no row `{name}`; hint: {}", all.join(", "))
        })
    };
    names.split(',').map(row).collect()
}

fn size(text: &str) -> Result<String, String> {
    let digits = text.strip_suffix(['k', 'm', 'g']).unwrap_or_default();
    match digits.parse::<u32>() {
        Ok(1..) => Ok(text.to_owned()),
        _ => Err(format!("`{text}` is no size such as `100m` or `1g`")),
    }
}

fn pairs(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|&number| number > 0);
    number.ok_or_else(|| format!("`{text}` is no number of runs"))
}

/// Builds, makes the data, measures, and writes after each row, so that what was measured isn't lost.
fn run(options: &Options) -> Result<(), Trouble> {
    let cache = crate::cache::folder()?.join("bench");
    fs::create_dir_all(&cache).map_err(Trouble::failed(format!("make `{}`", cache.display())))?;
    let built = Built::new(&cache, options.peers && !options.hadoop)?;
    if options.hadoop {
        let size = options.size.as_deref().unwrap_or("500m");
        hadoop::run(&built, &cache, size, options.pairs)?;
        eprintln!("wrote {}", bench_folder().join("HADOOP.md").display());
        return Ok(());
    }
    let mut measured: Vec<Measured> = Vec::new();
    for row in &options.rows {
        let size = options.size.as_deref().unwrap_or(row.size);
        let size = if row.fixed { row.size } else { size };
        eprintln!("{} at {size}: {}", row.name, row.about);
        measured.push(measure::row(row, size, options.pairs, &built)?);
        results::write(&bench_folder(), &measured, &built)?;
    }
    eprintln!("wrote {}", bench_folder().join("RESULTS.md").display());
    Ok(())
}

fn bench_folder() -> PathBuf {
    root().join("benches")
}

/// A path as an argument.
fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
