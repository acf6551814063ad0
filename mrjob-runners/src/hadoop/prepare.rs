//! What is looked up before anything is made on the cluster.

use std::env;
use std::path::Path;

use mrjob_core::codec::Codec;
use mrjob_core::task::NoOutputDir;
use tempfile::TempDir;

use super::find::Installation;
use super::output::Target;
use super::splits::{Division, Inputs};
use super::yarn::{Capacity, Cluster};
use super::{HadoopConfig, HadoopError, output, tuning, upload};
use crate::cluster::command::{compression, tag, tags};
use crate::cluster::reducers::reducers;
use crate::cluster::{StreamingStep, TaskFile};
use crate::event::Event;
use crate::executable::Executable;
use crate::fs::hdfs::installation::{credentials, default_file_system, user};
use crate::fs::hdfs::site::Site;
use crate::fs::hdfs::{FileSystems, Location, Way};
use crate::input::addresses_overlap;
use crate::output::{OutputError, part_path};
use crate::plan::Plan;
use crate::run::Run;
use crate::stop::Stop;
use crate::task_env::job_files::JobArguments;
use crate::web::{self, Patience};

/// What is known of a cluster, and of a run there, once the run is planned.
#[derive(Debug)]
pub(super) struct ClusterPlan {
    pub(super) installation: Installation,
    pub(super) site: Site,
    pub(super) framework: Framework,
    /// The file system that paths without a scheme are in, and who asks.
    default: String,
    user: String,
    /// Where the user's own folder is.
    home: String,
    /// In a sentence: by which way files are reached.
    pub(super) way: String,
    /// The folder for temporary files of all runs, and that of this run.
    pub(super) all: Location,
    pub(super) own: Location,
    pub(super) target: Target,
    pub(super) inputs: Inputs,
    pub(super) capacity: Option<Capacity>,
    pub(super) task_file: TaskFile,
    pub(super) steps: Vec<StreamingStep>,
    /// The files that the job's arguments name.
    pub(super) job: JobArguments,
    /// What the user is told when the run begins.
    pub(super) notes: Vec<Event>,
}

impl ClusterPlan {
    /// Looks everything up. Nothing is made on the cluster.
    pub(super) fn look(
        plan: &Plan,
        config: &HadoopConfig,
        shipped: &JobArguments,
        stop: &Stop,
        tell: &(dyn Fn(Event) + Sync),
    ) -> Result<Self, HadoopError> {
        upload::check_names(plan, shipped)?;
        let installation = Installation::find(config)?;
        let mut site = Site::read(&installation.conf_dir)?;
        site.set(plan.jobconf.iter());
        let default = default_file_system(&site)?;
        let user = user();
        let (files, cluster) =
            connect(&installation, &site, (&default, &user), config, stop, tell)?;
        let mut details = vec![
            format!("hadoop: {}", installation.command.join(" ")),
            format!("archive for streaming: {}", installation.jar.display()),
            format!("configuration: {}", installation.conf_dir.display()),
            files.way().to_owned(),
        ];
        let framework = framework(&site)?;
        if let Framework::Yarn = framework {
            cluster.check()?;
            details.push(check_program(&cluster)?);
        }
        let all = files.locate(&config.tmp_dir);
        let own = all.join(&plan.job_key);
        check_overlaps(&files, config, plan.output.compression)?;
        let target = Target::new(&files, config.output.as_deref(), &own, plan)?;
        check_step_output(&files, config, plan.steps.len())?;
        let inputs = Inputs::find(plan, config, &files)?;
        let capacity = cluster.capacity(tuning::container(&site), tuning::master(&site));
        let notes = details.into_iter();
        let mut found = ClusterPlan {
            home: files.home().to_owned(),
            way: files.way().to_owned(),
            notes: notes.map(|message| Event::Detail { message }).collect(),
            task_file: TaskFile::new(plan, shipped),
            steps: Vec::new(),
            job: shipped.clone(),
            installation,
            site,
            framework,
            default,
            user,
            all,
            own,
            target,
            inputs,
            capacity,
        };
        found.choose(plan, config, &files)?;
        Ok(found)
    }

