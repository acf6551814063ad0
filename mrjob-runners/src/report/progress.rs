//! How far a run is, in words.

use std::time::Duration;

use mrjob_core::visible;

use super::amount;
use crate::event::{Event, Phase};

/// Follows the events of a run.
#[derive(Debug, Default)]
pub struct Progress {
    steps: usize,
    phase: Option<Running>,
}

/// The phase that is going on.
#[derive(Debug)]
struct Running {
    step: usize,
    phase: Phase,
    since: Duration,
    tasks: usize,
    tasks_done: usize,
    bytes: u64,
    bytes_done: u64,
    records: u64,
    /// What a task said last.
    status: Option<String>,
}

impl Progress {
    /// Takes in `event`, which happened at `now`.
    pub fn update(&mut self, event: &Event, now: Duration) {
        match event {
            Event::JobStarted { steps, .. } => self.steps = *steps,
            Event::PhaseStarted {
                step,
                phase,
                tasks,
                bytes,
            } => {
                self.phase = Some(Running {
                    step: *step,
                    phase: *phase,
                    since: now,
                    tasks: *tasks,
                    tasks_done: 0,
                    bytes: *bytes,
                    bytes_done: 0,
                    records: 0,
                    status: None,
                });
            }
            Event::Progress {
                tasks_done,
                records,
                bytes,
                ..
            } => {
                if let Some(running) = &mut self.phase {
                    (running.tasks_done, running.records, running.bytes_done) =
                        (*tasks_done, *records, *bytes);
                }
            }
            Event::Status { message, .. } => {
                if let Some(running) = &mut self.phase {
                    running.status = Some(visible::line(message).into_owned());
                }
            }
            Event::PhaseFinished { .. } | Event::JobFailed { .. } => self.phase = None,
            _ => {}
        }
    }

    /// What is going on: `step 1 of 2, map`, or `map` where there is one step.
    pub fn label(&self) -> Option<String> {
        self.phase
            .as_ref()
            .map(|running| self.name(running.step, running.phase))
    }

    /// A phase of a step by name.
    pub(super) fn name(&self, step: usize, phase: Phase) -> String {
        match self.steps {
            0 | 1 => phase.to_string(),
            steps => format!("step {} of {steps}, {phase}", step + 1),
        }
    }

    /// How much of the phase is done, from 0 to 1, where that is known.
    pub fn fraction(&self) -> Option<f64> {
        let running = self.phase.as_ref()?;
        match (running.bytes, running.tasks) {
            (0, 0) => None,
            (0, tasks) => Some((running.tasks_done as f64 / tasks as f64).min(1.0)),
            (bytes, _) => Some((running.bytes_done as f64 / bytes as f64).min(1.0)),
        }
    }

    /// The rest of a line, what matters most first, since a terminal may be narrow:
    /// `1.20 GB of 4.00 GB, 9 s left, 310 MB/s, 3 of 16 tasks, 12,345 records`.
    pub fn details(&self, now: Duration) -> Option<String> {
        let running = self.phase.as_ref()?;
        let mut parts = Vec::new();
        match (running.bytes_done, running.bytes) {
            (0, 0) => {}
            (done, 0) => parts.push(amount::bytes(done)),
            (done, all) => parts.push(format!("{} of {}", amount::bytes(done), amount::bytes(all))),
        }
        if let Some(left) = self.time_left(now) {
            parts.push(format!("{} left", amount::time(left)));
        }
        let elapsed = now.saturating_sub(running.since).as_secs_f64();
        if elapsed >= 1.0 && running.bytes_done > 0 {
            parts.push(format!(
                "{}/s",
                amount::bytes((running.bytes_done as f64 / elapsed) as u64)
            ));
        }
        if running.tasks > 0 {
            parts.push(format!(
                "{} of {}",
                amount::count(running.tasks_done as u64),
                amount::counted(running.tasks as u64, "task")
            ));
        }
        parts.push(amount::counted(running.records, "record"));
        let mut text = parts.join(", ");
        if let Some(status) = &running.status {
            text += &format!(" ({status})");
        }
        Some(text)
    }

    /// How long the phase will go on if it goes on like this; not before a second has passed.
    fn time_left(&self, now: Duration) -> Option<Duration> {
        let fraction = self
            .fraction()
            .filter(|fraction| (0.01..1.0).contains(fraction))?;
        let elapsed = now.saturating_sub(self.phase.as_ref()?.since);
        if elapsed < Duration::from_secs(1) {
            return None;
        }
        let left = elapsed.as_secs_f64() * (1.0 - fraction) / fraction;
        Some(Duration::from_secs(left.ceil() as u64))
    }
}
