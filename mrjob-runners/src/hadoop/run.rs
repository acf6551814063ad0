//! A job on a cluster, step by step.

use std::cell::Cell;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use mrjob_core::task::{NoOutputDir, RemoteFile, Split};
use tempfile::TempDir;

use super::abandoned::{self, Launcher};
use super::cause::Lost;
use super::client::Client;
use super::cluster::{Capacity, Cluster};
use super::command::{StepCommand, compression, tag, tags};
use super::find::Installation;
use super::hdfs::{FileSystems, Location, Unfound, Way};
use super::output::{self, Target};
use super::prepare::{
    Framework, check_overlaps, check_program, check_step_output, credentials, default_file_system,
    framework, temp_folder, user,
};
use super::site::Site;
use super::splits::{Division, Inputs};
use super::sums::Sums;
use super::upload::{self, Uploads};
use super::watch::Watch;
use super::{HadoopConfig, HadoopError, sample, tuning};
use crate::event::Event;
use crate::runner::{Finished, Run, RunError, Runner};
use crate::streaming::{Splits, StreamingStep, TASK_FILE, TaskFile, manifest};
use crate::web::{self, Patience};

/// How long ending an application and deleting its files may take.
const GRACE: Duration = Duration::from_secs(20);
/// How long an application takes to appear whose client was about to submit it.
const APPEARS: Duration = Duration::from_secs(2);

/// Runs jobs by Hadoop Streaming.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hadoop;

impl Runner for Hadoop {
    fn name(&self) -> &'static str {
        "hadoop"
    }

    fn run(&self, run: &Run<'_>) -> Result<Finished, RunError> {
        let Some(config) = &run.plan.hadoop else {
            let message = "the plan says nothing of a cluster".to_owned();
            return Err(RunError::Unsupported(message));
        };
        let begun = Instant::now();
        run.stop.allow(GRACE);
        let job = HadoopJob::prepare(run, config)?;
        let done = job.execute(begun);
        match run.stop.requested() {
            // Whatever failed did so because of that.
            true if done.is_err() => Err(RunError::Stopped),
            _ => done,
        }
    }
}

/// A job whose cluster was found.
struct HadoopJob<'a> {
    run: &'a Run<'a>,
    config: &'a HadoopConfig,
    installation: Installation,
    site: Site,
    files: FileSystems<'a>,
    cluster: Cluster<'a>,
    target: Target,
    /// The folder for temporary files of all runs.
    all: Location,
    /// That of this run.
    own: Location,
    /// The folder of this machine in which Hadoop's client runs tasks, where it does that itself.
    here: Option<TempDir>,
    inputs: Inputs,
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
            self.target.discard(&self.files);
        }
        if !deletes {
            Launcher::forget(&self.files, &self.own);
            let message = format!("temporary files are left in {}", self.own);
            (self.run.events)(Event::Note { message });
        } else if let Err(error) = self.files.delete(&self.own) {
            let message = format!("failed to delete {}: {error}", self.own);
            (self.run.events)(Event::Warning { message });
        }
    }
}

impl<'a> HadoopJob<'a> {
    /// Looks everything up. Nothing is made on the cluster yet.
    fn prepare(run: &'a Run<'a>, config: &'a HadoopConfig) -> Result<Self, HadoopError> {
        let detail = |message: String| (run.events)(Event::Detail { message });
        let plan = run.plan;
        upload::check_names(run)?;
        let installation = Installation::find(config)?;
        detail(format!("hadoop: {}", installation.command.join(" ")));
        detail(format!(
            "archive for streaming: {}",
            installation.jar.display()
        ));
        detail(format!(
            "configuration: {}",
            installation.conf_dir.display()
        ));
        let mut site = Site::read(&installation.conf_dir)?;
        site.set(plan.jobconf.iter());
        let default = default_file_system(&site)?;
        let user = user();
        let command = installation.command.clone();
        let client = web::Client::new(config.authorities.clone());
        client.end_on(run.stop);
        let patience = Patience::new(config.patience, run.stop, run.events);
        let cluster = Cluster::new(&site, &user, client.clone(), patience);
        let way = Way {
            client,
            authorities: config.authorities.clone(),
            url: config.hdfs_url.clone(),
            credentials: credentials(&user),
            patience,
        };
        let files = FileSystems::connect(&site, default, command, &user, way);
        let files = files.map_err(HadoopError::NoNameNode)?;
        detail(files.way().to_owned());
        let here = match framework(&site)? {
            Framework::Yarn => {
                cluster.check()?;
                detail(check_program(&cluster)?);
                None
            }
            Framework::Local => Some(temp_folder(run)?),
        };
        let all = files.locate(&config.tmp_dir);
        let own = all.join(&plan.job_key);
        check_overlaps(&files, config, plan.output.compression)?;
        let target = Target::new(&files, config.output.as_deref(), &own, plan)?;
        check_step_output(&files, config, plan.steps.len())?;
        let inputs = Inputs::find(plan, config, &files)?;
        Ok(HadoopJob {
            run,
            config,
            installation,
            site,
            files,
            cluster,
            target,
            all,
            own,
            here,
            inputs,
            done: Cell::new(false),
        })
    }

