//! From the inputs of a plan, step by step, to its output.

use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::time::Instant;

use mrjob_core::counter::{CounterOverflow, Counters, add_counters};
use mrjob_core::emit::Part;
use mrjob_core::shuffle::{self, MapRuns, Partitioning, Slice};
use mrjob_core::step::StepInfo;
use mrjob_core::task::{Split, TaskReport};

use super::inputs;
use super::space::Space;
use super::unchanged::Unchanged;
use crate::event::{Event, Phase, Totals};
use crate::input::Input;
use crate::plan::{Cleanup, Plan};
use crate::run::{Finished, Run, RunError, RunTotals};
use crate::split::{self, Sizing};

/// Below this many bytes of sorted runs a step has one reduce task.
const ONE_SLICE: u64 = 4 << 20;

/// Executes the tasks of a phase, all of them or none.
pub(crate) trait Executor {
    /// Tasks that run at once.
    fn workers(&self) -> NonZeroUsize;

    /// Bytes of an input or part that may stay in memory; 0 if all must be files.
    fn memory_limit(&self) -> usize;

    /// Runs map tasks; their reports, in the order of their numbers.
    fn map(&mut self, phase: &MapPhase, space: &Space) -> Result<Vec<TaskReport>, RunError>;

    /// Runs reduce tasks; their reports, in the order of their numbers.
    fn reduce(&mut self, phase: ReducePhase, space: &Space) -> Result<Vec<TaskReport>, RunError>;

    /// Tells what the executor keeps alive to end, the last task being done.
    fn dismiss(&mut self);

    /// Waits for its end.
    fn close(&mut self);
}

/// The map tasks of a step.
#[derive(Debug)]
pub(crate) struct MapPhase {
    /// The step, from 0.
    pub(crate) step: usize,
    /// What each task reads.
    pub(crate) tasks: Vec<Vec<Split>>,
    /// Whether a task may take over what others that haven't begun were to read: a combiner pays best over a long task.
    pub(crate) grows: bool,
    /// For the reduce phase; without one the tasks write parts.
    pub(crate) partitioning: Option<Partitioning>,
    /// What the tasks can ask for.
    pub(crate) properties: Arc<Vec<(String, String)>>,
    /// The shell that runs their commands, and its options.
    pub(crate) shell: Vec<String>,
}

/// The reduce tasks of a step.
#[derive(Debug)]
pub(crate) struct ReducePhase {
    /// The step, from 0.
    pub(crate) step: usize,
    /// What the map tasks left.
    pub(crate) runs: Vec<MapRuns>,
    /// What each task takes of it.
    pub(crate) tasks: Vec<Slice>,
    /// What the tasks can ask for.
    pub(crate) properties: Arc<Vec<(String, String)>>,
    /// The shell that runs their commands, and its options.
    pub(crate) shell: Vec<String>,
}

/// Runs the plan of `run` and tells of it.
pub(crate) fn drive(
    run: &Run<'_>,
    runner: &'static str,
    executor: &mut dyn Executor,
    space: Space,
) -> Result<Finished, RunError> {
    let started = Instant::now();
    let plan = run.plan;
    if plan.cleanup != Cleanup::default() {
        let message = format!(
            "temporary files may stay in `{}`",
            space.temp().path().display()
        );
        (run.events)(Event::Note { message });
    }
    (run.events)(Event::JobStarted {
        job: plan.job.clone(),
        runner,
        steps: plan.steps.len(),
        input_bytes: input_bytes(&plan.inputs),
    });
    let mut sums = RunTotals::default();
    let mut parts = Vec::new();
    for (number, step) in plan.steps.iter().enumerate() {
        parts = Step {
            run,
            number,
            step,
            space: &space,
        }
        .execute(executor, &parts, &mut sums)?;
    }
    // They end while the output is put in its place.
    executor.dismiss();
    let committed = space.commit(parts, run);
    executor.close();
    let (parts, keep) = committed?;
    if let (Some(keep), true) = (&keep, plan.cleanup.when_failed) {
        run.stop.folders().push(keep.path().to_owned());
    }
    Ok(sums.finish(run, started, parts, keep))
}

