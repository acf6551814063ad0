//! `cargo xtask bench`: the jobs of `benches/` beside what a specialist would write by hand, and beside other engines.
//!
//! | module | what is in it |
//! |---|---|
//! | `row` | the workloads, and what is asked of them |
//! | `rivals` | our jobs, our own yardsticks, and the data |
//! | `peers` | engines and tools that other people make |
//! | `measure` | the runs of a row: in turns, with answers that are checked |
//! | `run` | one run of a command: its times, its memory, its end |
//! | `claims` | what is claimed beside the rows: of one worker, of memory, of growth |
//! | `hadoop` | word count and sort on a cluster, beside Java's own examples |
//! | `results`, `plot` | `benches/RESULTS.md` and its picture |

mod claims;
mod hadoop;
mod measure;
mod peers;
mod plot;
mod results;
mod rivals;
mod row;
mod run;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::command::root;
use crate::trouble::Trouble;
use claims::Claims;
use measure::Measured;
use rivals::Built;
use row::{ROWS, Row};

/// Runs of each contender, in turns.
const PAIRS: usize = 7;
const CLUSTER_RUNS: usize = 3;
const CLUSTER_SIZES: [&str; 2] = ["500m", "2g"];

/// What stands for the claims among the names of rows.
const CLAIMS: &str = "claims";

/// What was typed.
struct Options {
    rows: Vec<&'static Row>,
    claims: bool,
    /// In the place of the rows' own sizes.
    size: Option<String>,
    pairs: usize,
    peers: bool,
    /// On a cluster instead.
    hadoop: bool,
    /// Whether growth is measured up to 10 GB.
    largest: bool,
}

/// All that was measured.
#[derive(Default)]
struct Figures {
    rows: Vec<Measured>,
    claims: Claims,
    /// What went wrong with rows.
    troubles: Vec<String>,
}

/// `cargo xtask bench [OPTION]...`; what is wrong where that isn't what was typed.
pub(crate) fn main(arguments: &[String]) -> Result<ExitCode, String> {
    let options = Options::of(arguments)?;
    Ok(match run(&options) {
        Ok(figures) if figures.troubles.is_empty() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
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
            claims: true,
            size: None,
            pairs: 0,
            peers: true,
            hadoop: false,
            largest: false,
        };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("`{word}` takes a value"));
            match word.as_str() {
                "--rows" => {
                    let names: Vec<&str> = value()?.split(',').collect();
                    options.claims = names.contains(&CLAIMS);
                    options.rows = rows(&names)?;
                }
                "--size" => options.size = Some(size(value()?)?),
                "--pairs" => options.pairs = pairs(value()?)?,
                "--hadoop" => options.hadoop = true,
                "--no-peers" => options.peers = false,
                "--largest" => options.largest = true,
                _ => return Err(format!("`bench` has no option `{word}`")),
            }
        }
        if options.pairs == 0 {
            options.pairs = if options.hadoop { CLUSTER_RUNS } else { PAIRS };
        }
        Ok(options)
    }
}

fn rows(names: &[&str]) -> Result<Vec<&'static Row>, String> {
    let row = |name: &&str| {
        let found = ROWS.iter().find(|row| row.name == *name);
        found.ok_or_else(|| {
            let all: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
            format!(
                "there is no row `{name}`; hint: {}, {CLAIMS}",
                all.join(", ")
            )
        })
    };
    let names = names.iter().filter(|name| **name != CLAIMS);
    names.map(row).collect()
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
fn run(options: &Options) -> Result<Figures, Trouble> {
    let cache = crate::cache::folder()?.join("bench");
    fs::create_dir_all(&cache).map_err(Trouble::failed(format!("make `{}`", cache.display())))?;
    let built = Built::new(&cache, options.peers && !options.hadoop)?;
    let mut figures = Figures::default();
    if options.hadoop {
        let sizes = match options.size.as_deref() {
            Some(size) => &[size][..],
            None => &CLUSTER_SIZES,
        };
        hadoop::run(&built, &cache, sizes, options.pairs)?;
        eprintln!("wrote {}", bench_folder().join("HADOOP.md").display());
        return Ok(figures);
    }
    for row in &options.rows {
        let size = options.size.as_deref().unwrap_or(row.size);
        let size = if row.fixed { row.size } else { size };
        eprintln!("{} at {size}: {}", row.name, row.about);
        match measure::row(row, size, options.pairs, &built) {
            Ok(measured) => figures.rows.push(measured),
            Err(trouble) => figures.note(&trouble),
        }
        results::write(&bench_folder(), &figures, &built)?;
    }
    if options.claims {
        eprintln!("claims");
        match claims::measure(&built, options.size.as_deref(), options.largest) {
            Ok(claims) => figures.claims = claims,
            Err(trouble) => figures.note(&trouble),
        }
        results::write(&bench_folder(), &figures, &built)?;
    }
    eprintln!("wrote {}", bench_folder().join("RESULTS.md").display());
    Ok(figures)
}

impl Figures {
    fn note(&mut self, trouble: &Trouble) {
        eprintln!("error: {trouble}");
        self.troubles.push(trouble.to_string());
    }
}

fn bench_folder() -> PathBuf {
    root().join("benches")
}

/// A path as an argument.
fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
