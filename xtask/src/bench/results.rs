//! `benches/RESULTS.md` and its plot.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::measure::{Contender, INLINE, Measured, NAIVE, ONE_WORKER, OURS, Run};
use super::rivals::{Built, PEERS};
use super::row::Against;
use crate::trouble::Trouble;

/// What people write about the figures, which this command keeps.
const NOTES: &str = "NOTES.md";

/// Writes all that was measured.
pub(super) fn write(folder: &Path, measured: &[Measured], built: &Built) -> Result<(), Trouble> {
    let notes = fs::read_to_string(folder.join(NOTES)).unwrap_or_default();
    let page = page(measured, built, &notes);
    for (name, text) in [("RESULTS.md", page), ("results.svg", plot(measured))] {
        let path = folder.join(name);
        fs::write(&path, text).map_err(Trouble::failed(format!("write `{}`", path.display())))?;
    }
    Ok(())
}

fn page(measured: &[Measured], built: &Built, notes: &str) -> String {
    let mut page = format!(
        "# Results\n\nWritten by `cargo xtask bench`; rows are in `xtask/src/bench/row.rs`, jobs in `benches/jobs`, what they are\n\
         compared with in `benches/rivals`.\n\n{}",
        machine()
    );
    if let Err(why) = &built.python {
        let _ = writeln!(page, "- no peers: {why}");
    }
    page.push_str(
        "\nEach figure is a median of paired runs: all contenders of a row run in turns, and a ratio is that of two runs of the same\n\
         turn. `limit` is what a specialist would write by hand for this workload alone, with two threads; `naive` what one writes\n\
         first, with one. Ratios are to `limit` unless said otherwise; those of ours in processor time are in brackets. Answers are\n\
         checked against `limit`'s.\n\n![ratios to limit](results.svg)\n\n",
    );
    page.push_str(&table(measured));
    page.push_str("\n## Runs\n\nSeconds of wall time, and of processor time.\n\n| | | wall | processor |\n|---|---|---|---|\n");
    for Measured {
        row, contenders, ..
    } in measured
    {
        for contender in contenders {
            let list = |of: fn(&Run) -> f64| {
                let all: Vec<String> = contender.runs.iter().map(|run| seconds(of(run))).collect();
                all.join(" ")
            };
            let (wall, cpu) = (list(|run| run.wall), list(|run| run.cpu));
            let _ = writeln!(
                page,
                "| {} | {} | {wall} | {cpu} |",
                row.name, contender.name
            );
        }
    }
    for Measured {
        row, contenders, ..
    } in measured
    {
        for contender in contenders {
            if let Some(what) = &contender.differs {
                let what = what.lines().next().unwrap_or_default();
                let _ = writeln!(
                    page,
                    "\n{}'s answer to {} isn't `limit`'s: {what}.",
                    contender.name, row.name
                );
            }
        }
    }
    if !notes.is_empty() {
        let _ = write!(page, "\n{notes}");
    }
    page
}

fn table(measured: &[Measured]) -> String {
    let mut table = String::from(
        "| workload | size | yardstick s | mrjob s | ratio | floor | target | | one worker | inline | naive |",
    );
    for (name, _) in PEERS {
        let _ = write!(table, " {name} |");
    }
    table.push_str("\n|---|---|---|---|---|---|---|---|---|---|---|");
    table.push_str(&"---|".repeat(PEERS.len()));
    table.push('\n');
    for measured in measured {
        let Measured {
            row,
            size,
            contenders,
        } = measured;
        let yardstick = &contenders[0];
        let ours = contender(measured, OURS);
        let wall = ours.map_or(0.0, |ours| median(ours.runs.iter().map(|run| run.wall)));
        let ratio = ours_to_floor(measured);
        let of = match row.against {
            Against::Limit => String::new(),
            Against::Row(name) => format!(" × {name}"),
            Against::Milliseconds => " ms".to_owned(),
        };
        let cpu = match (row.against, ours) {
            (Against::Milliseconds, _) | (_, None) => String::new(),
            (_, Some(ours)) => format!(" ({:.2})", paired(ours, yardstick, |run| run.cpu)),
        };
        let verdict = match ratio {
            ratio if ratio > row.floor => "**above its floor**",
            ratio if ratio > row.target * 1.05 => "",
            _ => "✓",
        };
        let _ = write!(
            table,
            "| {} {} | {size} | {} | {} | {ratio:.2}{of}{cpu} | {} | {} | {verdict} |",
            row.name,
            row.about,
            seconds(median(yardstick.runs.iter().map(|run| run.wall))),
            seconds(wall),
            row.floor,
            row.target,
        );
        let others = [ONE_WORKER, INLINE, NAIVE].into_iter();
        for name in others.chain(PEERS.map(|(name, _)| name)) {
            let cell = match contender(measured, name) {
                Some(other) => format!("{:.2}", paired(other, yardstick, |run| run.wall)),
                None => String::new(),
            };
            let _ = write!(table, " {cell} |");
        }
        table.push('\n');
    }
    table
}

fn contender<'a>(measured: &'a Measured, name: &str) -> Option<&'a Contender> {
    measured
        .contenders
        .iter()
        .find(|contender| contender.name == name)
}

