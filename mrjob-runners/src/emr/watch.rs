//! A cluster and its steps, looked at until they end.

use std::cell::{Cell, RefCell};
use std::thread;
use std::time::{Duration, Instant};

use super::api::{Api, Step};
use super::{EmrConfig, EmrError};
use crate::event::Event;
use crate::runner::{Run, RunError};

/// How soon a wish to stop is seen.
const TICK: Duration = Duration::from_millis(50);
/// How many looks in a row may fail for a passing reason.
const MOST_FAILED: u32 = 20;

/// The cluster of a run. Dropped before the job is done, it takes the job's steps off it; one that the run made ends.
pub(super) struct Running<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) config: &'a EmrConfig,
    pub(super) api: &'a dyn Api,
    pub(super) id: String,
    pub(super) steps: RefCell<Vec<String>>,
    pub(super) done: Cell<bool>,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if self.done.get() {
            return;
        }
        let steps = self.steps.borrow();
        let (ended, by_hand) = if self.is_own() {
            (self.terminate(), self.by_hand())
        } else if steps.is_empty() {
            (Ok(()), String::new())
        } else {
            let by_hand = self.by_hand();
            (self.api.cancel_steps(&self.id, &steps), by_hand)
        };
        if let Err(error) = ended {
            let message = format!("{error}\nhint: {by_hand}");
            self.tell(Event::Warning { message });
        }
        self.run.stop.last_words(String::new());
    }
}

impl Running<'_> {
    /// Whether the run made the cluster.
    pub(super) fn is_own(&self) -> bool {
        self.config.cluster_id.is_none()
    }

    /// Ends a cluster that the run made.
    pub(super) fn terminate(&self) -> Result<(), EmrError> {
        let message = format!("ending cluster {}", self.id);
        self.tell(Event::Note { message });
        self.api.terminate(std::slice::from_ref(&self.id))
    }

    /// Says what is left running to who can't wait.
    pub(super) fn warn(&self) {
        let what = if self.is_own() {
            format!("cluster {}", self.id)
        } else {
            format!("the job's steps on cluster {}", self.id)
        };
        let by_hand = self.by_hand();
        let words = format!("warning: {what} may still run; hint: {by_hand}\n");
        self.run.stop.last_words(words);
    }

    fn by_hand(&self) -> String {
        if self.is_own() {
            return format!("`aws emr terminate-clusters --cluster-ids {}`", self.id);
        }
        let steps = self.steps.borrow().join(" ");
        let id = &self.id;
        format!("`aws emr cancel-steps --cluster-id {id} --step-ids {steps}`")
    }

    /// Waits until all steps are done; a step that ends otherwise is handed back with its number.
    pub(super) fn follow(&self) -> Result<Result<Vec<Step>, (usize, Step)>, RunError> {
        let (mut cluster_before, mut steps_before) = (String::new(), Vec::new());
        let mut failed = 0;
        loop {
            if self.run.stop.requested() {
                return Err(RunError::Stopped);
            }
            let look = || Ok((self.api.cluster(&self.id)?, self.api.steps(&self.id)?));
            let (cluster, all) = match look() {
                Ok(found) => {
                    failed = 0;
                    found
                }
                Err(error) if EmrError::is_passing(&error) && failed < MOST_FAILED => {
                    failed += 1;
                    let message = format!("{error}; asking again");
                    self.tell(Event::Warning { message });
                    self.pause();
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            if cluster.state != cluster_before {
                let mut message = format!("cluster {} is {}", self.id, cluster.state);
                if let Some(reason) = cluster.reason.as_ref().filter(|text| !text.is_empty()) {
                    message += &format!(": {reason}");
                }
                self.tell(Event::Note { message });
                cluster_before.clone_from(&cluster.state);
            }
            let steps = self.own_steps(&all);
            let states: Vec<String> = steps.iter().map(|step| step.state.clone()).collect();
            for (number, state) in states.iter().enumerate() {
                if steps_before.get(number) != Some(state) && state != "PENDING" {
                    let message = format!("step {} of {} is {state}", number + 1, states.len());
                    self.tell(Event::Note { message });
                }
            }
            steps_before = states;
            let bad = |step: &&Step| {
                matches!(
                    step.state.as_str(),
                    "FAILED" | "CANCELLED" | "INTERRUPTED" | "CANCEL_PENDING"
                )
            };
            // The first that failed is why others were cancelled.
            let failed_one = steps.iter().position(|step| step.state == "FAILED");
            let number = failed_one.or_else(|| steps.iter().position(|step| bad(&step)));
            let is_over = cluster.state.starts_with("TERMINAT");
            if let Some(number) = number.filter(|_| failed_one.is_some() || !is_over) {
                return Ok(Err((number, steps[number].clone())));
            }
            if !steps.is_empty() && steps.iter().all(|step| step.state == "COMPLETED") {
                return Ok(Ok(steps));
            }
            if is_over {
                let reason = cluster.reason.filter(|reason| !reason.is_empty());
                let reason = reason.or(cluster.code);
                return Err(EmrError::Cluster {
                    id: self.id.clone(),
                    state: cluster.state,
                    reason: reason.unwrap_or_else(|| "EMR doesn't say why".to_owned()),
                }
                .into());
            }
            self.pause();
        }
    }

    /// The steps of this run; those of a new cluster are all its.
    fn own_steps(&self, all: &[Step]) -> Vec<Step> {
        let mut known = self.steps.borrow_mut();
        if known.is_empty() {
            *known = all.iter().map(|step| step.id.clone()).collect();
        }
        let own = all.iter().filter(|step| known.contains(&step.id));
        own.cloned().collect()
    }

    /// Waits as long as between two looks, or until the run is to stop.
    pub(super) fn pause(&self) {
        let begun = Instant::now();
        let long = Duration::from_secs_f64(self.config.poll);
        while begun.elapsed() < long && !self.run.stop.requested() {
            thread::sleep(TICK.min(long));
        }
    }

    fn tell(&self, event: Event) {
        (self.run.events)(event);
    }
}
