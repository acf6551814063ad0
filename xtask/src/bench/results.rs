//! `benches/RESULTS.md`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::Figures;
use super::claims::{self, Claim};
use super::measure::{Failure, INLINE, Measured, NAIVE, ONE_WORKER, OURS};
use super::peers::PEERS;
use super::plot::plot;
use super::rivals::Built;
use super::row::Against;
use super::run::Run;
use crate::trouble::Trouble;

/// What people write about the figures, which this command keeps.
const NOTES: &str = "NOTES.md";

/// Writes all that was measured.
pub(super) fn write(folder: &Path, figures: &Figures, built: &Built) -> Result<(), Trouble> {
    let mut page = head(built);
    for trouble in &figures.troubles {
        let _ = writeln!(page, "**Not measured:** {trouble}\n");
    }
    page.push_str(&table(&figures.rows));
    page.push_str(
        "\n![ratios to limit](results.svg)\n\n## Beside others\n\n\
         Wall time as a ratio to `limit`. Where a size is given, more would take too long, and the ratio is to `limit` on as much. What\n\
         takes longer than 2 s (ours and `naive`: 10 s) isn't run again. A dash: not asked, because it can't say it in a query or a line of shell, or\n\
         because the row is about something of our own. What is sorted comes in the order of its keys, as ours always does.\n\n",
    );
    page.push_str(&others(&figures.rows));
    let of_rows = claims::of_rows(&figures.rows);
    let claims: Vec<&Claim> = of_rows.iter().chain(&figures.claims.list).collect();
    if !claims.is_empty() {
        page.push_str(
            "\n## Of one worker, memory and growth\n\n| | asked | found | |\n|---|---|---|---|\n",
        );
    }
    for claim in claims {
        let verdict = if claim.holds { "✓" } else { "**no**" };
        let _ = writeln!(
            page,
            "| {} | {} | {} | {verdict} |",
            claim.about, claim.asked, claim.found
        );
    }
    if let Ok(notes) = fs::read_to_string(folder.join(NOTES)) {
        let _ = write!(page, "\n{notes}");
    }
    page.push_str(&all_runs(figures));
    for (name, text) in [("RESULTS.md", page), ("results.svg", plot(&figures.rows))] {
        let path = folder.join(name);
        fs::write(&path, text).map_err(Trouble::failed(format!("write `{}`", path.display())))?;
    }
    Ok(())
}

fn head(built: &Built) -> String {
    let mut head = format!(
        "# Results\n\nWritten by `cargo xtask bench`; rows are in `xtask/src/bench/row.rs`, jobs in `benches/jobs`, what they are\n\
         compared with in `benches/rivals`.\n\n{}",
        machine()
    );
    let _ = match &built.prose {
        Ok(_) => writeln!(
            head,
            "- text: documentation from Debian's packages in seven languages (`benches/rivals/prose.py`); the rest is made up, the same bytes everywhere"
        ),
        Err(why) => writeln!(
            head,
            "- text: made up, because the real one isn't here: {why}"
        ),
    };
    let versions = &built.peers.versions;
    if !versions.is_empty() {
        let _ = writeln!(head, "- others: {}", versions.join("; "));
    }
    for (name, why) in &built.peers.missing {
        let _ = writeln!(head, "- without {name}: {why}");
    }
    head.push_str(
        "\nAll contenders of a row run in turns, and a ratio is the median of those of runs of the same turn. `limit` is what a\n\
         specialist would write by hand for this workload alone, with two threads; `naive` what one writes first, with one. Ratios\n\
         are to `limit` unless said otherwise; those of processor time are in brackets. Each answer is compared with `limit`'s.\n\n",
    );
    head
}

fn table(measured: &[Measured]) -> String {
    let mut table = String::from(
        "| workload | size | yardstick s | mrjob s | ratio | floor | target | |\n|---|---|---|---|---|---|---|---|\n",
    );
    for measured in measured {
        let Measured { row, size, .. } = measured;
        let (Some(yardstick), Some(ours)) = (measured.contenders.first(), measured.contender(OURS))
        else {
            continue;
        };
        let wall = ours.median(|run| run.wall).unwrap_or_default();
        let cpu = ours.ratio(|run| run.cpu).unwrap_or_default();
        let ratio = match row.against {
            Against::Milliseconds => wall * 1000.0,
            _ => ours.ratio(|run| run.wall).unwrap_or_default(),
        };
        let of = match row.against {
            Against::Limit => format!(" ({cpu:.2})"),
            Against::Row(name) => format!(" × {name} ({cpu:.2})"),
            Against::Milliseconds => " ms".to_owned(),
        };
        let verdict = match ratio {
            ratio if ratio > row.floor * 1.05 => "**above its floor**",
            ratio if ratio > row.target * 1.05 => "",
            _ => "✓",
        };
        let _ = writeln!(
            table,
            "| {} {} | {size} | {} | {} | {ratio:.2}{of} | {} | {} | {verdict} |",
            row.name,
            row.about,
            seconds(yardstick.median(|run| run.wall).unwrap_or_default()),
            seconds(wall),
            row.floor,
            row.target,
        );
    }
    table
}