/// What the floor is of.
fn ours_to_floor(measured: &Measured) -> f64 {
    let Some(ours) = contender(measured, OURS) else {
        return 0.0;
    };
    match measured.row.against {
        Against::Milliseconds => 1000.0 * median(ours.runs.iter().map(|run| run.wall)),
        _ => paired(ours, &measured.contenders[0], |run| run.wall),
    }
}

/// The median of the ratios of runs of the same turn.
fn paired(one: &Contender, other: &Contender, of: fn(&Run) -> f64) -> f64 {
    let pairs = one.runs.iter().zip(&other.runs);
    median(pairs.map(|(one, other)| of(one) / of(other).max(0.001)))
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    match figures.len() {
        0 => 0.0,
        n if n % 2 == 1 => figures[n / 2],
        n => f64::midpoint(figures[n / 2 - 1], figures[n / 2]),
    }
}

fn seconds(figure: f64) -> String {
    match figure {
        figure if figure < 0.1 => format!("{figure:.4}"),
        figure if figure < 10.0 => format!("{figure:.2}"),
        figure => format!("{figure:.1}"),
    }
}

fn machine() -> String {
    let line = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(name));
        let value = line.and_then(|line| line.split_once(':'));
        value.map_or("unknown".to_owned(), |(_, value)| value.trim().to_owned())
    };
    let said = |program: &str, argument: &str| {
        let output = Command::new(program).arg(argument).output();
        let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
        text.unwrap_or_else(|_| "unknown".to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    format!(
        "- machine: {}, {cores} cores, {} of memory, Linux {}\n- {}\n- command: `cargo xtask {}`\n",
        line("/proc/cpuinfo", "model name"),
        line("/proc/meminfo", "MemTotal"),
        said("uname", "-r"),
        said("rustc", "--version"),
        arguments.join(" "),
    )
}

/// Bars of ratios to `limit`, shorter is better. The axis ends at 10; longer bars say how long.
fn plot(measured: &[Measured]) -> String {
    const LEFT: f64 = 150.0;
    const UNIT: f64 = 60.0;
    const BAR: f64 = 12.0;
    const ENDS: f64 = 10.0;
    let mut body = String::new();
    let mut y = 30.0;
    for measured in measured {
        if measured.row.against != Against::Limit {
            continue;
        }
        let _ = writeln!(
            body,
            "<text x=\"8\" y=\"{}\" font-weight=\"bold\">{}</text>",
            y + 10.0,
            measured.row.name
        );
        for other in &measured.contenders[1..] {
            let ratio = paired(other, &measured.contenders[0], |run| run.wall);
            let (width, colour) = (ratio.min(ENDS) * UNIT, colour(other.name));
            let _ = writeln!(
                body,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text><rect x=\"{LEFT}\" y=\"{y}\" width=\"{width:.1}\" height=\"{}\" fill=\"{colour}\"/>\
                 <text x=\"{:.1}\" y=\"{}\">{ratio:.2}</text>",
                LEFT - 6.0,
                y + 10.0,
                other.name,
                BAR - 2.0,
                LEFT + width + 4.0,
                y + 10.0,
            );
            y += BAR;
        }
        y += 10.0;
    }
    let one = LEFT + UNIT;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{y}\" font-family=\"sans-serif\" font-size=\"10\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"8\" y=\"16\">wall time as a ratio to limit; shorter is better</text>\n{body}\
         <line x1=\"{one}\" x2=\"{one}\" y1=\"24\" y2=\"{y}\" stroke=\"black\" stroke-dasharray=\"3 2\"/>\n</svg>\n",
        LEFT + ENDS * UNIT + 60.0
    )
}

fn colour(name: &str) -> &'static str {
    match name {
        OURS => "#1f5fbf",
        ONE_WORKER | INLINE => "#8fb3e6",
        NAIVE => "#bbbbbb",
        _ => "#e08a3c",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::row::ROWS;

    fn runs(name: &'static str, walls: [f64; 3]) -> Contender {
        Contender {
            name,
            runs: walls.map(|wall| Run { wall, cpu: wall }).to_vec(),
            differs: None,
        }
    }

    #[test]
    fn a_ratio_is_of_runs_of_the_same_turn() {
        let (ours, limit) = (
            runs(OURS, [2.0, 40.0, 3.0]),
            runs("limit", [1.0, 10.0, 2.0]),
        );
        assert_eq!(paired(&ours, &limit, |run| run.wall), 2.0);
    }

    #[test]
    fn a_row_above_its_floor_says_so() {
        let measured = |walls| Measured {
            row: &ROWS[0],
            size: "1g".to_owned(),
            contenders: vec![runs("limit", [1.0; 3]), runs(OURS, walls)],
        };
        assert!(
            table(&[measured([2.1; 3])])
                .contains("| 2.10 (2.10) | 2 | 1.2 | **above its floor** |")
        );
        assert!(table(&[measured([1.5; 3])]).contains("| 1.50 (1.50) | 2 | 1.2 |  |"));
        assert!(table(&[measured([1.2; 3])]).contains("| ✓ |"));
    }
}
