//! A shell command as a process between two threads: one writes to it, the other reads what it writes.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{self, Child, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::counter::{CounterOverflow, Counters, add_counters};
use crate::task::trace::TaskError;

/// The shell where none is asked for.
const SHELL: &str = "/bin/sh";

/// The longest line of a command's messages that is looked at as a whole.
const LONGEST_MESSAGE: u64 = 64 << 10;

/// Bytes of a command's last message that an error repeats.
const LAST_WORDS: usize = 1 << 10;

/// A shell command of a step.
#[derive(Clone, Copy)]
pub(crate) struct Command<'a> {
    /// `mapper`, `combiner`, `reducer`.
    phase: &'static str,
    text: &'a str,
    /// Whether it stands in front of the phase: one that lets nothing through, such as `grep`, exits with 1.
    is_filter: bool,
    shell: &'a [String],
}

impl<'a> Command<'a> {
    pub(crate) fn new(phase: &'static str, text: &'a str, shell: &'a [String]) -> Self {
        Command {
            phase,
            text,
            is_filter: false,
            shell,
        }
    }

    pub(crate) fn filter(phase: &'static str, text: &'a str, shell: &'a [String]) -> Self {
        Command {
            is_filter: true,
            ..Command::new(phase, text, shell)
        }
    }

    fn start(self) -> Result<Child, TaskError> {
        let (shell, options) = match self.shell.split_first() {
            Some((shell, options)) => (shell.as_str(), options),
            None => (SHELL, Default::default()),
        };
        process::Command::new(shell)
            .args(options)
            .args(["-c", self.text])
            .envs(crate::task::task().environment())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(TaskError::io(format!("start the shell `{shell}`")))
    }

    /// Whether it did what it was to do.
    fn check(self, status: ExitStatus, last_words: &str) -> Result<(), TaskError> {
        if status.success() || self.is_filter && status.code() == Some(1) {
            return Ok(());
        }
        let what = match self.is_filter {
            true => "which stands in front of the",
            false => "which is the",
        };
        let how = match (status.code(), status.signal()) {
            (Some(code), _) => format!("ended with exit code {code}"),
            (None, Some(signal)) => format!("was killed by signal {signal}"),
            (None, None) => "ended in a way that isn't known".to_owned(),
        };
        let said = match last_words {
            "" => String::new(),
            words => format!(" (its last words: {words})"),
        };
        let (text, phase) = (self.text, self.phase);
        Err(TaskError::Command(format!(
            "`{text}`, {what} {phase}, {how}{said}"
        )))
    }
}

/// What went through a command.
pub(crate) struct Through<T> {
    /// What was made of it.
    pub(crate) made: T,
    /// Lines and bytes that went in.
    pub(crate) fed: (u64, u64),
    /// What the command counted.
    pub(crate) counters: Counters,
}

/// Gives `take` what `command` makes of what `feed` writes; without a command, that itself.
pub(crate) fn through<T>(
    command: Option<Command<'_>>,
    feed: impl FnOnce(&mut dyn Write) -> Result<(u64, u64), TaskError> + Send,
    take: impl FnOnce(Box<dyn Read + Send>) -> Result<T, TaskError>,
) -> Result<Through<T>, TaskError> {
    let mut child = command.map(Command::start).transpose()?;
    let (from, mut to): (Box<dyn Read + Send>, Box<dyn Write + Send>) = match &mut child {
        Some(child) => {
            let piped = "a started command has the pipes that were asked for";
            let from = child.stdout.take().expect(piped);
            let to = child.stdin.take().expect(piped);
            (Box::new(from), Box::new(to))
        }
        None => {
            let (from, to) = io::pipe().map_err(TaskError::io("make a pipe"))?;
            (Box::new(from), Box::new(to))
        }
    };
    let at_end = Arc::new(AtomicBool::new(false));
    let from = Box::new(Watched {
        from,
        at_end: Arc::clone(&at_end),
    });
    thread::scope(|threads| {
        let fed = threads.spawn(move || feed(&mut *to));
        let messages = child.as_mut().and_then(|child| child.stderr.take());
        let messages = messages.map(|from| threads.spawn(move || Messages::relay(from)));
        // What reads it is gone with it, so that a command which goes on writing ends.
        let made = take(from);
        if let (Err(_), Some(child)) = (&made, &mut child) {
            // It may have ended by itself.
            let _ = child.kill();
        }
        let fed = joined(fed);
        let messages = messages.map(joined).unwrap_or_default();
        let ended = match (command, &mut child) {
            (Some(command), Some(child)) => {
                let status = child.wait().map_err(TaskError::io("wait for a command"))?;
                command.check(status, messages.last.trim())
            }
            _ => Ok(()),
        };
        let fed = match fed {
            // It needn't read all.
            Err(TaskError::Io { source, .. }) if source.kind() == ErrorKind::BrokenPipe => (0, 0),
            // Then what came out of it is wrong, whatever became of that.
            fed => fed?,
        };
        if at_end.load(Ordering::Relaxed) {
            ended?;
        }
        let made = made?;
        if let Some(overflow) = messages.overflow {
            return Err(overflow.into());
        }
        Ok(Through {
            made,
            fed,
            counters: messages.counters,
        })
    })
}

fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Notes when there is no more to read.
struct Watched {
    from: Box<dyn Read + Send>,
    at_end: Arc<AtomicBool>,
}

impl Read for Watched {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(into)?;
        if read == 0 && !into.is_empty() {
            self.at_end.store(true, Ordering::Relaxed);
        }
        Ok(read)
    }
}

/// What a command says on standard error.
#[derive(Default)]
struct Messages {
    counters: Counters,
    /// The first counter that was too large.
    overflow: Option<CounterOverflow>,
    last: String,
}

impl Messages {
    /// Passes it on, but for what it counts: `reporter:counter:GROUP,NAME,AMOUNT`, as in Hadoop Streaming.
    fn relay(from: impl Read) -> Self {
        let mut from = BufReader::new(from);
        let mut messages = Messages::default();
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = from
                .by_ref()
                .take(LONGEST_MESSAGE)
                .read_until(b'\n', &mut line);
            if !read.is_ok_and(|read| read > 0) {
                return messages;
            }
            if !messages.count(&line) {
                // There may be nobody who reads them.
                let _ = io::stderr().lock().write_all(&line);
                let words = &line[..line.len().min(LAST_WORDS)];
                messages.last = String::from_utf8_lossy(words).into_owned();
            }
        }
    }

    /// Whether the line is about a counter or the status.
    fn count(&mut self, line: &[u8]) -> bool {
        let Some(report) = line.strip_prefix(b"reporter:") else {
            return false;
        };
        let report = String::from_utf8_lossy(report);
        let Some(counter) = report.trim_end().strip_prefix("counter:") else {
            return report.starts_with("status:");
        };
        let mut fields = counter.splitn(3, ',');
        let (Some(group), Some(name), Some(Ok(amount))) =
            (fields.next(), fields.next(), fields.next().map(str::parse))
        else {
            return false;
        };
        let counter = BTreeMap::from([(name.to_owned(), amount)]);
        let counter = Counters::from([(group.to_owned(), counter)]);
        if let Err(overflow) = add_counters(&mut self.counters, &counter) {
            self.overflow.get_or_insert(overflow);
        }
        true
    }
}
