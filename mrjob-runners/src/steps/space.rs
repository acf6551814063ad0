//! Where a run keeps its files.

use std::fs;
use std::path::{Path, PathBuf};

use mrjob_core::task::Part;
use tempfile::TempDir;

use super::Temp;
use crate::output::{self, Staging, part_path};
use crate::plan::Plan;
use crate::runner::RunError;

/// The folders of a run: a temporary one, deleted with this value, and those of its output.
#[derive(Debug)]
pub(crate) struct Space {
    temp: Temp,
    staging: Option<Staging>,
    step_output: Option<PathBuf>,
    last_step: usize,
}

impl Space {
    /// The folders of `plan`, whose output folders are checked, with a temporary one.
    pub(crate) fn new(
        plan: &Plan,
        temp: impl FnOnce(&Plan) -> Result<Temp, RunError>,
    ) -> Result<Self, RunError> {
        let last_step = plan.steps.len().saturating_sub(1);
        if let Some(dir) = &plan.step_output_dir {
            (0..last_step).try_for_each(|step| output::check(&step_dir(dir, step)))?;
        }
        let staging = match &plan.output.dir {
            Some(dir) => Some(Staging::new(dir, &plan.job_key)?),
            None => None,
        };
        let step_output = plan.step_output_dir.clone();
        Ok(Space {
            temp: temp(plan)?,
            staging,
            step_output,
            last_step,
        })
    }

    /// The temporary folder.
    pub(crate) fn temp(&self) -> &Temp {
        &self.temp
    }

    /// The folders that aren't there any more when the run has ended.
    pub(crate) fn folders(&self) -> impl Iterator<Item = &Path> {
        let staging = self.staging.as_ref().map(Staging::folder);
        staging.into_iter().chain([self.temp.path()])
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

    /// The folder in which the parts of a step stay, if they do.
    pub(crate) fn kept_dir(&self, step: usize) -> Option<PathBuf> {
        if step == self.last_step {
            self.staging
                .as_ref()
                .map(|staging| staging.folder().to_owned())
        } else {
            self.step_output.as_ref().map(|dir| step_dir(dir, step))
        }
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
                let to = part_path(&dir, number);
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
        self.temp.forget(&runs_prefix(step));
        // A lone map task's that outgrew memory.
        self.temp.forget("runs-");
    }

    /// Deletes a step's parts, which have been read, unless the user wants to see them.
    pub(crate) fn forget_parts(&self, step: usize) {
        self.temp.forget(&parts_prefix(step));
    }

    /// Puts the output in its place. Gives the parts as they are found there, and the folder that they need if they
    /// are temporary.
    pub(crate) fn commit(self, parts: Vec<Part>) -> Result<(Vec<Part>, Option<TempDir>), RunError> {
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
                .map(|(number, _)| Part::File(part_path(&dir, number)))
                .collect(),
            None,
        ))
    }
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
