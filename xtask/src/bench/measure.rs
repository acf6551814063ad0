//! Runs in turns, their times, and whether the answers are the same.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::time::Instant;

use super::rivals::{Built, PEERS};
use super::row::{Against, ROWS, Row};
use crate::command::program;
use crate::trouble::Trouble;

/// A row and its figures.
pub(super) struct Measured {
    pub(super) row: &'static Row,
    pub(super) size: String,
    /// The yardstick first, then ours.
    pub(super) contenders: Vec<Contender>,
}

/// What was run, and its runs.
pub(super) struct Contender {
    pub(super) name: &'static str,
    pub(super) runs: Vec<Run>,
    /// What differs from the yardstick's answer, for a peer.
    pub(super) differs: Option<String>,
}

/// Seconds of one run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) wall: f64,
    pub(super) cpu: f64,
}

/// Names of contenders that the table has columns for.
pub(super) const OURS: &str = "mrjob";
pub(super) const ONE_WORKER: &str = "one worker";
pub(super) const INLINE: &str = "inline";
pub(super) const NAIVE: &str = "naive";

/// A contender that is about to run.
struct Entry<'a> {
    name: &'static str,
    command: Box<dyn Fn() -> Command + 'a>,
    out: PathBuf,
    is_ours: bool,
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
    let entries = entries(row, size, built, &scratch, group.as_ref())?;
    let mut contenders: Vec<Contender> = entries
        .iter()
        .map(|entry| Contender {
            name: entry.name,
            runs: Vec::new(),
            differs: None,
        })
        .collect();
    // What takes milliseconds says more by more runs.
    let turns = match row.against {
        Against::Milliseconds => pairs * 10,
        _ => pairs,
    };
    for turn in 0..turns {
        for (entry, contender) in entries.iter().zip(&mut contenders) {
            clear(&entry.out)?;
            contender.runs.push(timed(entry)?);
        }
        if turn == 0 && row.against != Against::Milliseconds {
            check(row, &entries, &mut contenders, built)?;
        }
    }
    Ok(Measured {
        row,
        size: size.to_owned(),
        contenders,
    })
}

fn entries<'a>(
    row: &'static Row,
    size: &str,
    built: &'a Built,
    scratch: &Scratch,
    group: Option<&'a Group>,
) -> Result<Vec<Entry<'a>>, Trouble> {
    let data = |row: &Row| -> Result<Vec<PathBuf>, Trouble> {
        row.data.iter().map(|kind| built.data(kind, size)).collect()
    };
    let inputs = data(row)?;
    let ours =
        |name, options: &'static [&'static str], inputs: Vec<PathBuf>, group: Option<&'a Group>| {
            let out = scratch.0.join(name);
            let (job, to) = (row.job, out.clone());
            Entry {
                name,
                command: Box::new(move || {
                    let command = built.job(job, options, &inputs, &to);
                    match group {
                        Some(Group(folder)) => in_group(folder, &command),
                        None => command,
                    }
                }),
                out,
                is_ours: true,
            }
        };
    let yardstick = |name: &'static str| {
        let out = scratch.0.join(name);
        let (inputs, to) = (inputs.clone(), out.clone());
        let command = move || built.yardstick(name, row.name, &inputs, &to);
        Entry {
            name,
            command: Box::new(command),
            out,
            is_ours: false,
        }
    };
    let mut entries = match row.against {
        Against::Limit | Against::Milliseconds => vec![yardstick("limit")],
        Against::Row(name) => {
            let other = ROWS.iter().find(|row| row.name == name);
            let other = other.expect("rows name rows");
            vec![ours(name, &[], data(other)?, None)]
        }
    };
    entries.push(ours(OURS, &[], inputs.clone(), group));
    if row.against != Against::Limit {
        return Ok(entries);
    }
    entries.push(ours(
        ONE_WORKER,
        &["--num-cores", "1"],
        inputs.clone(),
        None,
    ));
    entries.push(ours(INLINE, &["-r", "inline"], inputs.clone(), None));
    entries.push(yardstick(NAIVE));
    if let (true, Ok(python)) = (row.peers, &built.python) {
        for (name, script) in PEERS {
            let out = scratch.0.join(name);
            let (inputs, to) = (inputs.clone(), out.clone());
            entries.push(Entry {
                name,
                command: Box::new(move || built.peer(python, script, row.name, &inputs, &to)),
                out,
                is_ours: false,
            });
        }
    }
    Ok(entries)
}

