//! Why a job failed.

use std::thread;
use std::time::{Duration, Instant};

use mrjob_core::task::{FailureKind, TaskFailure};

use super::HadoopError;
use super::yarn::{Attempt, Cluster};
use crate::cluster::Message;
use crate::cluster::client_output::ClientOutput;
use crate::event::Phase;
use crate::exit::Exit;

/// How long the history server has until it knows a job that has ended.
const PATIENCE: Duration = Duration::from_secs(12);
const PAUSE: Duration = Duration::from_millis(300);

/// How often Hadoop's own program is asked for logs, and how much longer is waited each time.
const TRIES: u32 = 4;
const AGGREGATED: Duration = Duration::from_secs(1);

/// Lines of a log that are shown where the task itself says nothing.
const SHOWN: usize = 12;

/// What is known of an attempt that failed.
#[derive(Debug, Clone)]
pub(super) struct FailedAttempt {
    pub(super) attempt: Attempt,
    /// The task's own words, if it had any.
    pub(super) failure: Option<Box<TaskFailure>>,
    /// The last lines that it printed.
    pub(super) last_lines: Vec<String>,
}

impl FailedAttempt {
    /// Reads the logs of `attempt`; nothing where nobody has them now.
    pub(super) fn read(cluster: &Cluster, mut attempt: Attempt) -> Option<Self> {
        let log = cluster.log(&attempt, "stderr")?;
        if attempt.diagnostics.contains(&abandoned()) {
            // Its JVM died first, and has said in its own log of what.
            let log = cluster.log(&attempt, "syslog").unwrap_or_default();
            if let Some(death) = java_error(&log) {
                attempt.diagnostics = death;
            }
        }
        let messages = log.lines().rev().filter_map(Message::parse);
        let mut failures = messages.filter_map(|message| match message {
            Message::Failure(failure) => Some(failure),
            _ => None,
        });
        let failure = failures.next();
        let lines = log.lines().filter(|line| is_the_jobs(line));
        let lines: Vec<String> = lines.map(str::to_owned).collect();
        Some(FailedAttempt {
            attempt,
            failure,
            last_lines: lines[lines.len().saturating_sub(SHOWN)..].to_vec(),
        })
    }

    /// In a line: why, if more is known than that the process ended.
    pub(super) fn reason(&self) -> Option<String> {
        match &self.failure {
            Some(failure) => Some(failure.to_string()),
            None if self.attempt.diagnostics.starts_with("java.") => {
                Some(first_line(&self.attempt.diagnostics))
            }
            None => None,
        }
    }
}

/// What Hadoop says of a task whose output nobody read any more.
fn abandoned() -> String {
    format!("failed with code {}", Exit::Abandoned as i32)
}

/// The error in the log of a JVM of which it died.
fn java_error(log: &str) -> Option<String> {
    let find = |is_one: fn(&str) -> bool| log.lines().find(|line| is_one(line));
    let line = find(|line| line.contains("OutOfMemoryError")).or_else(|| {
        find(|line| {
            line.contains("java.") && (line.contains("Error") || line.contains("Exception"))
        })
    })?;
    Some(line[line.find("java.")?..].trim().to_owned())
}

/// Whether a line of a log is the job's: neither of ours nor of who serves the log.
fn is_the_jobs(line: &str) -> bool {
    const FRAME: [&str; 14] = [
        "reporter:",
        "mrjob:",
        "Container: ",
        "LogAggregationType:",
        "LogType:",
        "LogLastModifiedTime:",
        "LogLength:",
        "LogContents:",
        "End of LogType:",
        "*****",
        "=====",
        "log4j:",
        "*",
        "LogUploadTime",
    ];
    !line.trim().is_empty() && !FRAME.iter().any(|frame| line.starts_with(frame))
}

/// A step that failed.
pub(super) struct StepFailure<'a> {
    pub(super) step: usize,
    pub(super) steps: usize,
    pub(super) said: &'a ClientOutput,
    /// What was read of attempts while the job ran.
    pub(super) failed: Vec<FailedAttempt>,
    /// How the client ended.
    pub(super) ended: String,
    /// Places of inputs on the cluster, and what the user calls them.
    pub(super) names: &'a [(String, String)],
    /// The logs of an application as Hadoop's own program gives them, for clusters whose web services can't be asked.
    pub(super) logs: &'a dyn Fn(&str) -> Option<String>,
}

