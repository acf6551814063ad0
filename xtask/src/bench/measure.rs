//! The runs of a row: in turns, with answers that are checked.

use std::path::PathBuf;
use std::process::Command;

use super::peers::Peer;
use super::rivals::Built;
use super::row::{Against, ROWS, Row};
use super::run::{Group, Run, Scratch, clear, timed};
use crate::trouble::Trouble;

/// Seconds after which anything but the yardstick and ours isn't run again: what claims compare, and the rest.
const ENOUGH_TO_CLAIM: f64 = 10.0;
const ENOUGH: f64 = 2.0;

/// Names of contenders that tables and claims look for.
pub(super) const OURS: &str = "mrjob";
pub(super) const ONE_WORKER: &str = "one worker";
pub(super) const INLINE: &str = "inline";
pub(super) const NAIVE: &str = "naive";

/// A row and its figures.
pub(super) struct Measured {
    pub(super) row: &'static Row,
    pub(super) size: String,
    /// The yardstick first, then ours.
    pub(super) contenders: Vec<Contender>,
}

impl Measured {
    pub(super) fn contender(&self, name: &str) -> Option<&Contender> {
        self.contenders.iter().find(|other| other.name == name)
    }
}

/// What was run, and its runs.
pub(super) struct Contender {
    pub(super) name: String,
    /// The size of its data where that isn't the row's.
    pub(super) size: Option<&'static str>,
    /// Each with the yardstick's run before it.
    pub(super) runs: Vec<(Run, Run)>,
    pub(super) trouble: Option<Failure>,
}

/// Why there are no figures, or no good ones.
pub(super) enum Failure {
    Failed(String),
    Differs(String),
}

impl Contender {
    /// The median of the ratios of its runs to the yardstick's.
    pub(super) fn ratio(&self, of: fn(&Run) -> f64) -> Option<f64> {
        let ratios = self
            .runs
            .iter()
            .map(|(run, yard)| of(run) / of(yard).max(0.001));
        median(ratios)
    }

    /// The median of its times divided by another's of the same turn; by way of the yardstick, where they are of other sizes.
    pub(super) fn beside(&self, other: &Contender) -> Option<f64> {
        if self.size != other.size {
            return Some(self.ratio(|run| run.wall)? / other.ratio(|run| run.wall)?);
        }
        // Both run in each turn, until they have run enough.
        let turns = self.runs.iter().zip(&other.runs);
        median(turns.map(|((one, _), (other, _))| one.wall / other.wall))
    }

    pub(super) fn median(&self, of: fn(&Run) -> f64) -> Option<f64> {
        median(self.runs.iter().map(|(run, _)| of(run)))
    }
}

pub(super) fn median(figures: impl Iterator<Item = f64>) -> Option<f64> {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    match figures.len() {
        0 => None,
        n if n % 2 == 1 => Some(figures[n / 2]),
        n => Some(f64::midpoint(figures[n / 2 - 1], figures[n / 2])),
    }
}

/// A contender that is about to run.
struct Entry<'a> {
    name: String,
    /// The size of its data where that isn't the row's.
    size: Option<&'static str>,
    command: Box<dyn Fn() -> Command + 'a>,
    out: PathBuf,
    /// Whether it is the yardstick or ours, which have all the runs, and without which there is no row.
    is_needed: bool,
    /// Whether it is a job of ours, whose answer has to be right.
    is_ours: bool,
}

/// What entries are made with.
struct Ring<'a> {
    row: &'static Row,
    size: &'a str,
    built: &'a Built,
    scratch: &'a Scratch,
    group: Option<&'a Group>,
}

/// Measures a row: all contenders in turns, so that what else the machine does meets each of them.
pub(super) fn row(
    row: &'static Row,
    size: &str,
    pairs: usize,
    built: &Built,
) -> Result<Measured, Trouble> {
    let scratch = Scratch::new()?;
    let group = row.memory.map(Group::new).transpose()?;
    let ring = Ring {
        row,
        size,
        built,
        scratch: &scratch,
        group: group.as_ref(),
    };
    let entries = ring.entries()?;
    let mut contenders: Vec<Contender> = entries.iter().map(Contender::of).collect();
    // What takes milliseconds says more by more runs.
    let turns = match row.against {
        Against::Milliseconds => pairs * 10,
        _ => pairs,
    };
    for turn in 0..turns {
        let yard = ring.run(&entries[0], &mut contenders[0], None, turn)?;
        for (entry, contender) in entries.iter().zip(&mut contenders).skip(1) {
            let spent: f64 = contender.runs.iter().map(|(run, _)| run.wall).sum();
            let most = match entry.is_ours || entry.name == NAIVE {
                true => ENOUGH_TO_CLAIM,
                false => ENOUGH,
            };
            let enough = !entry.is_needed && (spent > most || turn >= pairs);
            if contender.trouble.is_some() || enough {
                continue;
            }
            if let Some(size) = entry.size {
                ring.smaller(size, entry, contender, turn)?;
            } else {
                ring.run(entry, contender, yard, turn)?;
            }
        }
        clear(&entries[0].out)?;
    }
    Ok(Measured {
        row,
        size: size.to_owned(),
        contenders,
    })
}

impl Contender {
    fn of(entry: &Entry<'_>) -> Self {
        Contender {
            name: entry.name.clone(),
            size: entry.size,
            runs: Vec::new(),
            trouble: None,
        }
    }
}

