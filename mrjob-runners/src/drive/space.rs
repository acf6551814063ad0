//! Where a run keeps its files.

use std::fs;
use std::path::{Path, PathBuf};

use mrjob_core::codec::Codec;
use mrjob_core::emit::{Part, PartTarget};
use mrjob_core::task::{NoOutputDir, OutputDir};
use tempfile::TempDir;

use super::side;
use crate::event::Phase;
use crate::output::{self, OutputError, RemoteStaging, Staging, part_path};
use crate::plan::{Cleanup, Plan};
use crate::run::temp::Temp;
use crate::run::{Run, RunError};

/// The folders of a run: a temporary one, deleted with this value, and those of its output.
#[derive(Debug)]
pub(crate) struct Space {
    temp: Temp,
    staging: Option<Staging>,
    remote: Option<RemoteStaging>,
    step_output: Option<PathBuf>,
    last_step: usize,
    /// How the parts in the output folder are compressed.
    compression: Option<Codec>,
    cleanup: Cleanup,
}

impl Space {
    /// The folders of a run, whose output folders are checked, with a temporary one.
    pub(crate) fn new(
        run: &Run<'_>,
        temp: impl FnOnce(&Plan) -> Result<Temp, RunError>,
    ) -> Result<Self, RunError> {
        let plan = run.plan;
        let last_step = plan.steps.len().saturating_sub(1);
        if let Some(dir) = &plan.step_output_dir {
            (0..last_step).try_for_each(|step| output::check(&step_dir(dir, step)))?;
        }
        let mut noted = run.stop.folders();
        let staging = match &plan.output.dir {
            Some(dir) => Some(Staging::new(dir, &plan.job_key)?),
            None => None,
        };
        noted.extend(staging.iter().map(|staging| staging.folder().to_owned()));
        if let (Some(dir), 1..) = (&plan.step_output_dir, last_step) {
            fs::create_dir_all(dir).map_err(|source| OutputError::NotMade {
                dir: dir.clone(),
                source,
            })?;
        }
        // A task's working directory is another one.
        let step_output = plan.step_output_dir.as_deref().map(std::path::absolute);
        let step_output = step_output.transpose();
        let mut temp = temp(plan)?;
        temp.stay(!plan.cleanup.when_failed);
        if plan.cleanup.when_failed {
            noted.push(temp.path().to_owned());
        }
        drop(noted);
        let remote = match &plan.output.remote {
            Some(to) => {
                let action = || format!("make `{}`", temp.path().display());
                temp.demand().map_err(RunError::io(action()))?;
                Some(RemoteStaging::new(to, temp.path())?)
            }
            None => None,
        };
        Ok(Space {
            remote,
            temp,
            cleanup: plan.cleanup,
            staging,
            step_output: step_output.map_err(RunError::io("find the folder of steps' output"))?,
            last_step,
            compression: plan.output.compression,
        })
    }

    /// The temporary folder.
    pub(crate) fn temp(&self) -> &Temp {
        &self.temp
    }

    /// The sorted runs of a map task's attempt.
    pub(crate) fn runs_file(&self, step: usize, task: u32, attempt: u32) -> PathBuf {
        self.temp
            .path()
            .join(format!("{}{task:05}.{attempt}", runs_prefix(step)))
    }

    /// What an attempt writes of a step's output.
    pub(crate) fn part_file(&self, step: usize, task: u32, attempt: u32) -> PathBuf {
        match self.kept_dir(step) {
            Some(dir) => dir.join(format!("part-{task:05}.{attempt}")),
            None => self
                .temp
                .path()
                .join(format!("{}{task:05}.{attempt}", parts_prefix(step))),
        }
    }

    /// Where a worker's attempts write files beside their output. An attempt makes the folder.
    pub(crate) fn output_dir(&self, step: usize, worker: u64) -> OutputDir {
        match self.kept_dir(step) {
            Some(dir) => OutputDir::Folder(side_dir(&dir, worker)),
            None if step == self.last_step => OutputDir::Missing(NoOutputDir::Job),
            None => OutputDir::Missing(NoOutputDir::Step),
        }
    }

    /// Keeps what an attempt that has succeeded left there.
    pub(crate) fn keep_side_files(
        &self,
        step: usize,
        phase: Phase,
        task: u32,
        worker: u64,
    ) -> Result<(), RunError> {
        let Some(to) = self.kept_dir(step) else {
            return Ok(());
        };
        side::keep(&side_dir(&to, worker), &to).map_err(|(name, error)| {
            let action = format!("keep `{}` of {phase} task {task}", name.display());
            RunError::io(action)(std::io::Error::other(error))
        })
    }