impl StepFailure<'_> {
    /// The error to tell; `cluster` is none where logs aren't to be read, or there are none.
    pub(super) fn error(mut self, cluster: Option<&Cluster>) -> HadoopError {
        let (step, steps) = (self.step, self.steps);
        if let Some(failure) = &self.said.failure {
            // The client ran the task itself.
            return self.of_task(failure.clone(), None, cluster);
        }
        let Some(job) = &self.said.job else {
            return HadoopError::Submission {
                step,
                steps,
                ended: self.ended,
                message: complaint(self.said),
            };
        };
        if let (Some(cluster), Some(application)) = (cluster, &self.said.application)
            && !self.failed.iter().any(|failed| failed.failure.is_some())
            && !cluster.has_history()
            && let Some(failure) = self.in_logs(application)
        {
            return self.of_task(failure, None, Some(cluster));
        }
        let found = match self.failed.pop() {
            Some(failed) if failed.failure.is_some() => Some(failed),
            other => cluster.and_then(|cluster| wait(cluster, job)).or(other),
        };
        let Some(failed) = found else {
            let message = complaint(self.said);
            return HadoopError::Job {
                step,
                steps,
                message,
            };
        };
        match failed.failure.clone() {
            Some(failure) => self.of_task(failure, Some(&failed), cluster),
            None => HadoopError::Job {
                step,
                steps,
                message: self.of_attempt(&failed, cluster),
            },
        }
    }

    fn of_task(
        &self,
        mut failure: Box<TaskFailure>,
        failed: Option<&FailedAttempt>,
        cluster: Option<&Cluster>,
    ) -> HadoopError {
        if let Some(place) = &mut failure.place {
            let known = self.names.iter().find(|(uri, _)| *uri == place.file);
            if let Some((_, name)) = known {
                place.file.clone_from(name);
            }
        }
        // `Task failed task_1_0003_m_000002`.
        let told = self.said.complaints.iter().find_map(|text| {
            let (_, rest) = text.split_once("Task failed ")?;
            rest.split_whitespace().next()
        });
        let id = failed.map_or(told.unwrap_or_default(), |failed| {
            failed.attempt.id.as_str()
        });
        let (phase, task) = phase_and_task(id).unwrap_or(match failure.key {
            Some(_) => (Phase::Reduce, 0),
            None => (Phase::Map, 0),
        });
        HadoopError::Task {
            step: self.step,
            steps: self.steps,
            phase,
            task,
            at: failed.map_or_else(
                || self.all_logs(),
                |failed| {
                    let lines = match failure.kind {
                        // What a command prints may be all that it says.
                        FailureKind::Command => printed(failed),
                        _ => String::new(),
                    };
                    lines + &place(failed, cluster)
                },
            ),
            failure,
        }
    }

    /// How a person reads all logs.
    fn all_logs(&self) -> String {
        let application = self.said.application.as_ref();
        application.map_or_else(String::new, |application| {
            format!("its logs: `yarn logs -applicationId {application}`")
        })
    }

    /// A task's own words in the logs of its application, which are there some seconds after its end.
    fn in_logs(&self, application: &str) -> Option<Box<TaskFailure>> {
        let mut tries = (0..TRIES).map(|number| {
            thread::sleep(AGGREGATED * number);
            let text = (self.logs)(application)?;
            let mut messages = text.lines().rev().filter_map(Message::parse);
            messages.find_map(|message| match message {
                Message::Failure(failure) => Some(failure),
                _ => None,
            })
        });
        tries.find_map(|failure| failure)
    }

    /// Of an attempt that said nothing itself: its JVM may have died, or it was killed.
    fn of_attempt(&self, failed: &FailedAttempt, cluster: Option<&Cluster>) -> String {
        let diagnostics = &failed.attempt.diagnostics;
        let name = match phase_and_task(&failed.attempt.id) {
            Some((phase, task)) => format!("{phase} task {task}"),
            None => "a task".to_owned(),
        };
        let (what, hint) = verdict(diagnostics);
        let what = what.map_or_else(|| first_line(diagnostics), str::to_owned);
        let mut text = format!("{name}: {what}");
        if what != first_line(diagnostics) {
            text += &format!("\nHadoop says: {}", first_line(diagnostics));
        }
        text += &format!("\n{}{}", printed(failed), place(failed, cluster));
        if let Some(hint) = hint {
            text += &format!("\nhint: {hint}");
        }
        text
    }
}

