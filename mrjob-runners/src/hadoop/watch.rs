//! A step that runs: what the client and the cluster say of it as events, until it ends.

use std::process::ExitStatus;
use std::thread;
use std::time::{Duration, Instant};

use mrjob_core::counter::Counters;

use super::cause::{FailedAttempt, phase_and_task};
use super::client::{Client, Next};
use super::yarn::{Cluster, Progress, State};
use crate::cluster::client_output::{ClientOutput, Line};
use crate::cluster::{BYTES_READ, IN_LOGS, OWN_COUNTERS};
use crate::event::{Event, Phase, Totals};
use crate::run::{Run, RunError};

/// How often the cluster is asked, and whether to stop.
const PAUSE: Duration = Duration::from_millis(100);
const POLL: Duration = Duration::from_secs(1);
/// How long a job may wait before the user is told why.
const WAITING: Duration = Duration::from_secs(10);
/// How long the history server has until it knows a job that has ended.
const PATIENCE: Duration = Duration::from_secs(15);

/// A step that is watched.
pub(super) struct Watch<'a> {
    run: &'a Run<'a>,
    cluster: &'a Cluster<'a>,
    step: usize,
    reducers: u32,
    /// Bytes that its map tasks read, where they are known.
    bytes: u64,
    said: ClientOutput,
    failed: Vec<FailedAttempt>,
    phase: Option<Phase>,
    /// When the cluster took the job.
    submitted: Option<Instant>,
    explained: bool,
    polled: Instant,
}

/// How a step ended.
pub(super) struct StepEnd {
    pub(super) said: ClientOutput,
    pub(super) failed: Vec<FailedAttempt>,
    /// Whether the job is done; how its client ended says nothing of that where the client itself failed.
    pub(super) is_done: bool,
    pub(super) status: ExitStatus,
}

impl<'a> Watch<'a> {
    pub(super) fn new(
        run: &'a Run<'a>,
        cluster: &'a Cluster<'a>,
        step: usize,
        reducers: u32,
        bytes: u64,
    ) -> Self {
        Watch {
            run,
            cluster,
            step,
            reducers,
            bytes,
            said: ClientOutput::default(),
            failed: Vec::new(),
            phase: None,
            submitted: None,
            explained: false,
            polled: Instant::now(),
        }
    }

    /// Follows the step to its end, or to the user's wish that it stops: `kill` ends the application of that name, or the one
    /// that the client is about to submit.
    pub(super) fn follow(
        mut self,
        client: Client,
        kill: &dyn Fn(Option<&str>),
    ) -> Result<StepEnd, RunError> {
        loop {
            if self.run.stop.requested() {
                if self.said.application.is_none() {
                    // Else it might submit the job when nobody looks any more.
                    drop(client);
                }
                kill(self.said.application.as_deref());
                return Err(RunError::Stopped);
            }
            match client.next(PAUSE) {
                Next::Line(line) => self.line(&line),
                Next::Nothing => {}
                Next::Ended => break,
            }
            if self.polled.elapsed() >= POLL {
                self.poll();
                self.polled = Instant::now();
            }
        }
        let status = client
            .wait()
            .map_err(RunError::io("wait for `hadoop jar`"))?;
        let is_done = status.success() || self.follow_alone(status, kill)?;
        if is_done {
            self.read_counters();
            if let Some(source) = self.said.overflow.take() {
                return Err(RunError::Counter {
                    step: self.step,
                    steps: self.run.plan.steps.len(),
                    source,
                });
            }
            self.finish();
        }
        Ok(StepEnd {
            said: self.said,
            failed: self.failed,
            is_done,
            status,
        })
    }

    /// Follows a job to its end whose client has failed: it may have been killed, or not have read how the job ended. Whether
    /// the job is done.
    fn follow_alone(
        &mut self,
        status: ExitStatus,
        kill: &dyn Fn(Option<&str>),
    ) -> Result<bool, RunError> {
        let (Some(application), false) = (self.said.application.clone(), self.said.has_failed)
        else {
            return Ok(false);
        };
        let mut answered = Instant::now();
        let mut told = false;
        loop {
            match self.cluster.state(&application) {
                Some(State::Done) => break,
                Some(State::Failed) => return Ok(false),
                Some(State::Runs) => {
                    answered = Instant::now();
                    if !told {
                        told = true;
                        let message = format!(
                            "Hadoop's client ended with {status}; {application}, which it submitted, goes on"
                        );
                        self.tell(Event::Warning { message });
                    }
                    self.poll();
                }
                None if answered.elapsed() > PATIENCE => return Ok(false),
                None => {}
            }
            if self.run.stop.requested() {
                kill(Some(&application));
                return Err(RunError::Stopped);
            }
            thread::sleep(POLL);
        }
        self.read_history();
        Ok(true)
    }