impl<'a> Ring<'a> {
    /// Runs it, notes the figures, and compares its first answer with the yardstick's, which is still there.
    fn run(
        &self,
        entry: &Entry<'_>,
        contender: &mut Contender,
        yard: Option<Run>,
        turn: usize,
    ) -> Result<Option<Run>, Trouble> {
        clear(&entry.out)?;
        let run = match timed((entry.command)()) {
            Ok(run) => run,
            Err(why) if entry.is_needed => {
                let name = &entry.name;
                return Err(Trouble::Failed(format!(
                    "{name} of {}: {why}",
                    self.row.name
                )));
            }
            Err(why) => {
                eprintln!("{} of {}: {why}", entry.name, self.row.name);
                contender.trouble = Some(Failure::Failed(why));
                return clear(&entry.out).map(|()| None);
            }
        };
        contender.runs.push((run, yard.unwrap_or(run)));
        if yard.is_none() {
            return Ok(Some(run));
        }
        if turn == 0 {
            let size = entry.size.unwrap_or(self.size);
            let yardstick = self.output(yardstick_of(self.row));
            if let Err(what) = self.built.same(&yardstick, &entry.out) {
                let said = format!("{} of {} at {size}: {what}", entry.name, self.row.name);
                if entry.is_ours {
                    return Err(Trouble::Failed(format!("another answer: {said}")));
                }
                eprintln!("another answer: {said}");
                contender.trouble = Some(Failure::Differs(what));
            }
        }
        clear(&entry.out)?;
        Ok(Some(run))
    }

    /// Runs one that would take too long on the row's data, and the yardstick on the same less.
    fn smaller(
        &self,
        size: &'static str,
        entry: &Entry<'_>,
        contender: &mut Contender,
        turn: usize,
    ) -> Result<(), Trouble> {
        let ring = Ring { size, ..*self };
        let yardstick = ring.yardstick(yardstick_of(self.row), ring.data(self.row)?);
        let mut unused = Contender::of(&yardstick);
        let yard = ring.run(&yardstick, &mut unused, None, turn)?;
        ring.run(entry, contender, yard, turn)?;
        clear(&yardstick.out)
    }

    fn entries(&self) -> Result<Vec<Entry<'a>>, Trouble> {
        let row = self.row;
        let inputs = self.data(row)?;
        let mut entries = match row.against {
            Against::Limit | Against::Milliseconds => vec![self.yardstick("limit", inputs.clone())],
            Against::Row(name) => {
                let other = ROWS.iter().find(|row| row.name == name);
                let other = other.expect("rows name rows");
                vec![self.ours(name, &[], self.data(other)?, None)]
            }
        };
        entries[0].is_needed = true;
        let mut ours = self.ours(OURS, &[], inputs.clone(), self.group);
        ours.is_needed = true;
        entries.push(ours);
        if row.against == Against::Limit {
            entries.push(self.ours(ONE_WORKER, &["--num-cores", "1"], inputs.clone(), None));
            entries.push(self.ours(INLINE, &["-r", "inline"], inputs.clone(), None));
        }
        if matches!(row.against, Against::Limit | Against::Milliseconds) {
            let size = row.naive_at.filter(|_| self.size == row.size);
            let ring = Ring {
                size: size.unwrap_or(self.size),
                ..*self
            };
            let naive = ring.yardstick(NAIVE, ring.data(row)?);
            entries.push(Entry { size, ..naive });
        }
        for (peer, size) in self.built.peers.of(row) {
            entries.push(self.peer(peer, size)?);
        }
        Ok(entries)
    }

    /// Where a contender writes; each size has a yardstick of its own.
    fn output(&self, name: &str) -> PathBuf {
        self.scratch.0.join(format!("{name} {}", self.size))
    }

    fn data(&self, row: &Row) -> Result<Vec<PathBuf>, Trouble> {
        let data = |kind: &&str| self.built.data(kind, self.size);
        row.data.iter().map(data).collect()
    }

    fn ours(
        &self,
        name: &'static str,
        options: &'static [&'static str],
        inputs: Vec<PathBuf>,
        group: Option<&'a Group>,
    ) -> Entry<'a> {
        let (job, out, built) = (self.row.job, self.output(name), self.built);
        let to = out.clone();
        let command = move || within(group, built.job(job, options, &inputs, &to));
        let entry = Entry::new(name.to_owned(), out, Box::new(command));
        Entry {
            is_ours: true,
            ..entry
        }
    }

    fn yardstick(&self, name: &'static str, inputs: Vec<PathBuf>) -> Entry<'a> {
        let (workload, out, built) = (self.row.workload, self.output(name), self.built);
        let to = out.clone();
        let command = move || built.yardstick(name, workload, &inputs, &to);
        Entry::new(name.to_owned(), out, Box::new(command))
    }

    fn peer(&self, peer: &'static Peer, size: Option<&'static str>) -> Result<Entry<'a>, Trouble> {
        let at = size.unwrap_or(self.size);
        let inputs = Ring { size: at, ..*self }.data(self.row)?;
        let name = format!("{} {}", peer.name, peer.variant)
            .trim_end()
            .to_owned();
        let (workload, out) = (self.row.workload, self.output(&name));
        let (built, group, to) = (self.built, self.group, out.clone());
        let command = move || within(group, built.peers.command(peer, workload, &inputs, &to));
        let entry = Entry::new(name, out, Box::new(command));
        Ok(Entry { size, ..entry })
    }
}

impl<'a> Entry<'a> {
    fn new(name: String, out: PathBuf, command: Box<dyn Fn() -> Command + 'a>) -> Self {
        Entry {
            name,
            size: None,
            command,
            out,
            is_needed: false,
            is_ours: false,
        }
    }
}

/// What the row's times are divided by: a file or folder of its answer, by this name.
fn yardstick_of(row: &Row) -> &'static str {
    match row.against {
        Against::Limit | Against::Milliseconds => "limit",
        Against::Row(name) => name,
    }
}

fn within(group: Option<&Group>, command: Command) -> Command {
    match group {
        Some(group) => group.around(&command),
        None => command,
    }
}
