//! A job on a cluster of EMR: all its steps at once.

use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use mrjob_core::emit::Part;
use mrjob_core::task::Remote;
use serde_json::{Map, Value};

use super::api::{Api, Step};
use super::cause::{Causes, Counted};
use super::dry_run::dry_run;
use super::logs::{Logs, log_folder};
use super::reducers::Vcpus;
use super::retry::Patient;
use super::steps::Steps;
use super::upload::Uploads;
use super::watch::Running;
use super::{EmrConfig, EmrError, Sdk, check, request};
use crate::cluster::TaskFile;
use crate::event::Event;
use crate::fs::s3::{bucket, is_s3, temporary_bucket};
use crate::fs::{FileSystem, Files, FsError};
use crate::input::Input;
use crate::plan::{Plan, RemoteFolder};
use crate::run::{Finished, Run, RunError, RunTotals, Runner};

/// How long ending steps or a cluster and deleting files may take.
const GRACE: Duration = Duration::from_secs(120);

/// Runs jobs on Amazon EMR.
#[derive(Debug, Clone)]
pub struct Emr {
    pub(super) config: EmrConfig,
}

impl Runner for Emr {
    fn name(&self) -> &'static str {
        "emr"
    }

    fn run(&self, run: &Run<'_>) -> Result<Finished, RunError> {
        let config = &self.config;
        run.stop.allow(GRACE);
        let begun = Instant::now();
        let sdk = Sdk::connect(&config.access)?;
        let told = |message| (run.events)(Event::Warning { message });
        let stopped = || run.stop.requested();
        let api = Patient::new(&sdk, config.poll, &told, &stopped);
        let mut config = config.clone();
        if config.tmp_dir.is_empty() {
            let (bucket, is_new) = temporary_bucket(&config.access).map_err(EmrError::from)?;
            if is_new {
                let message = format!(
                    "made the bucket {bucket} for temporary files, which are deleted after 30 days"
                );
                (run.events)(Event::Note { message });
            }
            config.tmp_dir = format!("s3://{bucket}/tmp");
        }
        if config.log_dir.is_empty() {
            config.log_dir = format!("{}/logs", config.tmp_dir);
        }
        let files = bucket(&config.tmp_dir, &config.access).map_err(EmrError::from)?;
        bucket(&config.log_dir, &config.access).map_err(EmrError::from)?;
        let job = EmrJob {
            run,
            config: &config,
            api: &api,
            files: &files,
            own: format!("{}/{}", config.tmp_dir, run.plan.job_key),
            done: Cell::new(false),
            began: Cell::new(false),
            may_write: Cell::new(false),
            submitted: Arc::default(),
            claim: Arc::default(),
        };
        let ended = job.execute(begun);
        match ended {
            // What was interrupted failed for that.
            Err(_) if run.stop.requested() => Err(RunError::Stopped),
            ended => ended,
        }
    }

    fn details(&self, plan: &Plan) -> String {
        dry_run(plan, &self.config)
    }
}

struct EmrJob<'a> {
    run: &'a Run<'a>,
    config: &'a EmrConfig,
    api: &'a Patient<'a>,
    files: &'a dyn FileSystem,
    /// The folder for temporary files of this run.
    own: String,
    done: Cell<bool>,
    /// Whether there may be something in the folders.
    began: Cell<bool>,
    /// Whether tasks may still write there.
    may_write: Cell<bool>,
    /// Whether steps may run by now, which don't end with this process: then the output folder stays theirs.
    submitted: Arc<AtomicBool>,
    /// What keeps other runs off the output folder, once it is made.
    claim: Arc<Mutex<Option<String>>>,
}

/// What is added to the address of an output folder: Hadoop wants nothing in it.
const CLAIM: &str = ".mrjob-run";

