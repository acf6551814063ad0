//! What a streaming task says on standard error: to Hadoop in `reporter:` lines, to the launcher in [`Message`]s.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use mrjob_core::counter::Counters;
use mrjob_core::step::StreamPhase;
use mrjob_core::task::{Monitor, TaskFailure, TaskReport};

use super::{IN_LOGS, Message, OWN_COUNTERS};
use crate::report::backtrace::{self, Shown};

/// Counters of the job's own that a task tells Hadoop of, which ends a job that has more than 120 with its own. What mappers
/// count and what reducers count is different, and both have to have room.
const MOST_OF_MAPPERS: usize = 32;
const MOST_OF_REDUCERS: usize = 18;
const MOST_WITHOUT_REDUCER: usize = MOST_OF_MAPPERS + MOST_OF_REDUCERS;

/// The largest amount that a task tells Hadoop of, which adds up without a look at what fits: even of a million tasks the sum
/// does. Larger ones are for the launcher to add.
const MOST_AT_ONCE: u64 = (i64::MAX as u64) >> 20;

/// What a task that reads by itself counts, since Hadoop can't.
const RECORDS_READ: &str = "map input records";
pub(crate) const BYTES_READ: &str = "map input bytes";

/// Characters of a counter's or a group's name that Hadoop keeps.
const LONGEST_NAME: usize = 64;

/// Characters of a text within a failure, whose line the launcher reads from the end of a log.
const LONGEST_TEXT: usize = 3000;

/// Characters of a status.
const LONGEST_STATUS: usize = 500;

/// What a finished task has counted, as lines. A step without a reducer has room for more counters in its mappers.
pub(crate) fn counter_lines(
    phase: StreamPhase,
    has_reducer: bool,
    report: &TaskReport,
    told: Option<ReadProgress>,
) -> String {
    let most = match (phase, has_reducer) {
        (StreamPhase::Mapper, false) => MOST_WITHOUT_REDUCER,
        (StreamPhase::Mapper, true) => MOST_OF_MAPPERS,
        _ => MOST_OF_REDUCERS,
    };
    // What the job printed last may lack its end of line.
    let mut lines = "\n".to_owned();
    let mut rest = Counters::new();
    let all = report.counters.iter();
    let all = all.flat_map(|(group, names)| names.iter().map(move |(name, n)| (group, name, *n)));
    let mut number = 0;
    for (group, name, amount) in all {
        if number < most && amount.unsigned_abs() <= MOST_AT_ONCE {
            push_counter(&mut lines, group, name, amount);
            number += 1;
        } else {
            let group = rest.entry(group.clone()).or_default();
            group.insert(name.clone(), amount);
        }
    }
    let of_phase = match phase {
        StreamPhase::Mapper => [RECORDS_READ, "map output records"],
        _ => ["reduce input records", "reduce output records"],
    };
    let (records_in, bytes_in) = match told {
        None => (report.records_in, 0),
        Some(told) => (
            report.records_in.saturating_sub(told.records),
            report.bytes_in.saturating_sub(told.bytes),
        ),
    };
    let always = of_phase.into_iter().zip([records_in, report.records_out]);
    let sometimes = [
        (BYTES_READ, bytes_in),
        ("lines that aren't UTF-8", report.lossy_lines),
        ("bytes spilled", report.spilled_bytes),
    ];
    for (name, amount) in always.chain(sometimes.into_iter().filter(|(_, amount)| *amount > 0)) {
        push_counter(&mut lines, OWN_COUNTERS, name, amount.cast_signed());
    }
    if !rest.is_empty() {
        push_counter(&mut lines, OWN_COUNTERS, IN_LOGS, 1);
        let _ = writeln!(lines, "{}", Message::Counters(rest));
    }
    lines
}

/// How much of what a map task has read was told as it went on.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ReadProgress {
    records: u64,
    bytes: u64,
}

fn push_counter(lines: &mut String, group: &str, name: &str, amount: i64) {
    let (group, name) = (plain(group), plain(name));
    let _ = writeln!(lines, "reporter:counter:{group},{name},{amount}");
}

/// A name that Hadoop's line can hold, and that no other name has.
fn plain(name: &str) -> String {
    let in_line = |c: char| match c {
        ',' => ';',
        c if c.is_control() => ' ',
        c => c,
    };
    let plain: String = name.trim().chars().map(in_line).collect();
    match plain.chars().count() {
        0 => "_".to_owned(),
        1..=LONGEST_NAME => plain,
        _ => {
            let mut hasher = DefaultHasher::new();
            name.hash(&mut hasher);
            let kept: String = plain.chars().take(LONGEST_NAME - 9).collect();
            format!("{kept}~{:08x}", hasher.finish() as u32)
        }
    }
}