/// Compares each answer with the yardstick's. Ours must be the same.
fn check(
    row: &Row,
    entries: &[Entry<'_>],
    contenders: &mut [Contender],
    built: &Built,
) -> Result<(), Trouble> {
    let expected = &entries[0].out;
    for (entry, contender) in entries.iter().zip(contenders).skip(1) {
        // Peers that have no such query write nothing.
        let Err(what) = built.same(expected, &entry.out) else {
            continue;
        };
        if entry.is_ours {
            return Err(Trouble::Failed(format!(
                "{} of {} has another answer than {}: {what}",
                entry.name, row.name, entries[0].name
            )));
        }
        contender.differs = Some(what);
    }
    Ok(())
}

/// Runs it once.
fn timed(entry: &Entry<'_>) -> Result<Run, Trouble> {
    let mut command = (entry.command)();
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let before = cpu().map_err(Trouble::failed("read the time of processes"))?;
    let begun = Instant::now();
    let output = command
        .output()
        .map_err(Trouble::failed(format!("run {command:?}")))?;
    let wall = begun.elapsed().as_secs_f64();
    let after = cpu().map_err(Trouble::failed("read the time of processes"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Trouble::Failed(format!(
            "{command:?} failed: {}\n{said}",
            output.status
        )));
    }
    Ok(Run {
        wall,
        cpu: after - before,
    })
}

/// Seconds of all processes that this one has waited for, and they for: `cutime` and `cstime` of proc(5), in hundredths.
fn cpu() -> io::Result<f64> {
    let text = fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = text.rsplit_once(')').unwrap_or_default();
    let ticks = fields.split_whitespace().skip(13).take(2);
    Ok(ticks
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0)
}

fn clear(out: &Path) -> Result<(), Trouble> {
    let cleared = match out.is_dir() {
        true => fs::remove_dir_all(out),
        false => fs::remove_file(out),
    };
    match cleared {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Trouble::failed(format!(
            "delete `{}`",
            out.display()
        ))(error)),
        _ => Ok(()),
    }
}

/// The folder that outputs are written to.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, Trouble> {
        let folder = std::env::temp_dir().join(format!("mrjob-bench-{}", process::id()));
        fs::create_dir_all(&folder)
            .map_err(Trouble::failed(format!("make `{}`", folder.display())))?;
        Ok(Scratch(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A control group of so much memory, page cache included.
struct Group(PathBuf);

impl Group {
    fn new(bytes: u64) -> Result<Self, Trouble> {
        let root = Path::new("/sys/fs/cgroup");
        let (root, file) = match root.join("memory").is_dir() {
            true => (root.join("memory"), "memory.limit_in_bytes"),
            false => (root.to_owned(), "memory.max"),
        };
        let folder = root.join(format!("mrjob-bench-{}", process::id()));
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(folder.join(file), bytes.to_string()))
            .map_err(Trouble::failed(format!(
                "make the control group `{}` (hint: as root, or leave the row out)",
                folder.display()
            )))?;
        Ok(Group(folder))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.0);
    }
}

/// The same command, which joins the group first.
fn in_group(group: &Path, command: &Command) -> Command {
    let join = format!("echo $$ >'{}/cgroup.procs' && exec \"$@\"", group.display());
    let mut shell = program("sh", ["-c", &join, "sh"]);
    shell.arg(command.get_program()).args(command.get_args());
    shell
}