/// Ratios of all contenders.
fn others(measured: &[Measured]) -> String {
    let mut columns = vec![OURS, ONE_WORKER, INLINE, NAIVE];
    for peer in &PEERS {
        if !columns.contains(&peer.name) {
            columns.push(peer.name);
        }
    }
    let mut text = format!("| | {} |\n|---|", columns.join(" | "));
    text.push_str(&"---|".repeat(columns.len()));
    text.push('\n');
    let mut failures = String::new();
    for measured in measured {
        let of = match measured.row.against {
            Against::Row(name) => format!(", × {name}"),
            _ => String::new(),
        };
        let _ = write!(text, "| {}{of} |", measured.row.name);
        for column in &columns {
            let mut cells = Vec::new();
            for contender in &measured.contenders[1..] {
                let Some(variant) = contender.name.strip_prefix(column) else {
                    continue;
                };
                // `mrjob` is the beginning of another name, too.
                if *column == OURS && !variant.is_empty() {
                    continue;
                }
                let figure = match (contender.ratio(|run| run.wall), &contender.trouble) {
                    (_, Some(Failure::Failed(why))) => {
                        let _ = writeln!(
                            failures,
                            "- {} failed at {}: {why}",
                            contender.name, measured.row.name
                        );
                        "failed".to_owned()
                    }
                    (Some(ratio), trouble) => {
                        let mut figure = format!("{ratio:.2}");
                        if let Some(Failure::Differs(what)) = trouble {
                            let _ = writeln!(
                                failures,
                                "- {}'s answer to {} isn't `limit`'s: {}",
                                contender.name,
                                measured.row.name,
                                what.lines().next().unwrap_or_default()
                            );
                            figure.push_str(" (another answer)");
                        }
                        figure
                    }
                    (None, _) => continue,
                };
                let size = contender
                    .size
                    .map_or(String::new(), |size| format!(" at {size}"));
                cells.push(format!("{figure}{variant}{size}"));
            }
            let cell = if cells.is_empty() {
                "–".to_owned()
            } else {
                cells.join(", ")
            };
            let _ = write!(text, " {cell} |");
        }
        text.push('\n');
    }
    if !failures.is_empty() {
        let _ = write!(text, "\n{failures}");
    }
    text
}

fn all_runs(figures: &Figures) -> String {
    let mut text = String::from(
        "\n## Runs\n\nSeconds of wall time and of processor time, and the most anonymous memory in MiB.\n\n\
         | | | wall | processor | memory |\n|---|---|---|---|---|\n",
    );
    let mut line = |row: &str, name: &str, runs: &[Run]| {
        let list = |of: fn(&Run) -> f64| {
            let all: Vec<String> = runs.iter().map(|run| seconds(of(run))).collect();
            all.join(" ")
        };
        let (wall, cpu) = (list(|run| run.wall), list(|run| run.cpu));
        let peak = runs
            .iter()
            .map(|run| run.peak >> 20)
            .max()
            .unwrap_or_default();
        let _ = writeln!(text, "| {row} | {name} | {wall} | {cpu} | {peak} |");
    };
    for measured in &figures.rows {
        for contender in &measured.contenders {
            let runs: Vec<Run> = contender.runs.iter().map(|(run, _)| *run).collect();
            let name = match contender.size {
                Some(size) => format!("{} at {size}", contender.name),
                None => contender.name.clone(),
            };
            if !runs.is_empty() {
                line(measured.row.name, &name, &runs);
            }
            if contender.size.is_some() && !runs.is_empty() {
                let yards: Vec<Run> = contender.runs.iter().map(|(_, yard)| *yard).collect();
                line(measured.row.name, "its `limit`", &yards);
            }
        }
    }
    for extra in &figures.claims.extra {
        line("", &extra.name, &extra.runs);
    }
    text
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::measure::Contender;
    use crate::bench::row::ROWS;

    fn runs(name: &str, walls: [(f64, f64); 3]) -> Contender {
        let run = |wall| Run {
            wall,
            cpu: wall,
            peak: 0,
        };
        Contender {
            name: name.to_owned(),
            size: None,
            runs: walls.map(|(wall, yard)| (run(wall), run(yard))).to_vec(),
            trouble: None,
        }
    }

    fn measured(contenders: Vec<Contender>) -> Vec<Measured> {
        vec![Measured {
            row: &ROWS[0],
            size: "1g".to_owned(),
            contenders,
        }]
    }

    #[test]
    fn a_ratio_is_of_runs_of_the_same_turn() {
        let ours = runs(OURS, [(2.0, 1.0), (40.0, 10.0), (3.0, 2.0)]);
        assert_eq!(ours.ratio(|run| run.wall), Some(2.0));
    }

    #[test]
    fn a_row_above_its_floor_says_so() {
        let row = |wall| {
            let limit = runs("limit", [(1.0, 1.0); 3]);
            table(&measured(vec![limit, runs(OURS, [(wall, 1.0); 3])]))
        };
        assert!(row(2.2).contains("| 2.20 (2.20) | 2 | 1.2 | **above its floor** |"));
        assert!(row(1.5).contains("| 1.50 (1.50) | 2 | 1.2 |  |"));
        assert!(row(1.2).contains("| ✓ |"));
    }

    #[test]
    fn a_contender_that_failed_is_said_to_have() {
        let mut polars = runs("Polars", [(1.0, 1.0); 3]);
        polars.runs.clear();
        polars.trouble = Some(Failure::Failed("exit status: 1: no such query".to_owned()));
        let duck = runs("DuckDB sorted", [(3.0, 1.0); 3]);
        let mut python = runs("mrjob (Python)", [(50.0, 1.0); 3]);
        python.size = Some("10m");
        let limit = runs("limit", [(1.0, 1.0); 3]);
        let ours = runs(OURS, [(1.2, 1.0); 3]);
        let text = others(&measured(vec![limit, ours, duck, polars, python]));
        assert!(
            text.contains("| W1w | 1.20 | – | – | – | 3.00 sorted | failed | – | 50.00 at 10m |"),
            "{text}"
        );
        assert!(
            text.contains("- Polars failed at W1w: exit status: 1: no such query"),
            "{text}"
        );
    }
}