impl Drop for EmrJob<'_> {
    /// Deletes what is temporary, and what a job that failed left of its output.
    fn drop(&mut self) {
        if !self.began.get() {
            return;
        }
        if self.may_write.get() {
            self.leave();
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
        let noted = |said| self.note(said);
        let (there, new, vcpus) = match &self.config.cluster_id {
            Some(id) => {
                let (there, vcpus) = check::running_cluster(self.api, self.config, id, &noted)?;
                (Some(there), None, vcpus)
            }
            None => {
                let mut new = self.config.cluster.clone();
                let this = check::Program::This;
                let vcpus = check::new_cluster(self.api, self.config, &mut new, this, &noted)?;
                (None, Some(new), vcpus)
            }
        };
        let mut uploads = Uploads::new(self.run, self.config, &self.own)?;
        let names = uploads.inputs.clone();
        let mut task_file = self.task_file(&vcpus, &uploads);
        let concurrency = there
            .as_ref()
            .and_then(|cluster| cluster.concurrency)
            .unwrap_or(1);
        let steps = self.steps(concurrency > 1);
        let all = steps.all(&mut task_file, &mut uploads)?;
        uploads.task_file(&self.own, &task_file)?;
        let cluster = new.map(|new| self.cluster(new, &all, uploads.bootstrap.as_deref()));
        self.began.set(true);
        self.claim()?;
        uploads.send(self.run, self.files)?;
        if self.run.stop.requested() {
            return Err(RunError::Stopped);
        }
        let running = self.submit(cluster, all, steps.one_by_one)?;
        // A cluster that was there has its own place for them.
        let folder = there.as_ref().and_then(log_folder);
        let folder = folder.unwrap_or_else(|| format!("{}/{}", self.config.log_dir, running.id));
        let logs = bucket(&folder, &self.config.access).map_err(EmrError::from)?;
        let causes = Causes {
            run: self.run,
            config: self.config,
            own: &self.own,
            files: self.files,
            logs: Logs {
                files: &logs,
                folder,
            },
        };
        let mut counted = Counted::default();
        let mut count = |number, step: &Step| causes.count(number, step, &mut counted);
        if let Some((number, step)) = running.follow(&mut count)? {
            // Its logs come when it has ended.
            drop(running);
            return Err(causes.lost(number, &step, &names).into());
        }
        running.done.set(true);
        if running.is_own() && !self.config.stays() {
            self.warn(running.terminate());
        }
        if self.run.stop.requested() {
            return Err(RunError::Stopped);
        }
        self.finish(begun, counted.sums)
    }

    /// The task file, with the number of reduce tasks where nobody says it.
    fn task_file(&self, vcpus: &Vcpus, uploads: &Uploads) -> TaskFile {
        let plan = self.run.plan;
        let mut file = TaskFile::new(plan, self.run.shipped);
        let (reducers, how) = vcpus.reducers(self.input(uploads));
        let mut chosen = false;
        for step in &mut file.steps {
            let is_said = step.info.reducers.is_some() || plan.reducers.is_some();
            if step.info.reducer.is_some() && !is_said {
                step.reducers = reducers;
                chosen = true;
            }
        }
        if chosen {
            self.note(how);
        }
        let (input, output) = (&self.config.input_format, &self.config.output_format);
        file.choose(input.as_ref(), output.as_ref(), self.config.shuffle);
        file
    }

    fn steps(&self, one_by_one: bool) -> Steps<'_> {
        Steps {
            plan: self.run.plan,
            config: self.config,
            own: &self.own,
            one_by_one,
        }
    }

    /// Keeps other runs off the output folder, whose content is ours to delete from then on.
    fn claim(&self) -> Result<(), EmrError> {
        let Some(folder) = &self.run.plan.output.remote else {
            return Ok(());
        };
        let files = bucket(&folder.address, &folder.access)?;
        let claim = format!("{}{CLAIM}", folder.address);
        if !files.make(&claim, true, &folder.tags)? {
            return Err(EmrError::Claimed {
                folder: folder.address.clone(),
                claim,
            });
        }
        *held(&self.claim) = Some(claim);
        let (ours, folder_too) = (Arc::clone(&self.claim), folder.clone());
        let submitted = Arc::clone(&self.submitted);
        self.run.stop.note_undo(move || {
            if !submitted.load(Ordering::SeqCst) {
                let _ = release(&ours, &folder_too);
            }
        });
        // Another run may have ended since it was looked at.
        if files.some_below(&folder.join(""), 1)?.is_empty() {
            return Ok(());
        }
        release(&self.claim, folder)?;
        Err(EmrError::Filled(folder.address.clone()))
    }

    /// Deletes what a job that failed left of its output, and lets others have the folder.
    fn unclaim(&self) -> Result<(), FsError> {
        let Some(folder) = &self.run.plan.output.remote else {
            return Ok(());
        };
        if !self.done.get() && held(&self.claim).is_some() {
            bucket(&folder.address, &folder.access)?.delete_below(&folder.join(""))?;
        }
        release(&self.claim, folder)
    }

    /// Deletes nothing, as tasks may still write, and keeps other runs off the output folder.
    fn leave(&self) {
        let output = self.run.plan.output.remote.as_ref();
        let mut message = "the job's tasks may still write, and so nothing is deleted: ".to_owned();
        if let (Some(folder), Some(claim)) = (output, &*held(&self.claim)) {
            message += &format!("{} with {claim}, and ", folder.address);
        }
        message += &format!(
            "{}\nhint: once they have ended, `mrjob rm -r ADDRESS` deletes it",
            self.own
        );
        self.tell(Event::Warning { message });
    }

    /// Says what went wrong beside the job.
    fn warn<E: Display>(&self, done: Result<(), E>) {
        if let Err(error) = done {
            let message = error.to_string();
            self.tell(Event::Warning { message });
        }
    }

    /// Bytes of the input; none, if the cluster alone can look at some of it.
    fn input(&self, uploads: &Uploads) -> Option<u64> {
        let all_in_s3 = self.config.inputs.iter().all(|uri| is_s3(uri));
        let sent = uploads.input_sizes().into_iter().map(|(_, bytes)| bytes);
        let there = self.config.found.iter().map(|file| file.bytes);
        all_in_s3.then(|| sent.chain(there).sum())
    }

    /// The request that makes a cluster for these steps: made in one call, it ends with them, whatever becomes of us.
    fn cluster(
        &self,
        mut cluster: Map<String, Value>,
        steps: &[Value],
        bootstrap: Option<&str>,
    ) -> Map<String, Value> {
        let logs = format!("{}/", self.config.log_dir);
        let own: [(&str, Value); 3] = [
            ("Name", self.run.plan.job_key.clone().into()),
            ("LogUri", logs.into()),
            ("Steps", steps.into()),
        ];
        let role = self.config.step_role.clone();
        let role = role.map(|role| ("StepExecutionRoleArn", role.into()));
        for (name, value) in own.into_iter().chain(role) {
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

    /// Makes the cluster, or adds the steps to the one that is there.
    fn submit(
        &self,
        cluster: Option<Map<String, Value>>,
        mut steps: Vec<Value>,
        one_by_one: bool,
    ) -> Result<Running<'_>, EmrError> {
        self.submitted.store(true, Ordering::SeqCst);
        let running = |id: String, steps, waiting: Vec<Value>| Running {
            run: self.run,
            config: self.config,
            api: self.api,
            id,
            steps: RefCell::new(steps),
            waiting: RefCell::new(waiting.into()),
            own: &self.own,
            files: self.files,
            completed: Cell::new(0),
            soon: Cell::new(0),
            done: Cell::new(false),
            may_write: &self.may_write,
        };
        let running = match (&self.config.cluster_id, cluster) {
            (Some(id), _) => {
                let waiting = match one_by_one {
                    true => steps.split_off(1),
                    false => Vec::new(),
                };
                let role = self.config.step_role.as_deref();
                let added = self.api.add_steps(id, &steps, role);
                let may_run = added.as_ref().is_err_and(|error| !error.is_refusal());
                self.may_write.set(may_run);
                let ids = added?;
                running(id.clone(), ids, waiting)
            }
            (None, cluster) => {
                let name = &self.run.plan.job_key;
                self.run.stop.last_words(format!(
                    "warning: a cluster named {name} may have been made; hint: `mrjob list-clusters`\n"
                ));
                let made = self.api.make_cluster(&cluster.unwrap_or_default());
                self.run.stop.last_words(String::new());
                if made.as_ref().is_err_and(|error| !error.is_refusal()) {
                    self.may_write.set(true);
                    let message = format!(
                        "a cluster named {name} may have been made\nhint: `mrjob list-clusters` shows it, `mrjob terminate-cluster` ends it"
                    );
                    self.tell(Event::Warning { message });
                }
                running(made.map_err(EmrError::explained)?, Vec::new(), Vec::new())
            }
        };
        running.warn();
        Ok(running)
    }

    /// Brings the output here where it is wanted here.
    fn finish(&self, begun: Instant, sums: RunTotals) -> Result<Finished, RunError> {
        let plan = self.run.plan;
        let (parts, keep) = if plan.output.cat {
            let (parts, keep) = self.fetch()?;
            (parts, Some(keep))
        } else {
            (Vec::new(), None)
        };
        self.done.set(true);
        Ok(sums.finish(self.run, begun, parts, keep))
    }

    /// Copies the parts of the output to a temporary folder of this machine.
    fn fetch(&self) -> Result<(Vec<Part>, tempfile::TempDir), EmrError> {
        let temp = temp_folder(self.run)?;
        let last = self.run.plan.steps.len() - 1;
        let folder = self.steps(false).output_of(last) + "/";
        let (mut found, _) = bucket(&folder, &self.config.access)?.children(&folder)?;
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
        let there = self.config.found.iter().map(|file| file.bytes);
        bytes.chain(there).sum()
    }

    fn note(&self, message: String) {
        self.tell(Event::Note { message });
    }

    fn tell(&self, event: Event) {
        (self.run.events)(event);
    }
}

fn held(claim: &Mutex<Option<String>>) -> MutexGuard<'_, Option<String>> {
    claim.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lets others have the folder, if it was ours.
fn release(claim: &Mutex<Option<String>>, folder: &RemoteFolder) -> Result<(), FsError> {
    match held(claim).take() {
        Some(claim) => bucket(&folder.address, &folder.access)?.delete(&[claim]),
        None => Ok(()),
    }
}

/// A folder of this machine for temporary files.
pub(super) fn temp_folder(run: &Run<'_>) -> Result<tempfile::TempDir, EmrError> {
    let dir = run.plan.temp_dir.display();
    run.temp_folder()
        .map_err(EmrError::io(format!("make a folder in `{dir}`")))
}
