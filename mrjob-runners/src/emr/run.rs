//! A job on a cluster of EMR: all its steps at once.

use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::fs::File;
use std::io;
use std::time::{Duration, Instant};

use mrjob_core::task::{Counters, Part, Remote};
use serde_json::Value;

use super::api::{Api, Step};
use super::logs::Logs;
use super::upload::Uploads;
use super::watch::Running;
use super::{EmrConfig, EmrError, Sdk, request};
use crate::event::{Event, Phase};
use crate::fs::{FileSystem, Files, FsError, system};
use crate::hadoop::{Said, StepCommand, Sums, compression};
use crate::plan::{Input, RemoteFolder};
use crate::runner::{Finished, Run, RunError, Runner};
use crate::streaming::{StreamingStep, TaskFile};

/// How long ending a cluster and deleting files may take.
const GRACE: Duration = Duration::from_secs(30);
/// Characters that a step's command may have.
const MOST_CHARACTERS: usize = 10_240;
/// Looks for logs that come late, and how long they may take.
const LOOKS: u32 = 10;

/// Runs jobs on Amazon EMR.
#[derive(Debug, Clone, Copy, Default)]
pub struct Emr;

impl Runner for Emr {
    fn name(&self) -> &'static str {
        "emr"
    }

    fn run(&self, run: &Run<'_>) -> Result<Finished, RunError> {
        let Some(config) = &run.plan.emr else {
            let message = "the plan says nothing of EMR".to_owned();
            return Err(RunError::Unsupported(message));
        };
        run.stop.allow(GRACE);
        let api = Sdk::connect(&config.access)?;
        let bucket = |address: &str| -> Result<Box<dyn FileSystem>, EmrError> {
            let found = system(address, &config.access)?;
            Ok(found.ok_or_else(|| FsError::BadAddress(address.to_owned()))?)
        };
        let (files, logs) = (bucket(&config.tmp_dir)?, bucket(&config.log_dir)?);
        let job = EmrJob {
            run,
            config,
            api: &api,
            files: files.as_ref(),
            logs: logs.as_ref(),
            own: format!("{}/{}", config.tmp_dir, run.plan.job_key),
            done: Cell::new(false),
            began: Cell::new(false),
            claim: RefCell::default(),
        };
        job.execute(Instant::now())
    }
}

struct EmrJob<'a> {
    run: &'a Run<'a>,
    config: &'a EmrConfig,
    api: &'a dyn Api,
    files: &'a dyn FileSystem,
    logs: &'a dyn FileSystem,
    /// The folder for temporary files of this run.
    own: String,
    done: Cell<bool>,
    /// Whether there may be something in the folders.
    began: Cell<bool>,
    /// What keeps other runs off the output folder, once it is made.
    claim: RefCell<Option<String>>,
}

/// What is added to the address of an output folder: Hadoop wants nothing in it.
const CLAIM: &str = ".mrjob-run";

impl Drop for EmrJob<'_> {
    /// Deletes what is temporary, and what a job that failed left of its output.
    fn drop(&mut self) {
        if !self.began.get() {
            return;
        }
        let cleanup = self.config.cleanup;
        let deleted = self.unclaim();
        let deletes = match self.done.get() {
            true => cleanup.when_done,
            false => cleanup.when_failed,
        };
        if deletes {
            let own = self.files.delete_below(&format!("{}/", self.own));
            self.warn(deleted.and(own));
        } else {
            let message = format!("temporary files are left in {}", self.own);
            self.tell(Event::Note { message });
            self.warn(deleted);
        }
    }
}