    fn execute(&self, begun: Instant) -> Result<Finished, RunError> {
        let plan = self.run.plan;
        self.tell(Event::JobStarted {
            job: plan.job.clone(),
            runner: "hadoop",
            steps: plan.steps.len(),
            input_bytes: self.inputs.bytes,
        });
        let capacity = self
            .cluster
            .capacity(tuning::container(&self.site), tuning::master(&self.site));
        let mut task_file = self.task_file(capacity)?;
        let steps: Vec<StreamingStep> = (0..plan.steps.len())
            .map(|number| StreamingStep::new(&task_file, number))
            .collect::<Result<_, _>>()
            .map_err(HadoopError::from)?;
        let make = self.files.make_folders(&self.own);
        make.map_err(HadoopError::hdfs(format!("make the folder `{}`", self.own)))?;
        let tags = (0..plan.steps.len()).map(|number| self.tag(number));
        if let Some(launcher) = Launcher::this(tags.collect(), self.target.folder()) {
            launcher.note(&self.files, &self.own);
        }
        for name in abandoned::clean(&self.files, &self.cluster, &self.all) {
            let message = format!("deleted what the run {name} had left, which was killed");
            self.tell(Event::Note { message });
        }
        let uploads = Uploads {
            run: self.run,
            files: &self.files,
            all: &self.all,
            own: &self.own,
            here: self.here.as_ref().map(TempDir::path),
            authorities: self.config.authorities.as_deref(),
            by_tasks: task_file.steps[0].splits == Splits::Own,
        };
        let mut shipped = uploads.tasks(&task_file)?;
        let (files, archives) = uploads.surroundings()?;
        shipped.extend(files);
        let uploaded = uploads.inputs()?;
        let names: Vec<(String, String)> = uploaded
            .iter()
            .map(|(place, name)| (self.files.address(place), name.clone()))
            .collect();
        let mut inputs = self.config.inputs.clone();
        inputs.extend(uploaded.iter().map(|(place, _)| place.to_string()));

        let mut sums = Sums::default();
        for (number, step) in steps.iter().enumerate() {
            if self.run.stop.requested() {
                return Err(RunError::Stopped);
            }
            let output = self.output_of(number);
            let mut properties = self.properties(number);
            let mut bytes = match number {
                0 => self.inputs.bytes.unwrap_or(0),
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
                    &self.inputs.sizes(),
                    capacity,
                    &self.site,
                ));
            }
            let last = self.last_properties(number, step);
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
                command.command(&self.installation),
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
        sums: &mut Sums,
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
            let lost = Lost {
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
        sums.add(&ended.said, step.reducers > 0);
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
        let command = &self.installation.command;
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
        let command = &self.installation.command;
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
    fn finish(&self, begun: Instant, sums: Sums) -> Result<Finished, RunError> {
        let plan = self.run.plan;
        let folder = self.target.commit(&self.files)?;
        let (parts, keep) = if plan.output.cat {
            let (parts, keep) = output::fetch(&self.files, &folder, self.run)?;
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

    /// The task file, with the sizes that nobody asked for.
    fn task_file(&self, capacity: Option<Capacity>) -> Result<TaskFile, HadoopError> {
        let plan = self.run.plan;
        let mut file = TaskFile::new(plan, self.run.shipped);
        let (input, output) = (&self.config.input_format, &self.config.output_format);
        file.choose(input.as_ref(), output.as_ref(), self.config.shuffle);
        let reducers = tuning::reducers(self.inputs.bytes, capacity.map(|capacity| capacity.tasks));
        let mut chosen = false;
        for step in &mut file.steps {
            if step.info.reducer.is_some()
                && step.info.reducers.is_none()
                && plan.reducers.is_none()
            {
                step.reducers = reducers;
                chosen = true;
            }
        }
        if chosen && reducers > 1 {
            let message = format!("{reducers} reduce tasks a step; `--reducers N` makes it N");
            self.tell(Event::Note { message });
        }
        let last = file.steps.len().saturating_sub(1);
        for (number, step) in file.steps.iter_mut().enumerate() {
            step.no_output_dir = match &self.target {
                Target::Temporary(_) if number == last => Some(NoOutputDir::Job),
                _ if number < last && self.config.step_output.is_none() => Some(NoOutputDir::Step),
                _ => None,
            };
        }
        for number in 0..file.steps.len() {
            let (splits, why) = self.division().of(number, &file.steps[number])?;
            file.steps[number].splits = splits;
            if self.config.total_order && number + 1 == file.steps.len() {
                self.division().check_order(number, &file.steps[number])?;
            }
            if let Some(why) = why {
                let message = format!("step {}: Hadoop reads the input: {why}", number + 1);
                self.tell(Event::Detail { message });
            }
        }
        Ok(file)
    }

    fn division(&self) -> Division<'_> {
        Division {
            plan: self.run.plan,
            config: self.config,
            site: &self.site,
            files: &self.files,
            inputs: &self.inputs,
        }
    }

    /// The files that the tasks of step `number` read, of which `inputs` are those that weren't looked up yet.
    fn read_by_tasks(
        &self,
        number: usize,
        inputs: &[String],
    ) -> Result<Vec<RemoteFile>, HadoopError> {
        let mut files = Vec::new();
        let mut inputs = inputs;
        if let (0, Ok(found)) = (number, &self.inputs.files) {
            files.extend(found.iter().cloned());
            inputs = &inputs[self.config.inputs.len()..];
        }
        for input in inputs {
            files.extend(self.files.find(input).map_err(|error| match error {
                Unfound::Failed(error) => HadoopError::hdfs(format!("look at `{input}`"))(error),
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
        let place = self.own.join("splits").join(&format!("{number:04}"));
        let text = manifest(tasks);
        self.files
            .put_bytes(text.as_bytes(), &place)
            .map_err(HadoopError::hdfs(format!("write `{place}`")))?;
        Ok(place.to_string())
    }

    /// Where step `number` writes.
    fn output_of(&self, number: usize) -> Location {
        if number + 1 == self.run.plan.steps.len() {
            return self.target.folder().clone();
        }
        let name = format!("{number:04}");
        match &self.config.step_output {
            Some(dir) => self.files.locate(dir).join(&name),
            None => self.own.join("step-output").join(&name),
        }
    }

    /// Properties that the job's own win over.
    fn properties(&self, number: usize) -> Vec<(String, String)> {
        let plan = self.run.plan;
        let name = match plan.steps.len() {
            1 => plan.job_key.clone(),
            steps => format!("{} step {} of {steps}", plan.job_key, number + 1),
        };
        let pairs = [
            ("mapreduce.job.name", name.as_str()),
            // Status and counters are seen while a task runs.
            ("mapreduce.task.progress-report.interval", "1000"),
        ];
        let jobconf = plan.jobconf.iter().chain(&plan.steps[number].jobconf);
        let jobconf: Vec<_> = jobconf.collect();
        let mut properties = tuning::java_options(&self.site, &jobconf);
        properties.extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
        properties
    }

    /// Properties that win over the job's own.
    fn last_properties(&self, number: usize, step: &StreamingStep) -> Vec<(String, String)> {
        let plan = self.run.plan;
        let mut last = vec![tags(step, &self.tag(number))];
        if let (true, Some(codec)) = (number + 1 == plan.steps.len(), plan.output.compression) {
            last.extend(compression(codec));
        }
        last
    }

    /// By which an application is found before its name is known.
    fn tag(&self, number: usize) -> String {
        tag(&self.run.plan.job_key, number)
    }

    fn tell(&self, event: Event) {
        (self.run.events)(event);
    }
}
