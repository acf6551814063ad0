//! What Hadoop's client says, line by line.

use std::collections::BTreeMap;

use mrjob_core::counter::{CounterOverflow, Counters, add_counters};
use mrjob_core::task::TaskFailure;

use super::{Message, OWN_COUNTERS};

/// Groups of counters that are Hadoop's own, as the client names them.
const OWN: [&str; 6] = [
    "File System Counters",
    "Job Counters",
    "Map-Reduce Framework",
    "Shuffle Errors",
    "File Input Format Counters",
    "File Output Format Counters",
];

/// Last words that are kept.
const KEPT: usize = 40;

/// What has been said so far.
#[derive(Debug, Default)]
pub(crate) struct ClientOutput {
    /// `application_1700000000000_0001`.
    pub(crate) application: Option<String>,
    /// `job_1700000000000_0001`.
    pub(crate) job: Option<String>,
    /// Hadoop's counters by the client's names, of all groups of its own.
    pub(crate) own: BTreeMap<String, i64>,
    /// The job's counters.
    pub(crate) counters: Counters,
    /// The first of them that was too large.
    pub(crate) overflow: Option<CounterOverflow>,
    /// Why a task failed, where the client runs tasks itself.
    pub(crate) failure: Option<Box<TaskFailure>>,
    /// Whether the job has failed, or was killed: where the client itself failed, the job may be well.
    pub(crate) has_failed: bool,
    /// What was said last of why something failed.
    pub(crate) complaints: Vec<String>,
    /// An attempt that failed, whose reason follows.
    attempt: Option<(String, String)>,
    /// The group of counters that the next lines are of.
    group: Option<String>,
}

/// What a line means to who watches.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// The cluster has taken the job.
    Submitted,
    /// An attempt at a task failed: its id and why.
    AttemptFailed { attempt: String, reason: String },
    /// The job itself printed it.
    Printed(String),
    /// Anything else.
    Other,
}

impl ClientOutput {
    /// Takes in a line.
    pub(crate) fn line(&mut self, line: &str) -> Line {
        if let Some(message) = Message::parse(line) {
            match message {
                Message::Failure(failure) => self.failure = Some(failure),
                Message::Counters(counters) => self.add(&counters),
            }
            return Line::Other;
        }
        if let Some(reason) = self.reason(line) {
            return reason;
        }
        if self.counter(line) {
            return Line::Other;
        }
        let Some((level, text)) = log_line(line) else {
            return self.unlogged(line);
        };
        if let Some(id) = after(text, "Submitted application ") {
            self.application = Some(id.to_owned());
            return Line::Submitted;
        }
        if let Some(id) = after(text, "Running job: ") {
            self.job = Some(id.to_owned());
        } else if let Some((attempt, _)) =
            after(text, "Task Id : ").and_then(|rest| rest.split_once(", Status : FAILED"))
        {
            self.attempt = Some((attempt.to_owned(), String::new()));
        } else if text.trim_start().starts_with("Counters: ") {
            self.group = Some(String::new());
        } else if text.contains("failed with state") {
            self.has_failed = true;
            self.complain(text);
        } else if matches!(level, "ERROR" | "FATAL")
            || level == "WARN" && text.contains("Exception")
        {
            self.complain(text);
        }
        Line::Other
    }

    /// A line that no logger wrote: part of an error, or something that a task printed.
    fn unlogged(&mut self, line: &str) -> Line {
        let is_ours = line.starts_with("reporter:") || line.trim().is_empty();
        if is_ours || line == "Streaming Command Failed!" || line.starts_with("packageJobJar") {
            return Line::Other;
        }
        if line.contains("Exception") || line.contains("Error:") {
            self.complain(line);
            return Line::Other;
        }
        if line.starts_with("\tat ") || line.starts_with("Caused by") || line.starts_with("\t... ")
        {
            return Line::Other;
        }
        Line::Printed(line.to_owned())
    }

    /// The first line behind a failed attempt is why.
    fn reason(&mut self, line: &str) -> Option<Line> {
        let (attempt, _) = self.attempt.take()?;
        let reason = line.trim();
        let reason = reason.strip_prefix("Error: ").unwrap_or(reason);
        let reason = reason
            .strip_prefix("java.lang.RuntimeException: PipeMapRed.waitOutputThreads(): ")
            .unwrap_or(reason);
        Some(Line::AttemptFailed {
            attempt,
            reason: reason.to_owned(),
        })
    }

    /// A line of the counters at the end: a group after one tab, a counter after two.
    fn counter(&mut self, line: &str) -> bool {
        let Some(group) = &mut self.group else {
            return false;
        };
        let Some(line) = line.strip_prefix('\t') else {
            self.group = None;
            return false;
        };
        let Some(counter) = line.strip_prefix('\t') else {
            *group = line.to_owned();
            return true;
        };
        let Some((name, amount)) = counter.rsplit_once('=') else {
            return true;
        };
        let Ok(amount) = amount.parse() else {
            return true;
        };
        if OWN.contains(&group.trim()) {
            let group = group.trim();
            self.own.insert(format!("{group}/{name}"), amount);
        } else {
            let counter = BTreeMap::from([(name.to_owned(), amount)]);
            let counters = Counters::from([(group.clone(), counter)]);
            self.add(&counters);
        }
        true
    }