    /// Reads the counters that the client would have said.
    fn read_history(&mut self) {
        let begun = Instant::now();
        let mut found = None;
        while let (Some(job), None) = (&self.said.job, &found)
            && begun.elapsed() < PATIENCE
        {
            found = self.cluster.last_counters(job);
            thread::sleep(PAUSE);
        }
        let Some(found) = found else {
            let message = "the job is done, but how much it read, wrote and counted isn't known: Hadoop has no history of it";
            return self.tell(Event::Warning {
                message: message.to_owned(),
            });
        };
        let mut counters = Counters::new();
        for (group, name, amount) in found {
            if !group.starts_with("org.apache.hadoop.") {
                counters.entry(group).or_default().insert(name, amount);
            }
        }
        self.said.add(&counters);
    }

    fn line(&mut self, line: &str) {
        self.tell(Event::Detail {
            message: line.to_owned(),
        });
        match self.said.line(line) {
            Line::Submitted => self.submitted = Some(Instant::now()),
            Line::AttemptFailed { attempt, reason } => self.attempt_failed(&attempt, reason),
            Line::Printed(line) => self.tell(Event::TaskOutput { line }),
            Line::Other => {}
        }
    }

    /// Tells of a lost attempt, with the task's own words where they can be had: now, for the node forgets them soon.
    fn attempt_failed(&mut self, attempt: &str, reason: String) {
        let Some((phase, task)) = phase_and_task(attempt) else {
            return;
        };
        let read = || {
            let cluster = self.cluster;
            let (application, job) = (self.said.application.as_ref()?, self.said.job.as_ref()?);
            let mut known = cluster.running_attempt(application, job, attempt)?;
            if known.diagnostics.is_empty() {
                known.diagnostics.clone_from(&reason);
            }
            FailedAttempt::read(cluster, known)
        };
        let failed = read();
        let known = failed.as_ref().and_then(FailedAttempt::reason);
        let reason = known.unwrap_or(reason);
        self.failed.extend(failed);
        let number = attempt
            .rsplit('_')
            .next()
            .and_then(|number| number.parse().ok());
        self.tell(Event::AttemptLost {
            step: self.step,
            phase,
            task,
            attempt: number.unwrap_or(0),
            reason,
        });
    }

    /// Asks the cluster how far it is.
    fn poll(&mut self) {
        let (Some(application), Some(job)) = (&self.said.application, &self.said.job) else {
            return;
        };
        let cluster = self.cluster;
        let Some(progress) = cluster.progress(application, job) else {
            let waits = self
                .submitted
                .is_some_and(|since| since.elapsed() > WAITING);
            if waits && !self.explained && self.phase.is_none() {
                self.explained = true;
                if let Some(message) = cluster.waiting(application) {
                    self.tell(Event::Note { message });
                }
            }
            return;
        };
        let counters = cluster.counters(application, job).unwrap_or_default();
        self.progress(progress, &counters);
    }

    fn progress(&mut self, progress: Progress, counters: &[(String, String, i64)]) {
        let (maps, maps_done, map_fraction) = progress.maps;
        let own = |name: &str| amount(counters, OWN_COUNTERS, name);
        self.begin(Phase::Map, maps, self.bytes);
        if self.phase == Some(Phase::Map) {
            let task = "org.apache.hadoop.mapreduce.TaskCounter";
            // What tasks read by themselves Hadoop doesn't see.
            let (records, bytes) = match own(BYTES_READ) {
                0 => (
                    amount(counters, task, "MAP_INPUT_RECORDS"),
                    (self.bytes as f64 * map_fraction) as u64,
                ),
                bytes => (own("map input records"), bytes),
            };
            self.went_on(Phase::Map, maps_done, records, bytes);
            // Its sums are known when all of its tasks have said theirs.
            if maps_done == maps && self.reducers > 0 && own("map input records") > 0 {
                self.end_phase(Phase::Map, maps, &|name| own(name));
            }
        }
        if self.phase == Some(Phase::Reduce) {
            let (_, done, _) = progress.reduces;
            self.went_on(Phase::Reduce, done, own("reduce input records"), 0);
        }
    }