impl RunTotals {
    /// Adds what the tasks of a phase report.
    fn add_phase(
        &mut self,
        step: usize,
        reports: &[TaskReport],
    ) -> Result<Totals, CounterOverflow> {
        let totals = Totals::of(reports);
        self.input
            .get_or_insert((totals.records_in, totals.bytes_in));
        self.output = (totals.records_out, totals.bytes_out);
        self.spilled_bytes += totals.spilled_bytes;
        self.lossy_lines += reports.iter().map(|report| report.lossy_lines).sum::<u64>();
        self.counters.resize_with(step + 1, Counters::new);
        for report in reports {
            add_counters(&mut self.counters[step], &report.counters)?;
        }
        Ok(totals)
    }
}

/// One step of a run.
struct Step<'a> {
    run: &'a Run<'a>,
    number: usize,
    step: &'a StepInfo,
    space: &'a Space,
}

impl Step<'_> {
    /// From the parts of the step before to this one's.
    fn execute(
        &self,
        executor: &mut dyn Executor,
        before: &[Part],
        sums: &mut RunTotals,
    ) -> Result<Vec<Part>, RunError> {
        self.space.begin_step(self.number)?;
        let mut reports = self.map(executor, before, sums)?;
        if self.number > 0 {
            self.space.forget_parts(self.number - 1);
        }
        if self.step.reducer.is_some() {
            reports = self.reduce(executor, reports, sums)?;
            self.space.forget_runs(self.number);
        }
        let parts = reports
            .into_iter()
            .filter_map(|report| report.part)
            .collect();
        let parts = self.space.name_parts(self.number, parts)?;
        self.space.end_step(self.number);
        let counters = sums.counters[self.number].clone();
        (self.run.events)(Event::StepFinished {
            step: self.number,
            counters,
        });
        Ok(parts)
    }

    fn map(
        &self,
        executor: &mut dyn Executor,
        before: &[Part],
        sums: &mut RunTotals,
    ) -> Result<Vec<TaskReport>, RunError> {
        let pieces = match self.number {
            0 => inputs::of_plan(self.run.plan, self.space.temp(), executor.memory_limit())?,
            _ => inputs::of_parts(before, self.number - 1, self.step)?,
        };
        let bytes = pieces.iter().map(split::Piece::bytes).sum();
        let tasks = split::divide(pieces, self.sizing(executor.workers()));
        let partitioning = self.step.reducer.is_some().then(|| self.partitioning());
        let phase = MapPhase {
            step: self.number,
            tasks,
            grows: self.step.combiner.is_some() && self.run.plan.maps.is_none(),
            partitioning,
            properties: self.properties(),
            shell: self.run.plan.surroundings.sh_bin.clone(),
        };
        self.begin(Phase::Map, phase.tasks.len(), bytes)?;
        let unchanged = (self.number == 0)
            .then(|| Unchanged::note(self.run.plan))
            .transpose()?;
        let reports = executor.map(&phase, self.space);
        if let (Some(inputs), false) = (unchanged, self.run.stop.requested()) {
            // What a task made of a file that was changed is no mistake of the job's.
            inputs.check()?;
        }
        let reports = reports?;
        self.finish(Phase::Map, &reports, sums)?;
        Ok(reports)
    }

    fn reduce(
        &self,
        executor: &mut dyn Executor,
        maps: Vec<TaskReport>,
        sums: &mut RunTotals,
    ) -> Result<Vec<TaskReport>, RunError> {
        let bytes = maps.iter().map(|report| report.bytes_out).sum();
        let runs: Vec<_> = maps.into_iter().filter_map(|report| report.runs).collect();
        let tasks = match self.partitioning() {
            Partitioning::Hash(partitions) => (0..partitions.get()).map(Slice::Partition).collect(),
            _ => ranges(&runs, bytes, executor.workers())?,
        };
        let phase = ReducePhase {
            step: self.number,
            runs,
            tasks,
            properties: self.properties(),
            shell: self.run.plan.surroundings.sh_bin.clone(),
        };
        self.begin(Phase::Reduce, phase.tasks.len(), bytes)?;
        let reports = executor.reduce(phase, self.space)?;
        self.finish(Phase::Reduce, &reports, sums)?;
        Ok(reports)
    }

    fn sizing(&self, workers: NonZeroUsize) -> Sizing {
        match self.run.plan.maps {
            Some(tasks) => Sizing::Even(tasks),
            None if self.step.takes_files() => Sizing::Files { workers },
            None => Sizing::Guided { workers },
        }
    }

    fn partitioning(&self) -> Partitioning {
        match reducers(self.run.plan, self.step) {
            Some(partitions) => Partitioning::Hash(partitions),
            None => Partitioning::Ranges,
        }
    }

    /// Properties as the step's tasks find them, later ones winning: a name, those of the job and of the
    /// command line, the step's, the run's.
    fn properties(&self) -> Arc<Vec<(String, String)>> {
        let plan = self.run.plan;
        let property = |name: &str, value: String| (name.to_owned(), value);
        let mut properties = vec![property("mapreduce.job.name", plan.job.clone())];
        properties.extend(plan.jobconf.iter().chain(&self.step.jobconf).cloned());
        let id = format!("job_{}_{:04}", plan.job_key, self.number + 1);
        properties.push(property("mapreduce.job.id", id));
        if let Partitioning::Hash(partitions) = self.partitioning() {
            properties.push(property("mapreduce.job.reduces", partitions.to_string()));
        }
        if let Some(dir) = self.space.shared_dir() {
            let dir = dir.to_string_lossy().into_owned();
            properties.push(property("mapreduce.job.local.dir", dir));
        }
        Arc::new(properties)
    }

    fn begin(&self, phase: Phase, tasks: usize, bytes: u64) -> Result<(), RunError> {
        if self.run.stop.requested() {
            return Err(RunError::Stopped);
        }
        (self.run.events)(Event::PhaseStarted {
            step: self.number,
            phase,
            tasks,
            bytes,
        });
        Ok(())
    }

    fn finish(
        &self,
        phase: Phase,
        reports: &[TaskReport],
        sums: &mut RunTotals,
    ) -> Result<(), RunError> {
        if let Some(name) = reports.iter().find_map(|report| report.one_line.as_ref()) {
            let message = format!(
                "`{name}` is one line with carriage returns (`\\r`) in it: are they its line ends?\n  \
                 hint: `tr '\\r' '\\n' < FILE | … -` makes line ends of them"
            );
            (self.run.events)(Event::InputWarning { message });
        }
        let totals = sums.add_phase(self.number, reports);
        let totals = totals.map_err(|source| RunError::Counter {
            step: self.number,
            steps: self.run.plan.steps.len(),
            source,
        })?;
        (self.run.events)(Event::PhaseFinished {
            step: self.number,
            phase,
            totals,
        });
        Ok(())
    }
}

/// The hash partitions asked for: by the step itself, else by the plan.
fn reducers(plan: &Plan, step: &StepInfo) -> Option<NonZeroU32> {
    step.reducers.and_then(NonZeroU32::new).or(plan.reducers)
}

/// Even ranges of keys, several a worker so that all end at the same time.
fn ranges(runs: &[MapRuns], bytes: u64, workers: NonZeroUsize) -> Result<Vec<Slice>, RunError> {
    if bytes < ONE_SLICE || workers.get() == 1 {
        return Ok(vec![Slice::Range {
            from: None,
            to: None,
        }]);
    }
    shuffle::cut(runs, 3 * workers.get()).map_err(|error| RunError::Io {
        action: "divide the sorted runs among reduce tasks".to_owned(),
        source: std::io::Error::other(error),
    })
}

fn input_bytes(inputs: &[Input]) -> Option<u64> {
    inputs
        .iter()
        .map(|input| match input {
            Input::File { bytes, .. } => Some(*bytes),
            Input::Remote(file) => Some(file.bytes),
            Input::Memory(text) => Some(text.len().try_into().unwrap_or(u64::MAX)),
            Input::Stdin | Input::Pipe { .. } => None,
        })
        .sum()
}
