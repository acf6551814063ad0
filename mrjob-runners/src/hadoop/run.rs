//! A job on a cluster, step by step.

use std::cell::Cell;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use mrjob_core::task::{RemoteFile, Split};
use tempfile::TempDir;

use super::cause::StepFailure;
use super::client::Client;
use super::leftovers::Launcher;
use super::prepare::{ClusterPlan, Framework, clear_step_output, last_properties, temp_folder};
use super::splits::Division;
use super::upload::Uploads;
use super::watch::Watch;
use super::yarn::Cluster;
use super::{HadoopConfig, HadoopError, dry_run, leftovers, output, sample, tuning};
use crate::cluster::command::{StepCommand, tag};
use crate::cluster::{Splits, StreamingStep, TASK_FILE, manifest};
use crate::event::Event;
use crate::fs::hdfs::{FileSystems, FindError};
use crate::plan::Plan;
use crate::run::{Finished, Run, RunError, RunTotals, Runner};

/// How long ending an application and deleting its files may take.
const GRACE: Duration = Duration::from_secs(20);
/// How long an application takes to appear whose client was about to submit it.
const APPEARS: Duration = Duration::from_secs(2);

/// Runs jobs by Hadoop Streaming.
#[derive(Debug)]
pub struct Hadoop {
    pub(super) config: HadoopConfig,
    /// What was found of the cluster, where it was.
    pub(super) found: Option<ClusterPlan>,
    /// What is copied to the cluster, a line each.
    pub(super) uploads: Vec<String>,
}

impl Runner for Hadoop {
    fn name(&self) -> &'static str {
        "hadoop"
    }

    fn run(&self, run: &Run<'_>) -> Result<Finished, RunError> {
        let Some(found) = &self.found else {
            let message = "the plan was refused".to_owned();
            return Err(RunError::Unsupported(message));
        };
        let begun = Instant::now();
        run.stop.allow(GRACE);
        let job = HadoopJob::connect(run, self, found)?;
        let done = job.execute(begun);
        match run.stop.requested() {
            // Whatever failed did so because of that.
            true if done.is_err() => Err(RunError::Stopped),
            _ => done,
        }
    }

    fn inputs(&self, plan: &Plan) -> Option<String> {
        dry_run::inputs(self, plan)
    }

    fn rows(&self, plan: &Plan) -> Vec<(String, String)> {
        dry_run::rows(self, plan)
    }
}

/// A job whose cluster was found.
struct HadoopJob<'a> {
    run: &'a Run<'a>,
    config: &'a HadoopConfig,
    found: &'a ClusterPlan,
    files: FileSystems<'a>,
    cluster: Cluster<'a>,
    /// The folder of this machine in which Hadoop's client runs tasks, where it does that itself.
    here: Option<TempDir>,
    done: Cell<bool>,
}

impl Drop for HadoopJob<'_> {
    /// Deletes what is temporary.
    fn drop(&mut self) {
        let cleanup = self.config.cleanup;
        let deletes = if self.done.get() {
            cleanup.when_done
        } else {
            cleanup.when_failed
        };
        if !self.done.get() {
            self.found.target.discard(&self.files);
        }
        if !deletes {
            Launcher::forget(&self.files, &self.found.own);
            let message = format!("temporary files are left in {}", self.found.own);
            (self.run.events)(Event::Note { message });
        } else if let Err(error) = self.files.delete(&self.found.own) {
            let message = format!("failed to delete {}: {error}", self.found.own);
            (self.run.events)(Event::Warning { message });
        }
    }
}

impl<'a> HadoopJob<'a> {
    /// Reaches the cluster that was found.
    fn connect(
        run: &'a Run<'a>,
        hadoop: &'a Hadoop,
        found: &'a ClusterPlan,
    ) -> Result<Self, HadoopError> {
        let config = &hadoop.config;
        let (files, cluster) = found.connect(config, run.stop, run.events)?;
        let here = match found.framework {
            Framework::Yarn => None,
            Framework::Local => Some(temp_folder(run)?),
        };
        Ok(HadoopJob {
            run,
            config,
            found,
            files,
            cluster,
            here,
            done: Cell::new(false),
        })
    }