    /// Reaches the cluster's files, and its web services.
    pub(super) fn connect<'a>(
        &self,
        config: &HadoopConfig,
        stop: &'a Stop,
        tell: &'a (dyn Fn(Event) + Sync),
    ) -> Result<(FileSystems<'a>, Cluster<'a>), HadoopError> {
        let names = (self.default.as_str(), self.user.as_str());
        connect(&self.installation, &self.site, names, config, stop, tell)
    }

    /// What a person means by `text`.
    fn locate(&self, text: &str) -> Location {
        Location::of(text, &self.default, &self.home)
    }

    /// What decides on the splits of all steps.
    pub(super) fn division<'a>(
        &'a self,
        plan: &'a Plan,
        config: &'a HadoopConfig,
        files: &'a FileSystems<'a>,
    ) -> Division<'a> {
        Division {
            plan,
            config,
            site: &self.site,
            files,
            inputs: &self.inputs,
        }
    }

    /// Sets the sizes that nobody asked for, and who divides inputs.
    fn choose(
        &mut self,
        plan: &Plan,
        config: &HadoopConfig,
        files: &FileSystems<'_>,
    ) -> Result<(), HadoopError> {
        let mut file = self.task_file.clone();
        let (input, output) = (&config.input_format, &config.output_format);
        file.choose(input.as_ref(), output.as_ref(), config.shuffle);
        let reducers = reducers(
            self.inputs.bytes,
            self.capacity.map(|capacity| capacity.tasks),
        );
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
            self.notes.push(Event::Note { message });
        }
        let last = file.steps.len().saturating_sub(1);
        for (number, step) in file.steps.iter_mut().enumerate() {
            step.no_output_dir = match &self.target {
                Target::Temporary(_) if number == last => Some(NoOutputDir::Job),
                _ if number < last && config.step_output.is_none() => Some(NoOutputDir::Step),
                _ => None,
            };
        }
        for number in 0..file.steps.len() {
            let (splits, why) = self
                .division(plan, config, files)
                .of(number, &file.steps[number])?;
            file.steps[number].splits = splits;
            if config.total_order && number + 1 == file.steps.len() {
                self.division(plan, config, files)
                    .check_order(number, &file.steps[number])?;
            }
            if let Some(why) = why {
                let message = format!("step {}: Hadoop reads the input: {why}", number + 1);
                self.notes.push(Event::Detail { message });
            }
        }
        let steps = (0..file.steps.len()).map(|number| StreamingStep::new(&file, number));
        self.steps = steps.collect::<Result<_, _>>()?;
        self.task_file = file;
        Ok(())
    }

    /// Where step `number` writes.
    pub(super) fn output_of(&self, number: usize, plan: &Plan, config: &HadoopConfig) -> Location {
        if number + 1 == plan.steps.len() {
            return self.target.folder().clone();
        }
        let name = format!("{number:04}");
        match &config.step_output {
            Some(dir) => self.locate(dir).join(&name),
            None => self.own.join("step-output").join(&name),
        }
    }

    /// Properties that the job's own win over.
    pub(super) fn properties(&self, number: usize, plan: &Plan) -> Vec<(String, String)> {
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
}

/// Reaches the files and the web services of a cluster; `names` are its default file system, and who asks.
fn connect<'a>(
    installation: &Installation,
    site: &Site,
    names: (&str, &str),
    config: &HadoopConfig,
    stop: &'a Stop,
    tell: &'a (dyn Fn(Event) + Sync),
) -> Result<(FileSystems<'a>, Cluster<'a>), HadoopError> {
    let (default, user) = names;
    let client = web::Client::new(config.authorities.clone());
    client.end_on(stop);
    let patience = Patience::new(config.patience, stop, tell);
    let cluster = Cluster::new(site, user, client.clone(), patience);
    let way = Way {
        client,
        authorities: config.authorities.clone(),
        url: config.hdfs_url.clone(),
        credentials: credentials(user),
        patience,
    };
    let command = installation.command.clone();
    let files = FileSystems::connect(site, default.to_owned(), command, user, way);
    Ok((files.map_err(HadoopError::NoNameNode)?, cluster))
}