impl EmrJob<'_> {
    fn execute(&self, begun: Instant) -> Result<Finished, RunError> {
        let plan = self.run.plan;
        self.tell(Event::JobStarted {
            job: plan.job.clone(),
            runner: "emr",
            steps: plan.steps.len(),
            input_bytes: Some(self.input_bytes()),
        });
        let mut task_file = TaskFile::new(plan, self.run.shipped);
        task_file.cmdenv = self.config.cmdenv.iter().cloned().collect();
        let uploads = Uploads::new(self.run, self.config, &self.own, &task_file)?;
        let names = uploads.inputs.clone();
        let steps = self.steps(&task_file, &uploads)?;
        let cluster = self.cluster(&steps, uploads.bootstrap.as_deref());
        if let Some(id) = &self.config.cluster_id {
            self.check(id)?;
        }
        self.began.set(true);
        self.claim()?;
        uploads.send(self.run, self.files)?;
        if self.run.stop.requested() {
            return Err(RunError::Stopped);
        }
        let running = self.submit(cluster, steps)?;
        let ended = running.follow()?;
        let logs = self.logs_of(&running);
        let steps = match ended {
            Ok(steps) => steps,
            Err((number, step)) => {
                // Its logs come when it has ended.
                drop(running);
                return Err(self.lost(&logs, number, &step, &names).into());
            }
        };
        running.done.set(true);
        if running.is_own() && !self.stays() {
            self.warn(running.terminate());
        }
        let sums = self.counted(&running, &logs, &steps);
        self.finish(begun, sums)
    }

    /// Keeps other runs off the output folder, whose content is ours to delete from then on.
    fn claim(&self) -> Result<(), EmrError> {
        let Some(folder) = &self.run.plan.output.remote else {
            return Ok(());
        };
        let files = self.output_files(folder)?;
        let claim = format!("{}{CLAIM}", folder.address);
        if !files.make(&claim, true, &folder.tags)? {
            return Err(EmrError::Claimed {
                folder: folder.address.clone(),
                claim,
            });
        }
        self.claim.replace(Some(claim.clone()));
        // Another run may have ended since it was looked at.
        if files.some_below(&folder.join(""), 1)?.is_empty() {
            return Ok(());
        }
        self.claim.take();
        files.delete(&[claim])?;
        Err(EmrError::Filled(folder.address.clone()))
    }

    /// Deletes what a job that failed left of its output, and lets others have the folder.
    fn unclaim(&self) -> Result<(), FsError> {
        let (Some(folder), Some(claim)) = (&self.run.plan.output.remote, self.claim.take()) else {
            return Ok(());
        };
        let files = self.output_files(folder)?;
        if !self.done.get() {
            files.delete_below(&folder.join(""))?;
        }
        files.delete(&[claim])
    }

    fn output_files(&self, folder: &RemoteFolder) -> Result<Box<dyn FileSystem>, FsError> {
        let found = system(&folder.address, &folder.access)?;
        found.ok_or_else(|| FsError::BadAddress(folder.address.clone()))
    }

    /// Says what went wrong beside the job.
    fn warn<E: Display>(&self, done: Result<(), E>) {
        if let Err(error) = done {
            let message = error.to_string();
            self.tell(Event::Warning { message });
        }
    }

    /// The steps as EMR's API has them.
    fn steps(&self, task_file: &TaskFile, uploads: &Uploads) -> Result<Vec<Value>, EmrError> {
        let plan = self.run.plan;
        let count = plan.steps.len();
        let mut inputs = self.config.inputs.clone();
        inputs.extend(uploads.inputs.iter().map(|(place, _)| place.clone()));
        let mut steps = Vec::new();
        for number in 0..count {
            let step = StreamingStep::new(task_file, number)?;
            let name = match count {
                1 => plan.job_key.clone(),
                _ => format!("{}: Step {} of {count}", plan.job_key, number + 1),
            };
            let output = self.output_of(number);
            let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            let properties = [
                pair("mapreduce.job.name", &name),
                pair(
                    "mapreduce.input.fileinputformat.input.dir.recursive",
                    "true",
                ),
            ];
            let codec = plan.output.compression.filter(|_| number + 1 == count);
            let command = StepCommand {
                step: &step,
                properties: &properties,
                last: &codec.map(compression).unwrap_or_default(),
                files: &uploads.tasks,
                archives: &[],
                libjars: &[],
                extra_args: &self.config.extra_args,
                inputs: &inputs,
                output: &output,
            };
            let arguments = command.arguments();
            let length = arguments
                .iter()
                .map(|argument| argument.chars().count())
                .sum();
            if length > MOST_CHARACTERS {
                return Err(EmrError::TooLong {
                    step: number,
                    length,
                    most: MOST_CHARACTERS,
                });
            }
            steps.push(request::step(&name, self.action_on_failure(), arguments));
            inputs = vec![output];
        }
        Ok(steps)
    }

    /// Where step `number` writes: HDFS between steps.
    fn output_of(&self, number: usize) -> String {
        let plan = self.run.plan;
        if number + 1 < plan.steps.len() {
            return format!("hdfs:///tmp/mrjob/{}/step-output/{number:04}", plan.job_key);
        }
        match &plan.output.remote {
            Some(folder) => folder.address.clone(),
            None => format!("{}/output", self.own),
        }
    }

    fn action_on_failure(&self) -> &str {
        match (&self.config.action_on_failure, &self.config.cluster_id) {
            (Some(action), _) => action,
            (None, None) if self.stays() => "CANCEL_AND_WAIT",
            (None, None) => "TERMINATE_CLUSTER",
            (None, Some(_)) => "CANCEL_AND_WAIT",
        }
    }

    /// Whether the user wants a new cluster to stay when the job is done.
    fn stays(&self) -> bool {
        let instances = self.config.cluster.get("Instances");
        instances.is_some_and(|instances| instances["KeepJobFlowAliveWhenNoSteps"] == true)
    }

    /// The request that makes a cluster for these steps: made in one call, it ends with them, whatever becomes of us.
    fn cluster(&self, steps: &[Value], bootstrap: Option<&str>) -> serde_json::Map<String, Value> {
        let mut cluster = self.config.cluster.clone();
        let logs = format!("{}/", self.config.log_dir);
        let own: [(&str, Value); 3] = [
            ("Name", self.run.plan.job_key.clone().into()),
            ("LogUri", logs.into()),
            ("Steps", steps.into()),
        ];
        for (name, value) in own {
            cluster.entry(name).or_insert(value);
        }
        if let Some(script) = bootstrap {
            let actions = cluster.entry("BootstrapActions");
            if let Value::Array(actions) = actions.or_insert_with(|| Value::Array(Vec::new())) {
                actions.push(request::bootstrap_action(script));
            }
        }
        cluster
    }

    /// Whether a cluster that the user named can run steps.
    fn check(&self, id: &str) -> Result<(), EmrError> {
        let cluster = self.api.cluster(id)?;
        if cluster.state.starts_with("TERMINAT") {
            return Err(EmrError::NotRunning {
                id: id.to_owned(),
                state: cluster.state,
            });
        }
        Ok(())
    }

    fn submit(
        &self,
        cluster: serde_json::Map<String, Value>,
        steps: Vec<Value>,
    ) -> Result<Running<'_>, EmrError> {
        let running = |id: String, steps| Running {
            run: self.run,
            config: self.config,
            api: self.api,
            id,
            steps: RefCell::new(steps),
            done: Cell::new(false),
        };
        let running = if let Some(id) = &self.config.cluster_id {
            let ids = self.api.add_steps(id, &steps)?;
            running(id.clone(), ids)
        } else {
            let name = &self.run.plan.job_key;
            self.run.stop.last_words(format!(
                "warning: a cluster named {name} may have been made; hint: `aws emr list-clusters --active`\n"
            ));
            let made = self.api.make_cluster(&cluster);
            self.run.stop.last_words(String::new());
            running(made?, Vec::new())
        };
        running.warn();
        Ok(running)
    }

    fn logs_of(&self, running: &Running<'_>) -> Logs<'_> {
        Logs {
            files: self.logs,
            folder: format!("{}/{}", self.config.log_dir, running.id),
        }
    }

    /// The counters of all steps, as soon as their logs are there; a job that is done doesn't fail for them.
    fn counted(&self, running: &Running<'_>, logs: &Logs<'_>, steps: &[Step]) -> Sums {
        let mut sums = Sums::default();
        let mut missing = 0;
        for (number, step) in steps.iter().enumerate() {
            let reduces = self.run.plan.steps[number].reducer.is_some();
            let said = self.await_log(running, logs, &step.id, &|said| !said.own.is_empty());
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
                logs.folder
            );
            self.tell(Event::Warning { message });
        }
        sums
    }

    /// Reads what was said of a step until it is `enough`, or has taken too long.
    fn await_log(
        &self,
        running: &Running<'_>,
        logs: &Logs<'_>,
        step: &str,
        enough: &dyn Fn(&Said) -> bool,
    ) -> Said {
        let mut said = Said::default();
        for _ in 0..LOOKS {
            if !self.config.read_logs {
                break;
            }
            said = logs.said(step);
            if enough(&said) || self.run.stop.requested() {
                break;
            }
            running.pause();
        }
        said
    }

    /// Why a step failed.
    fn lost(
        &self,
        logs: &Logs<'_>,
        number: usize,
        step: &Step,
        names: &[(String, String)],
    ) -> EmrError {
        let steps = self.run.plan.steps.len();
        let pause = Duration::from_secs_f64(self.config.poll);
        let mut said = Said::default();
        let waits = self.config.read_logs && step.state == "FAILED";
        for look in 0..LOOKS {
            if !waits || self.run.stop.requested() {
                break;
            }
            if look > 0 {
                std::thread::sleep(pause);
            }
            said = logs.said(&step.id);
            let Some(job) = &said.job else { continue };
            let application = job.replacen("job", "application", 1);
            if let Some((mut failure, log)) = logs.failure(&application) {
                if let Some(place) = &mut failure.place {
                    let known = names.iter().find(|(uri, _)| *uri == place.file);
                    if let Some((_, name)) = known {
                        place.file.clone_from(name);
                    }
                }
                return EmrError::Task {
                    step: number,
                    steps,
                    phase: match failure.key {
                        Some(_) => Phase::Reduce,
                        None => Phase::Map,
                    },
                    task: 0,
                    failure,
                    at: format!("its log: {log}"),
                };
            }
        }
        let mut message = step.reason.clone().unwrap_or_default();
        if message.is_empty() {
            message = "EMR doesn't say why".to_owned();
        }
        for complaint in &said.complaints {
            message += &format!("\n{complaint}");
        }
        message += &format!("\nits logs: {}", logs.of_step(&step.id));
        EmrError::Ended {
            step: number,
            steps,
            state: step.state.clone(),
            message,
        }
    }

    /// Brings the output here where it is wanted here.
    fn finish(&self, begun: Instant, sums: Sums) -> Result<Finished, RunError> {
        let plan = self.run.plan;
        let (parts, keep) = if plan.output.cat {
            let (parts, keep) = self.fetch()?;
            self.run.stop.folders().push(keep.path().to_owned());
            (parts, Some(keep))
        } else {
            (Vec::new(), None)
        };
        self.done.set(true);
        self.tell(Event::JobFinished {
            elapsed: begun.elapsed(),
            input: sums.input.unwrap_or_default(),
            output: sums.output,
            spilled_bytes: sums.spilled_bytes,
            lossy_lines: sums.lossy_lines,
        });
        Ok(Finished {
            parts,
            counters: sums.counters,
            keep,
        })
    }

    /// Copies the parts of the output to a temporary folder of this machine.
    fn fetch(&self) -> Result<(Vec<Part>, tempfile::TempDir), EmrError> {
        let dir = &self.run.plan.temp_dir;
        let temp = tempfile::Builder::new()
            .prefix(&format!("{}.", self.run.plan.job_key))
            .tempdir_in(dir)
            .map_err(EmrError::io(format!(
                "make a folder in `{}`",
                dir.display()
            )))?;
        let folder = self.output_of(self.run.plan.steps.len() - 1) + "/";
        let files = system(&folder, &self.config.access)?;
        let (mut found, _) = match files {
            Some(files) => files.children(&folder)?,
            None => (Vec::new(), Vec::new()),
        };
        let name = |address: &str| address.rsplit('/').next().unwrap_or_default().to_owned();
        found.retain(|found| !name(&found.file.address).starts_with(['_', '.']));
        found.sort_by(|one, other| one.file.address.cmp(&other.file.address));
        let mut parts = Vec::new();
        for found in found {
            let path = temp.path().join(name(&found.file.address));
            let copied = Files
                .open(&found.file, 0, found.file.bytes)
                .and_then(|mut from| io::copy(&mut from, &mut File::create(&path)?));
            let action = format!("copy `{}` to `{}`", found.file.address, path.display());
            copied.map_err(EmrError::io(action))?;
            parts.push(Part::File(path));
        }
        Ok((parts, temp))
    }

    fn input_bytes(&self) -> u64 {
        let bytes = self.run.plan.inputs.iter().map(|input| match input {
            Input::File { bytes, .. } => *bytes,
            _ => 0,
        });
        bytes.sum::<u64>() + self.config.input_bytes
    }

    fn tell(&self, event: Event) {
        (self.run.events)(event);
    }
}