    fn execute(&self, begun: Instant) -> Result<Finished, RunError> {
        let plan = self.run.plan;
        self.tell(Event::JobStarted {
            job: plan.job.clone(),
            runner: "hadoop",
            steps: plan.steps.len(),
            input_bytes: self.found.inputs.bytes,
        });
        for event in self.found.notes.iter().cloned() {
            self.tell(event);
        }
        let ClusterPlan {
            capacity, steps, ..
        } = self.found;
        let capacity = *capacity;
        let mut task_file = self.found.task_file.clone();
        clear_step_output(&self.files, self.config, plan.steps.len())?;
        let make = self.files.make_folders(&self.found.own);
        make.map_err(HadoopError::hdfs(format!(
            "make the folder `{}`",
            self.found.own
        )))?;
        let tags = (0..plan.steps.len()).map(|number| self.tag(number));
        if let Some(launcher) = Launcher::this(tags.collect(), self.found.target.folder()) {
            launcher.note(&self.files, &self.found.own);
        }
        for name in leftovers::clean(&self.files, &self.cluster, &self.found.all) {
            let message = format!("deleted what the run {name} had left, which was killed");
            self.tell(Event::Note { message });
        }
        let uploads = Uploads {
            run: self.run,
            files: &self.files,
            all: &self.found.all,
            own: &self.found.own,
            here: self.here.as_ref().map(TempDir::path),
            authorities: self.config.authorities.as_deref(),
            by_tasks: task_file.steps[0].splits == Splits::Own,
        };
        let mut shipped = uploads.tasks(&task_file)?;
        let (files, archives) = uploads.shipments()?;
        shipped.extend(files);
        let uploaded = uploads.inputs()?;
        let names: Vec<(String, String)> = uploaded
            .iter()
            .map(|(place, name)| (self.files.address(place), name.clone()))
            .collect();
        let mut inputs = self.config.inputs.clone();
        inputs.extend(uploaded.iter().map(|(place, _)| place.to_string()));

        let mut sums = RunTotals::default();
        for (number, step) in steps.iter().enumerate() {
            if self.run.stop.requested() {
                return Err(RunError::Stopped);
            }
            let output = self.found.output_of(number, plan, self.config);
            let mut properties = self.found.properties(number, plan);
            let mut bytes = match number {
                0 => self.found.inputs.bytes.unwrap_or(0),
                _ => sums.output.1,
            };
            let is_ordered = self.config.total_order && number + 1 == steps.len();
            if is_ordered && step.reducers > 1 {
                let found = self.read_by_tasks(number, &inputs)?;
                let ranges = sample::ranges(self.run, number, step.reducers, &found)?;
                task_file.steps[number].set_ranges(&ranges);
                let at = shipped.iter().position(|file| file.ends_with(TASK_FILE));
                shipped[at.unwrap_or(0)] = uploads.task_file(&task_file, "ordered")?;
            }
            let divided = &task_file.steps[number];
            if divided.splits == Splits::Own {
                let found = self.read_by_tasks(number, &inputs)?;
                bytes = found.iter().map(|file| file.bytes).sum();
                let tasks = self.division().tasks(number, found, divided, capacity);
                inputs = vec![self.write_manifest(number, tasks)?];
            } else if number == 0 {
                properties.extend(tuning::splitting(
                    &self.found.inputs.sizes(),
                    capacity,
                    &self.found.site,
                ));
            }
            let last = last_properties(number, plan, step);
            let command = StepCommand {
                step,
                properties: &properties,
                last: &last,
                files: &shipped,
                archives: &archives,
                libjars: &self.config.libjars,
                extra_args: &self.config.extra_args,
                inputs: &inputs,
                output: output.as_str(),
            };
            self.step(
                number,
                step,
                command.command(
                    &self.found.installation.command,
                    &self.found.installation.jar,
                ),
                (bytes, &names),
                &mut sums,
            )?;
            inputs = vec![output.to_string()];
        }
        self.finish(begun, sums)
    }

    /// Runs a step to its end.
    fn step(
        &self,
        number: usize,
        step: &StreamingStep,
        command: Command,
        (bytes, names): (u64, &[(String, String)]),
        sums: &mut RunTotals,
    ) -> Result<(), RunError> {
        let message = format!("{command:?}");
        self.tell(Event::Detail { message });
        let mut command = command;
        if let Some(here) = &self.here {
            command.current_dir(here.path());
        }
        let client = Client::start(command);
        let client = client.map_err(HadoopError::io("run `hadoop jar`"))?;
        let watch = Watch::new(self.run, &self.cluster, number, step.reducers, bytes);
        let ended = watch.follow(client, &|application| self.kill(application, number))?;
        if !ended.is_done {
            let cluster = self.config.read_logs.then_some(&self.cluster);
            let lost = StepFailure {
                step: number,
                steps: self.run.plan.steps.len(),
                said: &ended.said,
                failed: ended.failed,
                ended: format!("ended with {}", ended.status),
                names,
                logs: &|application| self.logs(application),
            };
            return Err(lost.error(cluster).into());
        }
        sums.add_step(&ended.said, step.reducers > 0);
        Ok(())
    }

