//! One run of a command: its times, its memory, its end.

use std::fs;
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::command::program;
use crate::trouble::Trouble;

/// What takes longer is ended.
const LONGEST: Duration = Duration::from_secs(200);

/// How often memory is looked at.
const EVERY: Duration = Duration::from_millis(50);

/// What a run took.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    /// Seconds.
    pub(super) wall: f64,
    /// Seconds of the processor.
    pub(super) cpu: f64,
    /// Bytes of anonymous memory of all its processes at the highest that was seen.
    pub(super) peak: u64,
}

/// Runs it once; why it failed, if it did.
pub(super) fn timed(mut command: Command) -> Result<Run, String> {
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command.process_group(0);
    let before = cpu().map_err(|error| format!("/proc/self/stat: {error}"))?;
    let begun = Instant::now();
    let mut child = command
        .spawn()
        .map_err(|error| format!("{command:?} can't be run: {error}"))?;
    let (said, ended, watched) = thread::scope(|scope| {
        let (end, ends) = channel::<()>();
        let process = child.id();
        let watch = scope.spawn(move || {
            let mut watched = Watched::default();
            while ends.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                watched.peak = watched.peak.max(anonymous(process));
                if begun.elapsed() > LONGEST && !watched.too_long {
                    watched.too_long = true;
                    kill(process);
                }
            }
            watched
        });
        let said = last_words(&mut child);
        let ended = child.wait().map(|status| (status, begun.elapsed()));
        drop(end);
        (said, ended, watch.join().unwrap_or_default())
    });
    let (status, wall) = ended.map_err(|error| format!("{command:?}: {error}"))?;
    let after = cpu().map_err(|error| format!("/proc/self/stat: {error}"))?;
    if watched.too_long {
        return Err(format!("it takes more than {} s", LONGEST.as_secs()));
    }
    if !status.success() {
        return Err(format!("{status}: {said}"));
    }
    Ok(Run {
        wall: wall.as_secs_f64(),
        cpu: after - before,
        peak: watched.peak,
    })
}

#[derive(Default)]
struct Watched {
    peak: u64,
    too_long: bool,
}

/// The end of what it wrote to standard error, in a line.
fn last_words(child: &mut Child) -> String {
    let mut said = Vec::new();
    if let Some(mut stderr) = child.stderr.take() {
        // What can't be read isn't worth a failure.
        let _ = stderr.read_to_end(&mut said);
    }
    let said = String::from_utf8_lossy(&said);
    let words: Vec<&str> = said.split_whitespace().collect();
    words[words.len().saturating_sub(30)..].join(" ")
}

fn kill(process: u32) {
    let group = i32::try_from(process).ok();
    if let Some(group) = group.and_then(rustix::process::Pid::from_raw) {
        // It may have ended by itself.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

/// Bytes of anonymous memory of a process and all below it.
fn anonymous(process: u32) -> u64 {
    let read = |file: &str| fs::read_to_string(format!("/proc/{process}/{file}"));
    let status = read("status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let own = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    let threads = fs::read_dir(format!("/proc/{process}/task"));
    let children = threads.into_iter().flatten().flatten().flat_map(|thread| {
        let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        let children = children.split_whitespace();
        children
            .filter_map(|child| child.parse().ok())
            .collect::<Vec<u32>>()
    });
    own.unwrap_or_default() * 1024 + children.map(anonymous).sum::<u64>()
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

/// The folder that outputs are written to.
pub(super) struct Scratch(pub(super) PathBuf);

impl Scratch {
    pub(super) fn new() -> Result<Self, Trouble> {
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

/// Deletes an output, so that it is neither in the next one's way nor written to the disk meanwhile.
pub(super) fn clear(out: &Path) -> Result<(), Trouble> {
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

/// A control group of so much memory, page cache included.
pub(super) struct Group(PathBuf);

impl Group {
    pub(super) fn new(bytes: u64) -> Result<Self, Trouble> {
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

    /// The same command, which joins the group first.
    pub(super) fn around(&self, command: &Command) -> Command {
        let join = format!(
            "echo $$ >'{}/cgroup.procs' && exec \"$@\"",
            self.0.display()
        );
        let mut shell = program("sh", ["-c", &join, "sh"]);
        shell.arg(command.get_program()).args(command.get_args());
        shell
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.0);
    }
}
