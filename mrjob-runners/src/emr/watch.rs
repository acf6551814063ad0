//! A cluster and its steps, looked at until they end.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use super::api::{Api, Cluster, Step};
use super::retry::{MOST_FAILED, Patient};
use super::{EmrConfig, EmrError, now, script};
use crate::event::Event;
use crate::fs::FileSystem;
use crate::run::{Run, RunError};

/// How soon a wish to stop is seen.
const TICK: Duration = Duration::from_millis(50);
/// How often S3 is asked whether a step's script has ended, and EMR once it has: EMR itself is asked at longer intervals.
const SOON: Duration = Duration::from_secs(2);
/// How often EMR is asked so soon for one step.
const SOON_TIMES: u32 = 15;
/// How often it is looked whether steps that were cancelled have ended, and how long between two looks at most.
const SETTLES_LOOKS: u32 = 90;
const SETTLES_PAUSE: Duration = Duration::from_secs(1);

/// How long a cluster has been there, and what that is in instance hours, in brackets.
fn spent(cluster: &Cluster) -> String {
    let Some(created) = cluster.created else {
        return String::new();
    };
    let age = (cluster.ended.unwrap_or_else(now) - created).max(0);
    let (hours, minutes, seconds) = (age / 3600, age / 60 % 60, age % 60);
    match cluster.hours {
        0 => format!(" ({hours}:{minutes:02}:{seconds:02})"),
        reckoned => {
            format!(
                " ({hours}:{minutes:02}:{seconds:02}, {reckoned} instance hours as EMR reckons them)"
            )
        }
    }
}