/// The line that says to the launcher why the task failed.
pub(crate) fn failure_line(failure: &TaskFailure) -> String {
    let mut failure = failure.clone();
    let backtrace = failure.backtrace.take();
    failure.backtrace = backtrace.map(|text| {
        shortened(match backtrace::shown(&text, false) {
            Shown::Frames(frames) => frames.join("\n"),
            Shown::Nameless | Shown::Nothing => text,
        })
    });
    failure.message = shortened(failure.message);
    failure.key = failure.key.map(shortened);
    format!("\n{}\n", Message::Failure(Box::new(failure)))
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(LONGEST_TEXT) {
        None => text,
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// Writes to standard error; that nobody reads it is no failure.
pub(crate) fn tell(lines: &str) {
    let _ = io::stderr().write_all(lines.as_bytes());
}

/// Tells Hadoop what the task says of itself, and that it lives where nothing else does: Hadoop kills tasks that are silent
/// for `mapreduce.task.timeout`.
pub(crate) struct Heartbeat {
    stop: Sender<()>,
    thread: JoinHandle<Option<ReadProgress>>,
}

impl Heartbeat {
    /// Begins for a task that `monitor` watches and that counts in `written` what it writes. What a task reads `by_itself` is
    /// told, too: Hadoop doesn't see it.
    pub(crate) fn start(
        monitor: Arc<Monitor>,
        written: Arc<AtomicU64>,
        every: Duration,
        by_itself: bool,
    ) -> io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let beat = move || {
            let mut beat = Beat {
                monitor,
                written,
                every,
                seen: 0,
                told: Instant::now(),
                read: by_itself.then(ReadProgress::default),
            };
            let tick = every.min(Duration::from_secs(1));
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(tick) {
                beat.tick();
            }
            beat.tell_status();
            beat.tell_read();
            beat.read
        };
        let thread = thread::Builder::new()
            .name("heartbeat".into())
            .spawn(beat)?;
        Ok(Heartbeat { stop, thread })
    }

    /// Says what is still to say. What it has told of what the task has read, if it was to.
    pub(crate) fn finish(self) -> Option<ReadProgress> {
        drop(self.stop);
        self.thread.join().unwrap_or_default()
    }
}

/// How often a task must be heard, by Hadoop's time-out in milliseconds.
pub(crate) fn interval(timeout: Option<&str>) -> Duration {
    match timeout.and_then(|text| text.trim().parse::<u64>().ok()) {
        None | Some(0) => Duration::from_secs(60),
        Some(timeout) => Duration::from_millis((timeout / 3).clamp(3000, 60_000)),
    }
}

struct Beat {
    monitor: Arc<Monitor>,
    written: Arc<AtomicU64>,
    every: Duration,
    /// Bytes that were written at the last tick.
    seen: u64,
    /// When something was last written.
    told: Instant,
    /// What was told of what was read, if that is to be.
    read: Option<ReadProgress>,
}

impl Beat {
    fn tick(&mut self) {
        let written = self.written.load(Ordering::Relaxed);
        let has_read = self.tell_read();
        if self.tell_status() || has_read || written != std::mem::replace(&mut self.seen, written) {
            self.told = Instant::now();
        } else if self.told.elapsed() >= self.every {
            let (records, bytes) = self.monitor.progress();
            tell(&format!(
                "reporter:status:read {records} records, {bytes} bytes\n"
            ));
            self.told = Instant::now();
        }
    }

    /// How much more was read, if there is more.
    fn tell_read(&mut self) -> bool {
        let Some(told) = &mut self.read else {
            return false;
        };
        let (records, bytes) = self.monitor.progress();
        let mut lines = String::new();
        for (name, now, before) in [
            (RECORDS_READ, records, &mut told.records),
            (BYTES_READ, bytes, &mut told.bytes),
        ] {
            if now > *before {
                let more = (now - *before).cast_signed();
                push_counter(&mut lines, OWN_COUNTERS, name, more);
                *before = now;
            }
        }
        if !lines.is_empty() {
            tell(&lines);
        }
        !lines.is_empty()
    }

    /// What the job says, if it is new.
    fn tell_status(&self) -> bool {
        let status = self.monitor.take_status();
        if let Some(status) = &status {
            let in_line = |c: char| if c.is_control() { ' ' } else { c };
            let status: String = status.chars().take(LONGEST_STATUS).map(in_line).collect();
            tell(&format!("reporter:status:{status}\n"));
        }
        status.is_some()
    }
}

#[cfg(test)]
mod tests {
    use mrjob_core::task::FailureKind;

    use super::*;

    fn report(counters: impl IntoIterator<Item = (String, String)>) -> TaskReport {
        let mut report = TaskReport::default();
        for (at, (group, name)) in counters.into_iter().enumerate() {
            let group = report.counters.entry(group).or_default();
            group.insert(name, at as i64 + 1);
        }
        report
    }

    #[test]
    fn names_fit_hadoops_line() {
        let long = "x".repeat(70);
        let counters = [
            ("a,b".to_owned(), " two\nlines ".to_owned()),
            ("long".to_owned(), format!("{long}1")),
            ("long".to_owned(), format!("{long}2")),
        ];
        let lines = counter_lines(StreamPhase::Reducer, true, &report(counters), None);
        let counters: Vec<&str> = lines
            .lines()
            .filter_map(|line| line.strip_prefix("reporter:counter:"))
            .collect();
        assert_eq!(counters.len(), 5, "{lines}");
        assert_eq!(counters[0], "a;b,two lines,1");
        assert!(counters[1].starts_with("long,xxxx") && counters[1].ends_with(",2"));
        let names: Vec<&str> = counters[1..3]
            .iter()
            .map(|line| line.split(',').nth(1).unwrap())
            .collect();
        assert_ne!(names[0], names[1]);
        assert!(names.iter().all(|name| name.len() == 64), "{names:?}");
        assert_eq!(counters[3], "mrjob,reduce input records,0");
    }

    #[test]
    fn too_many_counters_go_to_the_launcher() {
        let many = || (0..150).map(|n| ("group".to_owned(), format!("name {n:03}")));
        let mut at_hadoop = 0;
        for phase in [StreamPhase::Mapper, StreamPhase::Reducer] {
            let lines = counter_lines(phase, true, &report(many()), None);
            let told = lines.matches("reporter:counter:").count();
            at_hadoop += told;
            let messages: Vec<Message> = lines.lines().filter_map(Message::parse).collect();
            let [Message::Counters(rest)] = &messages[..] else {
                panic!("{lines}")
            };
            assert_eq!(rest["group"].len() + told, 150 + 3);
            assert_eq!(rest["group"]["name 149"], 150);
        }
        assert!(at_hadoop <= 60, "{at_hadoop}");
    }

    #[test]
    fn amounts_that_hadoop_may_wrap_go_to_the_launcher() {
        let mut report = report([("sums".to_owned(), "small".to_owned())]);
        for (name, amount) in [
            ("large", i64::MAX),
            ("low", i64::MIN),
            ("most", i64::MAX >> 20),
        ] {
            report
                .counters
                .get_mut("sums")
                .unwrap()
                .insert(name.to_owned(), amount);
        }
        let lines = counter_lines(StreamPhase::Reducer, true, &report, None);
        let told: Vec<&str> = lines
            .lines()
            .filter(|line| line.contains(":sums,"))
            .collect();
        assert_eq!(
            told,
            [
                "reporter:counter:sums,most,8796093022207",
                "reporter:counter:sums,small,1"
            ]
        );
        let rest = lines.lines().find_map(Message::parse);
        let Some(Message::Counters(rest)) = rest else {
            panic!("{lines}")
        };
        assert_eq!(
            (rest["sums"]["large"], rest["sums"]["low"]),
            (i64::MAX, i64::MIN)
        );
    }

    #[test]
    fn a_failure_is_one_short_line() {
        let mut failure = TaskFailure::new(FailureKind::Panic, "long\n".repeat(9000));
        failure.backtrace = Some("  1: std::x\n".repeat(5000) + "  2: job::words\n");
        let line = failure_line(&failure);
        assert!(line.len() < 8192, "{}", line.len());
        assert_eq!(line.matches('\n').count(), 2);
        let Some(Message::Failure(read)) = Message::parse(line.trim()) else {
            panic!("{line}")
        };
        assert!(read.message.starts_with("long\nlong\n"));
        assert_eq!(read.backtrace.as_deref(), Some("job::words"));
    }

    #[test]
    fn intervals_are_well_below_the_time_out() {
        let seconds = |timeout| interval(timeout).as_secs();
        assert_eq!((seconds(None), seconds(Some("0"))), (60, 60));
        assert_eq!((seconds(Some("600000")), seconds(Some("30000"))), (60, 10));
        assert_eq!(seconds(Some("10000")), 3);
    }
}