    /// Deletes what lost attempts at a step's tasks left beside their output.
    pub(crate) fn end_step(&self, step: usize) {
        if let Some(dir) = self.kept_dir(step) {
            let _ = fs::remove_dir_all(dir.join(side::ATTEMPTS));
        }
    }

    /// A folder for what the tasks of a run share.
    pub(crate) fn shared_dir(&self) -> Option<PathBuf> {
        match &self.temp {
            Temp::Made(dir) => Some(dir.path().join("shared")),
            Temp::OnDemand(_) => None,
        }
    }

    /// A file at `path` for a part of a step's output, compressed if that is wished.
    pub(crate) fn part_target(&self, step: usize, path: PathBuf) -> PartTarget {
        match self.compression_of(step) {
            Some(codec) => PartTarget::Compressed { path, codec },
            None => PartTarget::File(path),
        }
    }

    /// How the parts of a step are compressed: those in the output folder only.
    fn compression_of(&self, step: usize) -> Option<Codec> {
        let in_folder = step == self.last_step && self.output_folder().is_some();
        self.compression.filter(|_| in_folder)
    }

    /// The folder in which the parts of a step stay, if they do.
    pub(crate) fn kept_dir(&self, step: usize) -> Option<PathBuf> {
        if step == self.last_step {
            self.output_folder().map(Path::to_owned)
        } else {
            self.step_output.as_ref().map(|dir| step_dir(dir, step))
        }
    }

    /// The folder in which the parts of the output are written.
    fn output_folder(&self) -> Option<&Path> {
        if let Some(remote) = &self.remote {
            return Some(remote.folder());
        }
        self.staging.as_ref().map(Staging::folder)
    }

    /// Makes a step's folders.
    pub(crate) fn begin_step(&self, step: usize) -> Result<(), RunError> {
        match self.kept_dir(step) {
            Some(dir) => {
                fs::create_dir_all(&dir).map_err(RunError::io(format!("make `{}`", dir.display())))
            }
            None => Ok(()),
        }
    }

    /// Gives the parts of a step, in their order, the names under which they are found if they stay.
    pub(crate) fn name_parts(&self, step: usize, parts: Vec<Part>) -> Result<Vec<Part>, RunError> {
        let Some(dir) = self.kept_dir(step) else {
            return Ok(parts);
        };
        let name = |(number, part)| match part {
            Part::File(from) => {
                let to = part_path(&dir, number, self.compression_of(step));
                fs::rename(&from, &to)
                    .map_err(RunError::io(format!("rename `{}`", from.display())))?;
                Ok(Part::File(to))
            }
            memory => Ok(memory),
        };
        (0..).zip(parts).map(name).collect()
    }

    /// Deletes what the shuffle of a step has left.
    pub(crate) fn forget_runs(&self, step: usize) {
        if !self.cleanup.when_done {
            return;
        }
        self.temp.forget(&runs_prefix(step));
        // A lone map task's that outgrew memory.
        self.temp.forget("runs-");
    }

    /// Deletes a step's parts, which have been read, unless the user wants to see them.
    pub(crate) fn forget_parts(&self, step: usize) {
        if self.cleanup.when_done {
            self.temp.forget(&parts_prefix(step));
        }
    }

    /// Puts the output in its place. Gives the parts as they are found there, and the folder that they need if they
    /// are temporary.
    pub(crate) fn commit(
        mut self,
        parts: Vec<Part>,
        run: &Run<'_>,
    ) -> Result<(Vec<Part>, Option<TempDir>), RunError> {
        self.temp.stay(!self.cleanup.when_done);
        if let Some(remote) = &self.remote {
            remote.commit(run.events, run.stop)?;
        }
        let Some(staging) = self.staging else {
            return self
                .temp
                .keep(parts)
                .map_err(RunError::io("keep the output"));
        };
        let dir = staging.commit()?;
        Ok((
            (0..)
                .zip(parts)
                .map(|(number, _)| Part::File(part_path(&dir, number, self.compression)))
                .collect(),
            None,
        ))
    }
}

/// The folder for side files of a worker's attempts at tasks of the step whose output is in `dir`.
fn side_dir(dir: &Path, worker: u64) -> PathBuf {
    dir.join(side::ATTEMPTS).join(format!("worker-{worker}"))
}

fn step_dir(dir: &Path, step: usize) -> PathBuf {
    dir.join(format!("{step:04}"))
}

fn runs_prefix(step: usize) -> String {
    format!("{step:04}-map-")
}

fn parts_prefix(step: usize) -> String {
    format!("{step:04}-part-")
}