/// What it means, and what to do.
fn verdict(diagnostics: &str) -> (Option<&'static str>, Option<&'static str>) {
    const HEAP: &str = "`-D mapreduce.map.java.opts=-Xmx1g` gives the JVM more, and `-D mapreduce.map.memory.mb` the container; \
                        likewise `reduce`";
    const CONTAINER: &str =
        "`-D mapreduce.map.memory.mb=2048` gives the container more; likewise `reduce`";
    let says = |text: &str| diagnostics.contains(text);
    if says("OutOfMemoryError") || says("Java heap space") || says("GC overhead limit") {
        (Some("the JVM of the task ran out of memory"), Some(HEAP))
    } else if says("beyond physical memory limits") || says("beyond virtual memory limits") {
        (
            Some("the task needed more memory than its container has, and YARN killed it"),
            Some(CONTAINER),
        )
    } else if says("failed with code 137") {
        (
            Some("the program was killed by signal 9"),
            Some("the machine may have run out of memory"),
        )
    } else if says("Exec format error") || says("error=8") {
        (
            Some("the machine can't execute this program"),
            Some(
                "build it for the cluster's system: `cargo build --release --target x86_64-unknown-linux-musl`",
            ),
        )
    } else if says("GLIBC_") {
        (
            Some("the machine's C library is older than this program"),
            Some("build it without one: `--target x86_64-unknown-linux-musl`"),
        )
    } else if says("Timed out after") {
        (
            Some("the task was silent for too long"),
            Some("`-D mapreduce.task.timeout=MILLISECONDS`"),
        )
    } else {
        (None, None)
    }
}

/// Asks the history server until it knows.
fn wait(cluster: &Cluster, job: &str) -> Option<FailedAttempt> {
    let begun = Instant::now();
    let mut last = None;
    while begun.elapsed() < PATIENCE {
        if let Some(attempt) = cluster.failed_attempt(job) {
            if let Some(failed) = FailedAttempt::read(cluster, attempt.clone()) {
                return Some(failed);
            }
            last = Some(FailedAttempt {
                attempt,
                failure: None,
                last_lines: Vec::new(),
            });
        }
        thread::sleep(PAUSE);
    }
    last
}

/// The last lines of an attempt's own log, if there are any.
fn printed(failed: &FailedAttempt) -> String {
    if failed.last_lines.is_empty() {
        return String::new();
    }
    let lines = failed.last_lines.iter().map(|line| format!("  {line}\n"));
    format!(
        "the last lines that it printed:\n{}",
        lines.collect::<String>()
    )
}

/// Which attempt on which machine, and where its logs are.
fn place(failed: &FailedAttempt, cluster: Option<&Cluster>) -> String {
    let Attempt { id, node, .. } = &failed.attempt;
    let host = node.split(':').next().unwrap_or(node);
    let mut text = format!("it was {id} on {host}");
    if let Some(cluster) = cluster {
        text += &format!("\nits logs: {}", cluster.log_page(&failed.attempt));
    }
    text
}

/// What the client said of it.
fn complaint(said: &ClientOutput) -> String {
    let known = said.complaints.iter().map(String::as_str);
    let known: Vec<&str> = known
        .filter(|text| *text != "Job not successful!")
        .collect();
    let launching = known
        .iter()
        .find_map(|text| text.strip_prefix("Error Launching job : "));
    match (launching, known.as_slice()) {
        (Some(text), _) => text.to_owned(),
        (None, []) => {
            "Hadoop's client didn't say why\nhint: `-v` shows all that it says".to_owned()
        }
        (None, lines) => lines.join("\n"),
    }
}

/// `attempt_1_0003_m_000002_0` is of map task 2.
pub(super) fn phase_and_task(attempt: &str) -> Option<(Phase, u32)> {
    let mut words = attempt.split('_').skip(3);
    let phase = match words.next()? {
        "m" => Phase::Map,
        "r" => Phase::Reduce,
        _ => return None,
    };
    Some((phase, words.next()?.parse().ok()?))
}

fn first_line(text: &str) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty());
    let line = line.unwrap_or("it failed without a word").trim();
    line.strip_prefix("Error: ").unwrap_or(line).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_jvm_died_of() {
        let log = "2026-01-01 00:00:00,000 INFO [main] org.apache.hadoop.mapred.MapTask: Processing split\n\
                   2026-01-01 00:00:01,000 WARN [Thread-16] org.apache.hadoop.streaming.PipeMapRed: \
                   java.lang.OutOfMemoryError: Java heap space\n\tat java.base/java.util.Arrays.copyOf\n\
                   java.io.IOException: Stream closed\n";
        let error = java_error(log).unwrap();
        assert_eq!(error, "java.lang.OutOfMemoryError: Java heap space");
        assert_eq!(
            verdict(&error).0,
            Some("the JVM of the task ran out of memory")
        );
        assert_eq!(java_error("all is well"), None);
    }
}