    /// Adds to the job's counters.
    pub(crate) fn add(&mut self, counters: &Counters) {
        if let Err(overflow) = add_counters(&mut self.counters, counters) {
            self.overflow.get_or_insert(overflow);
        }
    }

    fn complain(&mut self, text: &str) {
        if self.complaints.len() < KEPT {
            self.complaints.push(text.trim().to_owned());
        }
    }

    /// A counter by which tasks count their records.
    pub(crate) fn task_counter(&self, name: &str) -> u64 {
        let amount = self
            .counters
            .get(OWN_COUNTERS)
            .and_then(|names| names.get(name));
        amount.map_or(0, |&amount| amount.try_into().unwrap_or(0))
    }

    /// One of Hadoop's own counters.
    pub(crate) fn own(&self, group: &str, name: &str) -> u64 {
        let amount = self
            .own
            .get(&format!("{group}/{name}"))
            .copied()
            .unwrap_or(0);
        amount.try_into().unwrap_or(0)
    }
}

/// Level and text of a line that begins with date and time.
fn log_line(line: &str) -> Option<(&str, &str)> {
    let mut words = line.splitn(5, ' ');
    let (date, time) = (words.next()?, words.next()?);
    let digits = |text: &str| {
        text.bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_digit())
    };
    if !digits(date) || !digits(time) || !time.contains(':') {
        return None;
    }
    let (level, _category) = (words.next()?, words.next()?);
    Some((level, words.next()?))
}

fn after<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    Some(text.trim_start().strip_prefix(prefix)?.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "2026-01-01 00:00:00,000 INFO mapreduce.Job: ";

    fn said(lines: &[String]) -> (ClientOutput, Vec<Line>) {
        let mut said = ClientOutput::default();
        let meant = lines.iter().map(|line| said.line(line)).collect();
        (said, meant)
    }

    #[test]
    fn a_job_that_runs() {
        let (said, lines) = said(&[
            "2026-01-01 00:00:00,000 INFO impl.YarnClientImpl: Submitted application application_1_0003".into(),
            format!("{LOG}The url to track the job: http://h:1/proxy/application_1_0003/"),
            format!("{LOG}Running job: job_1_0003"),
            format!("{LOG} map 50% reduce 0%"),
            format!("{LOG}Counters: 2"),
            "\tMap-Reduce Framework".into(),
            "\t\tMap input records=12".into(),
            "\tmy words".into(),
            "\t\ta=b=-3".into(),
            "2026-01-01 00:00:00,000 INFO streaming.StreamJob: Output directory: /o".into(),
            "debug print".into(),
        ]);
        assert_eq!(said.application.unwrap(), "application_1_0003");
        assert_eq!(said.job.unwrap(), "job_1_0003");
        assert_eq!(said.own["Map-Reduce Framework/Map input records"], 12);
        assert_eq!(said.counters["my words"]["a=b"], -3);
        assert_eq!((&lines[0], &lines[3]), (&Line::Submitted, &Line::Other));
        assert_eq!(lines[10], Line::Printed("debug print".to_owned()));
    }

    #[test]
    fn a_counter_that_is_too_large_over_all_tasks() {
        let of_a_task = format!("mrjob:counters:{{\"big\":{{\"n\":{}}}}}", i64::MAX);
        let (first, _) = said(std::slice::from_ref(&of_a_task));
        assert_eq!(
            (first.counters["big"]["n"], first.overflow),
            (i64::MAX, None)
        );
        let (both, _) = said(&[of_a_task.clone(), of_a_task]);
        let overflow = both.overflow.unwrap().to_string();
        assert!(
            overflow.starts_with("the counter `big: n` is beyond 9223372036854775807"),
            "{overflow}"
        );
    }

    #[test]
    fn an_attempt_that_failed() {
        let (_, lines) = said(&[
            format!("{LOG}Task Id : attempt_1_0003_m_000002_0, Status : FAILED"),
            "Error: java.lang.RuntimeException: PipeMapRed.waitOutputThreads(): subprocess failed with code 1".into(),
            "\tat org.apache.hadoop.streaming.PipeMapRed".into(),
        ]);
        let failed = Line::AttemptFailed {
            attempt: "attempt_1_0003_m_000002_0".to_owned(),
            reason: "subprocess failed with code 1".to_owned(),
        };
        assert_eq!(lines, [Line::Other, failed, Line::Other]);
    }

    #[test]
    fn what_the_client_complains_of() {
        let (said, _) = said(&[
            "2026-01-01 00:00:00,000 ERROR streaming.StreamJob: Error Launching job : Output directory /o already exists".into(),
            "Streaming Command Failed!".into(),
        ]);
        assert_eq!(
            said.complaints,
            ["Error Launching job : Output directory /o already exists"]
        );
    }
}