    fn went_on(&self, phase: Phase, tasks_done: usize, records: u64, bytes: u64) {
        self.tell(Event::Progress {
            step: self.step,
            phase,
            tasks_done,
            records,
            bytes,
        });
    }

    /// Adds the counters that were too many for Hadoop and are in logs.
    fn read_counters(&mut self) {
        let logs = self.said.task_counter(IN_LOGS);
        // Those of tasks that the client runs it has printed.
        let job = self.said.job.as_ref();
        let (1.., Some(job)) = (logs, job.filter(|job| !job.starts_with("job_local"))) else {
            return;
        };
        let begun = Instant::now();
        let mut found: Option<Vec<Counters>> = None;
        // The history server has a job some seconds after its end.
        while begun.elapsed() < PATIENCE
            && found.as_ref().is_none_or(|all| (all.len() as u64) < logs)
        {
            found = self.cluster.logged_counters(job).or(found);
            thread::sleep(PAUSE);
        }
        let found = found.unwrap_or_default();
        for counters in &found {
            self.said.add(counters);
        }
        let count = found.len() as u64;
        if count < logs {
            let missing = logs - count;
            let message = format!(
                "counters of {missing} tasks are incomplete: there were more than Hadoop keeps, and these tasks' logs, which have \
                 the rest, can't be read"
            );
            self.tell(Event::Warning { message });
        }
    }

    /// The rest of the step's events, when it is done.
    fn finish(&mut self) {
        let launched = |kind: &str| {
            let launched = self
                .said
                .own("Job Counters", &format!("Launched {kind} tasks"));
            usize::try_from(launched).unwrap_or(0)
        };
        let (maps, reduces) = (
            launched("map").max(1),
            launched("reduce").max(self.reducers as usize),
        );
        let own = self
            .said
            .counters
            .get(OWN_COUNTERS)
            .cloned()
            .unwrap_or_default();
        let own = |name: &str| {
            own.get(name)
                .map_or(0, |&amount| amount.try_into().unwrap_or(0))
        };
        self.begin(Phase::Map, maps, self.bytes);
        if self.phase == Some(Phase::Map) {
            self.end_phase(Phase::Map, maps, &own);
        }
        if self.phase == Some(Phase::Reduce) {
            self.end_phase(Phase::Reduce, reduces, &own);
        }
        let mut counters = self.said.counters.clone();
        counters.remove(OWN_COUNTERS);
        self.tell(Event::StepFinished {
            step: self.step,
            counters,
        });
    }

    fn begin(&mut self, phase: Phase, tasks: usize, bytes: u64) {
        if self.phase.is_none() || phase == Phase::Reduce {
            self.phase = Some(phase);
            self.tell(Event::PhaseStarted {
                step: self.step,
                phase,
                tasks,
                bytes,
            });
        }
    }

    fn end_phase(&mut self, phase: Phase, tasks: usize, own: &dyn Fn(&str) -> u64) {
        let totals = Totals {
            tasks,
            records_in: own(&format!("{phase} input records")),
            records_out: own(&format!("{phase} output records")),
            ..Totals::default()
        };
        self.tell(Event::PhaseFinished {
            step: self.step,
            phase,
            totals,
        });
        if phase == Phase::Map && self.reducers > 0 {
            self.begin(Phase::Reduce, self.reducers as usize, 0);
        } else {
            self.phase = None;
        }
    }

    fn tell(&self, event: Event) {
        (self.run.events)(event);
    }
}

fn amount(counters: &[(String, String, i64)], group: &str, name: &str) -> u64 {
    let found = counters.iter().find(|(g, n, _)| g == group && n == name);
    found.map_or(0, |(_, _, amount)| u64::try_from(*amount).unwrap_or(0))
}