/// Properties that win over the job's own.
pub(super) fn last_properties(
    number: usize,
    plan: &Plan,
    step: &StreamingStep,
) -> Vec<(String, String)> {
    let mut last = vec![tags(step, &tag(&plan.job_key, number))];
    if let (true, Some(codec)) = (number + 1 == plan.steps.len(), plan.output.compression) {
        last.extend(compression(codec));
    }
    last
}

/// What runs tasks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Framework {
    Yarn,
    /// Hadoop's client, one after the other.
    Local,
}

fn framework(site: &Site) -> Result<Framework, HadoopError> {
    let found = site.get("mapreduce.framework.name");
    match found.as_deref() {
        Some("yarn") => Ok(Framework::Yarn),
        Some("local") => Ok(Framework::Local),
        _ => Err(HadoopError::NotYarn {
            found: found.map_or("not set".to_owned(), |found| format!("`{found}`")),
            conf_dir: site.dir().to_owned(),
        }),
    }
}

/// A folder of this machine for temporary files.
pub(super) fn temp_folder(run: &Run<'_>) -> Result<TempDir, HadoopError> {
    let dir = run.plan.temp_dir.display();
    let action = format!("make a folder in `{dir}`");
    run.temp_folder().map_err(HadoopError::io(action))
}

/// Checks that the machines of the cluster, of which some are asked, can execute this program, and says what that needs.
fn check_program(cluster: &Cluster) -> Result<String, HadoopError> {
    let path = env::current_exe().map_err(HadoopError::io("find this program's own file"))?;
    let read = || HadoopError::io(format!("read `{}`", path.display()));
    let program = Executable::read(&path).map_err(read())?;
    for (node, system) in cluster.systems() {
        if let Err(mismatch) = program.check(&system) {
            return Err(HadoopError::Program { mismatch, node });
        }
    }
    Ok(match program.glibc() {
        Some((major, minor)) => format!(
            "this program needs GNU's C library {major}.{minor} or newer on the cluster's machines"
        ),
        None => "this program needs no C library on the cluster's machines".to_owned(),
    })
}

/// Checks that no output is in an input, nor an input in it.
fn check_overlaps(
    files: &FileSystems,
    config: &HadoopConfig,
    compression: Option<Codec>,
) -> Result<(), HadoopError> {
    let part = part_path(Path::new(""), 0, compression);
    let step_part = part_path(Path::new("0000"), 0, None);
    for (dir, part) in [(&config.output, part), (&config.step_output, step_part)] {
        let Some(dir) = dir else { continue };
        let output = files.address(&files.locate(dir));
        let overlaps = |input: &&String| {
            let input = files.address(&files.locate(input));
            addresses_overlap(&input, &output, &part.to_string_lossy())
        };
        if let Some(input) = config.inputs.iter().find(overlaps) {
            return Err(HadoopError::Overlap(OutputError::Overlap {
                output: dir.clone(),
                input: input.clone(),
            }));
        }
    }
    Ok(())
}

/// Checks that what steps before the last one write has a place.
fn check_step_output(
    files: &FileSystems,
    config: &HadoopConfig,
    steps: usize,
) -> Result<(), HadoopError> {
    let Some(dir) = &config.step_output else {
        return Ok(());
    };
    for number in 0..steps.saturating_sub(1) {
        let named = format!("{dir}/{number:04}");
        let place = files.locate(&named);
        output::check(files, &place, &named)?;
    }
    Ok(())
}

/// Deletes the empty folders in the place of what steps before the last one write: Hadoop itself wants no folder there.
pub(super) fn clear_step_output(
    files: &FileSystems,
    config: &HadoopConfig,
    steps: usize,
) -> Result<(), HadoopError> {
    let Some(dir) = &config.step_output else {
        return Ok(());
    };
    for number in 0..steps.saturating_sub(1) {
        let place = files.locate(&format!("{dir}/{number:04}"));
        files
            .delete(&place)
            .map_err(HadoopError::hdfs(format!("delete `{place}`")))?;
    }
    Ok(())
}
