//! What is claimed of a job beside its time on a row: of one worker, of memory, of growth.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;

use super::measure::{INLINE, Measured, NAIVE, ONE_WORKER, OURS, median};
use super::rivals::Built;
use super::row::{Against, ROWS, Row};
use super::run::{Run, Scratch, clear, timed};
use crate::trouble::Trouble;

/// What is claimed, and what was found.
pub(super) struct Claim {
    pub(super) about: String,
    pub(super) asked: String,
    pub(super) found: String,
    pub(super) holds: bool,
}

/// Runs of a claim for the list of all runs.
pub(super) struct Extra {
    pub(super) name: String,
    pub(super) runs: Vec<Run>,
}

/// Claims, and the runs that were made for them.
#[derive(Default)]
pub(super) struct Claims {
    pub(super) list: Vec<Claim>,
    pub(super) extra: Vec<Extra>,
}

/// What is claimed of the rows' own runs.
pub(super) fn of_rows(measured: &[Measured]) -> Vec<Claim> {
    let by_hand = |row: &&Measured| row.row.against == Against::Limit;
    let rows: Vec<&Measured> = measured.iter().filter(by_hand).collect();
    let some: Vec<&Measured> = measured
        .iter()
        .filter(|row| ["W1w", "W3", "W4"].contains(&row.row.name))
        .collect();
    let claims = [
        compared(
            "one worker beats `naive`, which has one thread",
            &rows,
            ONE_WORKER,
            NAIVE,
            Bound::Most(1.0),
        ),
        compared(
            "two workers beside one, on W1w, W3 and W4",
            &some,
            ONE_WORKER,
            OURS,
            Bound::Least(1.7),
        ),
        compared(
            "`-r inline` beside one worker",
            &rows,
            INLINE,
            ONE_WORKER,
            Bound::Most(1.15),
        ),
    ];
    claims.into_iter().flatten().collect()
}

#[derive(Clone, Copy)]
enum Bound {
    Most(f64),
    Least(f64),
}

impl Bound {
    fn holds(self, figure: f64) -> bool {
        match self {
            Bound::Most(most) => figure <= most * 1.05,
            Bound::Least(least) => figure >= least / 1.05,
        }
    }

    fn text(self) -> String {
        match self {
            Bound::Most(most) => format!("at most {most} ×"),
            Bound::Least(least) => format!("at least {least} ×"),
        }
    }
}

/// One contender's time divided by another's, row by row.
fn compared(
    about: &str,
    rows: &[&Measured],
    one: &str,
    other: &str,
    bound: Bound,
) -> Option<Claim> {
    let (mut holds, mut found) = (true, Vec::new());
    for row in rows {
        let (Some(one), Some(other)) = (row.contender(one), row.contender(other)) else {
            continue;
        };
        let Some(figure) = one.beside(other) else {
            continue;
        };
        holds &= bound.holds(figure);
        found.push(format!("{} {figure:.2}", row.row.name));
    }
    (!found.is_empty()).then(|| Claim {
        about: about.to_owned(),
        asked: bound.text(),
        found: found.join(", "),
        holds,
    })
}

/// Measures memory and growth.
pub(super) fn measure(built: &Built, size: Option<&str>, largest: bool) -> Result<Claims, Trouble> {
    let mut claims = Claims::default();
    let size = size.unwrap_or("1g");
    let ring = Ring {
        built,
        scratch: &Scratch::new()?,
    };
    for (name, budget) in [("W4", 512), ("W1w", 256), ("W1w", 64)] {
        ring.within_budget(&mut claims, row(name), size, budget)?;
    }
    ring.by_key(&mut claims, size)?;
    if size != "1g" {
        return Ok(claims);
    }
    for name in ["W1w", "W4"] {
        ring.growth(&mut claims, row(name), largest)?;
    }
    Ok(claims)
}

fn row(name: &str) -> &'static Row {
    let row = ROWS.iter().find(|row| row.name == name);
    row.expect("claims name rows")
}

struct Ring<'a> {
    built: &'a Built,
    scratch: &'a Scratch,
}