/// The cluster of a run. Dropped before the job is done, it takes the job's steps off it and waits for their end; a cluster that
/// the run made ends.
pub(super) struct Running<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) config: &'a EmrConfig,
    pub(super) api: &'a Patient<'a>,
    pub(super) id: String,
    pub(super) steps: RefCell<Vec<String>>,
    /// Those that are added when the ones before are done.
    pub(super) waiting: RefCell<VecDeque<Value>>,
    /// The run's folder, with what the scripts of steps leave.
    pub(super) own: &'a str,
    pub(super) files: &'a dyn FileSystem,
    /// Steps that are done, by EMR.
    pub(super) completed: Cell<usize>,
    /// How often EMR was asked soon, because the script of a step had ended.
    pub(super) soon: Cell<u32>,
    pub(super) done: Cell<bool>,
    /// Whether tasks may still write when this is dropped.
    pub(super) may_write: &'a Cell<bool>,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if self.done.get() {
            return;
        }
        let steps = self.steps.borrow().clone();
        // What runs is cancelled first: a step's script then ends its application, which a cluster that ends may not get to.
        let api: &dyn Api = match self.is_own() {
            true => self.api.once(),
            false => self.api,
        };
        let mut ended = match steps.is_empty() {
            true => Ok(()),
            false => api.cancel_steps(&self.id, &steps),
        };
        if self.is_own() {
            ended = self.terminate();
        }
        match ended {
            Ok(()) => self.may_write.set(!self.settle()),
            Err(error) => {
                self.may_write.set(true);
                let message = format!("{error}\nhint: {}", self.by_hand());
                self.tell(Event::Warning { message });
            }
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
        let id = &self.id;
        if self.is_own() {
            return format!(
                "`mrjob terminate-cluster {id}`, or `aws emr terminate-clusters --cluster-ids {id}`"
            );
        }
        let steps = self.steps.borrow().join(" ");
        format!("`aws emr cancel-steps --cluster-id {id} --step-ids {steps}`")
    }

    /// Waits until no task of the run can write any more; whether that is sure.
    fn settle(&self) -> bool {
        let pause = SETTLES_PAUSE.min(Duration::from_secs_f64(self.config.poll));
        for number in 0..SETTLES_LOOKS {
            if let Ok((cluster, all)) = self.look(&mut [0; 2]) {
                let mut steps = self.own_steps(&all).into_iter().enumerate();
                let is_gone = cluster.state.starts_with("TERMINATED");
                if is_gone || steps.all(|(number, step)| self.is_over(number, &step)) {
                    return true;
                }
            }
            if number == 1 {
                let message = format!(
                    "waiting until no task on cluster {} writes any more",
                    self.id
                );
                self.tell(Event::Note { message });
            }
            thread::sleep(pause);
        }
        false
    }

    /// Whether no application of a step runs: one that was cancelled has ended once its script says so, unless it never began.
    fn is_over(&self, number: usize, step: &Step) -> bool {
        match step.state.as_str() {
            "COMPLETED" | "FAILED" => true,
            "CANCELLED" => step.started.is_none() || self.script_has_ended(number),
            _ => false,
        }
    }

    /// Whether the script of a step has left its last word in S3.
    fn script_has_ended(&self, number: usize) -> bool {
        let said = self.files.file(&script::said(self.own, number));
        said.is_ok_and(|found| found.is_some())
    }

    /// Waits until all steps are done, and hands each to `completed`; a step that ends otherwise is handed back with its number.
    pub(super) fn follow(
        &self,
        completed: &mut dyn FnMut(usize, &Step) -> Result<(), RunError>,
    ) -> Result<Option<(usize, Step)>, RunError> {
        let (mut cluster_before, mut steps_before) = (String::new(), Vec::new());
        let mut failed = [0; 2];
        let mut was_cancelled = false;
        loop {
            if self.run.stop.requested() {
                return Err(RunError::Stopped);
            }
            let (cluster, all) = match self.look(&mut failed) {
                Ok(found) => found,
                Err((call, error)) if error.is_passing() && failed[call] < MOST_FAILED => {
                    failed[call] += 1;
                    let message = format!("{error}; asking again");
                    self.tell(Event::Warning { message });
                    self.pause(f64::from(failed[call].min(4)));
                    continue;
                }
                Err((_, error)) => return Err(error.into()),
            };
            if cluster.state != cluster_before {
                let mut message = format!("cluster {} is {}", self.id, cluster.state);
                message += &spent(&cluster);
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
            let is_cancelled = number.is_some() && failed_one.is_none() && !is_over;
            if is_cancelled && !was_cancelled {
                // The cluster may have failed between the two calls, and cancelled it.
                was_cancelled = true;
                continue;
            }
            if let Some(number) = number.filter(|_| failed_one.is_some() || !is_over) {
                return Ok(Some((number, steps[number].clone())));
            }
            let done = steps.iter().skip(self.completed.get());
            for step in done.take_while(|step| step.state == "COMPLETED") {
                let number = self.completed.get();
                self.completed.set(number + 1);
                self.soon.set(0);
                completed(number, step)?;
            }
            if !steps.is_empty() && steps.iter().all(|step| step.state == "COMPLETED") {
                let Some(next) = self.waiting.borrow_mut().pop_front() else {
                    return Ok(None);
                };
                let role = self.config.step_role.as_deref();
                let added = self.api.add_steps(&self.id, &[next], role)?;
                self.steps.borrow_mut().extend(added);
                self.warn();
                continue;
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
            self.pause(1.0);
        }
    }

    /// Asks once for the cluster and its steps. A call that fails is said by its number; `failed` is how often each did in a row.
    fn look(&self, failed: &mut [u32; 2]) -> Result<(Cluster, Vec<Step>), (usize, EmrError)> {
        let api = self.api.once();
        let cluster = api.cluster(&self.id).map_err(|error| (0, error))?;
        failed[0] = 0;
        let steps = api.steps(&self.id).map_err(|error| (1, error))?;
        failed[1] = 0;
        Ok((cluster, steps))
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

    /// Waits `times` as long as between two looks, and a little more, so that runs don't ask together; or until the run is
    /// to stop, or EMR will soon say that a step has ended.
    fn pause(&self, times: f64) {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let jitter = f64::from(now.map_or(0, |now| now.subsec_nanos())) / 1e10;
        let (begun, long) = (
            Instant::now(),
            Duration::from_secs_f64(self.config.poll * (times + jitter)),
        );
        let mut asks = SOON;
        while begun.elapsed() < long && !self.run.stop.requested() {
            thread::sleep(TICK.min(long));
            if begun.elapsed() < asks {
                continue;
            }
            asks += SOON;
            let may_ask = self.soon.get() < SOON_TIMES && !self.steps.borrow().is_empty();
            if may_ask && self.script_has_ended(self.completed.get()) {
                self.soon.set(self.soon.get() + 1);
                return;
            }
        }
    }

    fn tell(&self, event: Event) {
        (self.run.events)(event);
    }
}
