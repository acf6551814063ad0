//! What steps leave in S3 when they have ended: counters, and why one failed. Their scripts leave it at once, the cluster's logs
//! come some minutes later.

use std::thread;
use std::time::{Duration, Instant};

use mrjob_core::counter::Counters;

use super::api::Step;
use super::logs::{Logs, application, last_failure, lines};
use super::{EmrConfig, EmrError, script};
use crate::cluster::client_output::ClientOutput;
use crate::cluster::{IN_LOGS, OWN_COUNTERS};
use crate::event::{Event, Phase};
use crate::fs::{FileEntry, FileSystem};
use crate::run::{Run, RunError, RunTotals};

/// How often logs that come late are looked for, between looks at a cluster: they may take five minutes and more.
const LOOKS: u32 = 20;
/// How soon a wish to stop is seen.
const TICK: Duration = Duration::from_millis(50);

/// What the steps of a run leave.
pub(super) struct Causes<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) config: &'a EmrConfig,
    /// The run's folder, with what scripts leave.
    pub(super) own: &'a str,
    pub(super) files: &'a dyn FileSystem,
    pub(super) logs: Logs<'a>,
}

/// The counters of the steps that are done.
#[derive(Default)]
pub(super) struct Counted {
    pub(super) sums: RunTotals,
    /// Steps whose counters aren't there.
    missing: usize,
}

impl Causes<'_> {
    /// Adds the counters of a step that is done. The job doesn't fail where they aren't there.
    ///
    /// # Errors
    ///
    /// When a counter is too large.
    pub(super) fn count(
        &self,
        number: usize,
        step: &Step,
        counted: &mut Counted,
    ) -> Result<(), RunError> {
        let steps = self.run.plan.steps.len();
        let said = self.said(number).filter(|said| !said.own.is_empty());
        // What the script couldn't leave may be among the logs already. For counters alone nobody waits minutes.
        let logs = || self.config.read_logs.then(|| self.logs.said(&step.id));
        let mut said = said.or_else(logs).unwrap_or_default();
        if let Some(source) = said.overflow.take() {
            return Err(RunError::Counter {
                step: number,
                steps,
                source,
            });
        }
        let in_logs = said.task_counter(IN_LOGS);
        if in_logs > 0 {
            let message = format!(
                "counters of step {} are incomplete: {in_logs} of its tasks counted more than Hadoop adds up, and the rest is \
                 in their logs, in {}",
                number + 1,
                self.logs.folder
            );
            self.tell(Event::Warning { message });
        }
        counted.missing += usize::from(said.own.is_empty());
        let sums = &mut counted.sums;
        sums.add_step(&said, self.run.plan.steps[number].reducer.is_some());
        let counters = sums.counters.last().cloned().unwrap_or_else(Counters::new);
        self.tell(Event::StepFinished {
            step: number,
            counters,
        });
        if number + 1 == steps && counted.missing > 0 && self.config.read_logs {
            let message = format!(
                "the job is done, but counters are missing for {} of its {steps} steps: the cluster's first node left none in {}\n\
                 hint: it needs the right to write there; EMR's logs have them later, in {}",
                counted.missing, self.own, self.logs.folder
            );
            self.tell(Event::Warning { message });
        }
        Ok(())
    }

    /// Why a step failed. Inputs that were copied have `names` that the user knows.
    pub(super) fn lost(&self, number: usize, step: &Step, names: &[(String, String)]) -> EmrError {
        let steps = self.run.plan.steps.len();
        let mut said = self.said(number).unwrap_or_default();
        let left = self.left(script::failed(self.own, number));
        let mut task = left.as_ref().and_then(last_failure).map(|failure| {
            let application = application(&said).unwrap_or_default();
            let logs = self.logs.of_application(&application);
            (failure, format!("its logs, in some minutes: {logs}"))
        });
        // A script that found nothing has left an empty list: no log will tell more.
        if task.is_none() && left.is_none() {
            self.look(step.state == "FAILED", || {
                if application(&said).is_none() {
                    said = self.logs.said(&step.id);
                }
                let found = application(&said);
                let found = found.and_then(|application| self.logs.failure(&application));
                task = found.map(|(failure, log)| (failure, format!("its log: {log}")));
                task.is_some()
            });
        }
        if let Some((mut failure, at)) = task {
            if let Some(place) = &mut failure.place
                && let Some((_, name)) = names.iter().find(|(uri, _)| *uri == place.file)
            {
                place.file.clone_from(name);
            }
            return EmrError::Task {
                step: number,
                steps,
                phase: match failure.key {
                    Some(_) => Phase::Reduce,
                    None => Phase::Map,
                },
                failure,
                counters: shown(&said),
                at,
            };
        }
        let mut message = step.reason.clone().unwrap_or_default();
        if message.is_empty() {
            message = "EMR doesn't say why".to_owned();
        }
        for complaint in &said.complaints {
            message += &format!("\n{complaint}");
        }
        message += &shown(&said);
        message += &format!("\nits logs: {}", self.logs.of_step(&step.id));
        EmrError::Ended {
            step: number,
            steps,
            state: step.state.clone(),
            message,
        }
    }

    /// What Hadoop's client said in a step, if its script has left that.
    fn said(&self, number: usize) -> Option<ClientOutput> {
        let left = self.left(script::said(self.own, number))?;
        let mut said = ClientOutput::default();
        lines(&left, &mut |line| drop(said.line(line)));
        Some(said)
    }

    fn left(&self, address: String) -> Option<FileEntry> {
        let found = self.config.read_logs.then(|| self.files.file(&address))?;
        found.ok()?
    }

    /// Looks until there is `enough`, or it has taken too long; once, if nothing will come.
    fn look(&self, waits: bool, mut enough: impl FnMut() -> bool) {
        if !self.config.read_logs {
            return;
        }
        let looks = if waits { LOOKS } else { 1 };
        for look in 0..looks {
            if look == 1 {
                let message = format!("waiting for logs in {}", self.logs.folder);
                self.tell(Event::Note { message });
            }
            if self.run.stop.requested() || enough() || look + 1 == looks {
                return;
            }
            let begun = Instant::now();
            let long = Duration::from_secs_f64(self.config.poll);
            while begun.elapsed() < long && !self.run.stop.requested() {
                thread::sleep(TICK.min(long));
            }
        }
    }

    fn tell(&self, event: Event) {
        (self.run.events)(event);
    }
}

/// The job's own counters as far as the step got, a line each.
fn shown(said: &ClientOutput) -> String {
    let groups = said.counters.iter();
    let own = groups.filter(|(group, _)| *group != OWN_COUNTERS);
    let names = own.flat_map(|(group, names)| names.iter().map(move |(name, n)| (group, name, n)));
    names
        .map(|(group, name, amount)| format!("\ncounter {group}, {name}: {amount}"))
        .collect()
}
