//! What the logs of steps say when they have ended: counters, and why one failed.

use std::time::Duration;

use mrjob_core::task::Counters;

use super::api::Step;
use super::logs::Logs;
use super::{EmrConfig, EmrError};
use crate::event::{Event, Phase};
use crate::hadoop::{Said, Sums};
use crate::runner::{Run, RunError};
use crate::streaming::{IN_LOGS, OWN_COUNTERS};

/// How often logs that come late are looked for, between looks at a cluster: they may take five minutes and more.
const LOOKS: u32 = 20;
/// How soon a wish to stop is seen.
const TICK: Duration = Duration::from_millis(50);

/// The logs of a run, waited for.
pub(super) struct Causes<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) config: &'a EmrConfig,
    pub(super) logs: Logs<'a>,
}

impl Causes<'_> {
    /// The counters of all steps, as soon as their logs are there; a job that is done doesn't fail for them.
    ///
    /// # Errors
    ///
    /// When a counter is too large.
    pub(super) fn counted(&self, steps: &[Step]) -> Result<Sums, RunError> {
        let mut sums = Sums::default();
        let mut missing = 0;
        for (number, step) in steps.iter().enumerate() {
            let reduces = self.run.plan.steps[number].reducer.is_some();
            let mut said = Said::default();
            // What one step's logs took, another's won't: they come together.
            self.look(missing == 0, || {
                said = self.logs.said(&step.id);
                !said.own.is_empty()
            });
            if let Some(source) = said.overflow.take() {
                return Err(RunError::Counter {
                    step: number,
                    steps: steps.len(),
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
            missing += usize::from(said.own.is_empty());
            sums.add(&said, reduces);
            let counters = sums.counters.last().cloned().unwrap_or_else(Counters::new);
            self.tell(Event::StepFinished {
                step: number,
                counters,
            });
        }
        if missing > 0 && self.config.read_logs {
            let message = format!(
                "the job is done, but the logs of {missing} of its {} steps aren't in {}, and so counters are missing",
                steps.len(),
                self.logs.folder
            );
            self.tell(Event::Warning { message });
        }
        Ok(sums)
    }

    /// Why a step failed. Inputs that were copied have `names` that the user knows.
    pub(super) fn lost(&self, number: usize, step: &Step, names: &[(String, String)]) -> EmrError {
        let steps = self.run.plan.steps.len();
        let mut said = Said::default();
        let mut task = None;
        self.look(step.state == "FAILED", || {
            said = self.logs.said(&step.id);
            let Some(job) = &said.job else { return false };
            task = self.logs.failure(&job.replacen("job", "application", 1));
            task.is_some()
        });
        if let Some((mut failure, log)) = task {
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
                at: format!("its log: {log}"),
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
            let begun = std::time::Instant::now();
            let long = Duration::from_secs_f64(self.config.poll);
            while begun.elapsed() < long && !self.run.stop.requested() {
                std::thread::sleep(TICK.min(long));
            }
        }
    }

    fn tell(&self, event: Event) {
        (self.run.events)(event);
    }
}

/// The job's own counters as far as the step got, a line each.
fn shown(said: &Said) -> String {
    let groups = said.counters.iter();
    let own = groups.filter(|(group, _)| *group != OWN_COUNTERS);
    let names = own.flat_map(|(group, names)| names.iter().map(move |(name, n)| (group, name, n)));
    names
        .map(|(group, name, amount)| format!("\ncounter {group}, {name}: {amount}"))
        .collect()
}