    /// Ends the application, or the one that the client is about to submit.
    fn kill(&self, application: Option<&str>, number: usize) {
        if self.here.is_some() {
            // It ended with the client.
            return;
        }
        let cluster = &self.cluster;
        let begun = Instant::now();
        let mut found = application.map(str::to_owned);
        while found.is_none() && begun.elapsed() < APPEARS {
            found = cluster.tagged(&self.tag(number));
            thread::sleep(Duration::from_millis(100));
        }
        let Some(application) = found else {
            return;
        };
        let message = format!("ending {application}");
        self.tell(Event::Note { message });
        let by_hand = format!("`yarn application -kill {application}`");
        self.run.stop.last_words(format!(
            "warning: {application} may still run; hint: {by_hand}\n"
        ));
        if !cluster.kill(&application) && !self.kill_by_client(&application) {
            let message = format!("failed to end {application}\nhint: {by_hand}");
            self.tell(Event::Warning { message });
        }
        self.run.stop.last_words(String::new());
    }

    /// What tasks of an application have printed, by Hadoop's own program.
    fn logs(&self, application: &str) -> Option<String> {
        let command = &self.found.installation.command;
        let output = Command::new(&command[0])
            .args(&command[1..])
            .arg("org.apache.hadoop.yarn.client.cli.LogsCLI")
            .args(["-applicationId", application, "-log_files", "stderr"])
            .stdin(Stdio::null())
            .output()
            .ok()?;
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn kill_by_client(&self, application: &str) -> bool {
        let command = &self.found.installation.command;
        let status = Command::new(&command[0])
            .args(&command[1..])
            .args(["org.apache.hadoop.mapred.JobClient", "-kill"])
            .arg(application.replacen("application", "job", 1))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.is_ok_and(|status| status.success())
    }

    /// Puts the output in its place, or brings it here.
    fn finish(&self, begun: Instant, sums: RunTotals) -> Result<Finished, RunError> {
        let plan = self.run.plan;
        let folder = self.found.target.commit(&self.files)?;
        let (parts, keep) = if plan.output.cat {
            let (parts, keep) = output::fetch(&self.files, &folder, self.run)?;
            (parts, Some(keep))
        } else {
            (Vec::new(), None)
        };
        self.done.set(true);
        Ok(sums.finish(self.run, begun, parts, keep))
    }

    fn division(&self) -> Division<'_> {
        self.found.division(self.run.plan, self.config, &self.files)
    }

    /// The files that the tasks of step `number` read, of which `inputs` are those that weren't looked up yet.
    fn read_by_tasks(
        &self,
        number: usize,
        inputs: &[String],
    ) -> Result<Vec<RemoteFile>, HadoopError> {
        let mut files = Vec::new();
        let mut inputs = inputs;
        if let (0, Ok(found)) = (number, &self.found.inputs.files) {
            files.extend(found.iter().cloned());
            inputs = &inputs[self.config.inputs.len()..];
        }
        for input in inputs {
            files.extend(self.files.find(input).map_err(|error| match error {
                FindError::Failed(error) => HadoopError::hdfs(format!("look at `{input}`"))(error),
                _ => HadoopError::NoInput(input.clone()),
            })?);
        }
        Ok(files)
    }

    /// Writes what each map task of step `number` reads; where.
    fn write_manifest(&self, number: usize, tasks: Vec<Vec<Split>>) -> Result<String, HadoopError> {
        let message = format!(
            "step {}: {} map tasks read the input by themselves",
            number + 1,
            tasks.len()
        );
        self.tell(Event::Detail { message });
        let place = self.found.own.join("splits").join(&format!("{number:04}"));
        let text = manifest(tasks);
        self.files
            .put_bytes(text.as_bytes(), &place)
            .map_err(HadoopError::hdfs(format!("write `{place}`")))?;
        Ok(place.to_string())
    }

    /// By which an application is found before its name is known.
    fn tag(&self, number: usize) -> String {
        tag(&self.run.plan.job_key, number)
    }

    fn tell(&self, event: Event) {
        (self.run.events)(event);
    }
}