impl Ring<'_> {
    /// Runs one of our jobs, and leaves its output to `look` for a moment.
    fn run(
        &self,
        row: &Row,
        size: &str,
        options: &[&str],
        look: impl FnOnce(&Path) -> Result<(), Trouble>,
    ) -> Result<Run, Trouble> {
        let out = self.scratch.0.join(OURS);
        let inputs = row.data.iter().map(|kind| self.built.data(kind, size));
        let inputs = inputs.collect::<Result<Vec<_>, _>>()?;
        let run = timed(self.built.job(row.job, options, &inputs, &out));
        let run = run.map_err(|why| Trouble::Failed(format!("{} at {size}: {why}", row.name)))?;
        look(&out)?;
        clear(&out)?;
        Ok(run)
    }

    fn within_budget(
        &self,
        claims: &mut Claims,
        row: &Row,
        size: &str,
        budget: u64,
    ) -> Result<(), Trouble> {
        let memory = format!("{budget}M");
        let run = self.run(row, size, &["--memory", &memory], |_| Ok(()))?;
        let ratio = run.peak as f64 / (budget << 20) as f64;
        claims.list.push(Claim {
            about: format!(
                "peak of anonymous memory, {} at {size} with `--memory {memory}`",
                row.name
            ),
            asked: "at most 1.1 × what was said".to_owned(),
            found: format!("{} MiB, {ratio:.2} ×, in {:.1} s", run.peak >> 20, run.wall),
            holds: ratio <= 1.1,
        });
        claims.extra.push(Extra {
            name: format!("{} {size} --memory {memory}", row.name),
            runs: vec![run],
        });
        Ok(())
    }

    /// What a key costs: the peak of a run, divided by keys that its workers had.
    fn by_key(&self, claims: &mut Claims, size: &str) -> Result<(), Trouble> {
        let (row, mut keys, mut long) = (row("W1w"), 0, 0);
        let run = self.run(row, size, &["--num-cores", "1"], |out| {
            (keys, long) = words(out)?;
            Ok(())
        })?;
        let each = run.peak.saturating_sub(long) as f64 / keys.max(1) as f64;
        claims.list.push(Claim {
            about: "peak of anonymous memory for each distinct word of W1w, one worker".to_owned(),
            asked: "at most 64 bytes and those of the key beyond 16".to_owned(),
            found: format!(
                "{each:.0} bytes; {keys} words, {long} bytes of longer ones, {} MiB",
                run.peak >> 20
            ),
            holds: each <= 64.0,
        });
        claims.extra.push(Extra {
            name: format!("W1w {size} one worker"),
            runs: vec![run],
        });
        Ok(())
    }

    fn growth(&self, claims: &mut Claims, row: &Row, largest: bool) -> Result<(), Trouble> {
        let sizes = [
            ("10m", 0.01, 5),
            ("100m", 0.1, 3),
            ("1g", 1.0, 3),
            ("10g", 10.0, 1),
        ];
        let sizes = &sizes[..if largest { 4 } else { 3 }];
        let (mut last, mut steepest, mut found) = (None, 0.0_f64, Vec::new());
        for (size, gigabytes, times) in sizes {
            let runs = (0..*times).map(|_| self.run(row, size, &[], |_| Ok(())));
            let runs = runs.collect::<Result<Vec<Run>, _>>()?;
            let wall = median(runs.iter().map(|run| run.wall)).unwrap_or_default();
            let per_gigabyte = wall / gigabytes;
            if let Some(last) = last.replace(per_gigabyte) {
                steepest = steepest.max(per_gigabyte / last);
            }
            found.push(format!("{size} {wall:.2} s"));
            claims.extra.push(Extra {
                name: format!("{} {size}", row.name),
                runs,
            });
        }
        claims.list.push(Claim {
            about: format!("time of {} by size", row.name),
            asked: "ten times the data, at most 11.5 times the time".to_owned(),
            found: format!("{}; at most {:.1} times", found.join(", "), steepest * 10.0),
            holds: steepest <= 1.15,
        });
        Ok(())
    }
}

/// How many words a count of words has, and the bytes of those of more than 16.
fn words(out: &Path) -> Result<(u64, u64), Trouble> {
    let (mut keys, mut long) = (0, 0);
    for file in fs::read_dir(out).map_err(Trouble::failed("list the output"))? {
        let path = file.map_err(Trouble::failed("list the output"))?.path();
        let is_part = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("part-"));
        if !is_part {
            continue;
        }
        let file = fs::File::open(&path).map_err(Trouble::failed("read the output"))?;
        for line in BufReader::new(file).split(b'\n') {
            let line = line.map_err(Trouble::failed("read the output"))?;
            let word = line
                .iter()
                .position(|&byte| byte == b'\t')
                .unwrap_or(line.len());
            keys += 1;
            long += if word > 16 { word as u64 } else { 0 };
        }
    }
    Ok((keys, long))
}
