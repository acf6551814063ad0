//! The output of a job: put into its place at once, or brought to this machine.

use std::fs;

use mrjob_core::emit::Part;
use tempfile::TempDir;

use super::HadoopError;
use super::prepare::temp_folder;
use crate::fs::hdfs::{FileSystems, Location};
use crate::plan::Plan;
use crate::run::Run;

/// Where the output of the last step is written.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// To a hidden folder, and then to its place.
    Place { staging: Location, place: Location },
    /// To a temporary folder, to be read by this machine.
    Temporary(Location),
}

impl Target {
    /// The place that the user named, which isn't there or is empty; or a folder in `own`.
    pub(super) fn new(
        files: &FileSystems,
        named: Option<&str>,
        own: &Location,
        plan: &Plan,
    ) -> Result<Self, HadoopError> {
        let Some(named) = named else {
            return Ok(Target::Temporary(own.join("output")));
        };
        let place = files.locate(named);
        check(files, &place, named)?;
        let staging = match place.split() {
            Some((parent, name)) => parent.join(&format!(".{name}.mrjob-{}", plan.job_key)),
            None => return Err(HadoopError::NotEmpty(named.to_owned())),
        };
        Ok(Target::Place { staging, place })
    }

    /// Where the last step writes.
    pub(super) fn folder(&self) -> &Location {
        match self {
            Target::Place { staging, .. } => staging,
            Target::Temporary(folder) => folder,
        }
    }

    /// Puts the output in its place. Of two runs one wins.
    pub(super) fn commit(&self, files: &FileSystems) -> Result<Location, HadoopError> {
        match self {
            Target::Temporary(folder) => Ok(folder.clone()),
            Target::Place { staging, place } => {
                let action = format!("put the output into `{place}`");
                files
                    .rename(staging, place)
                    .map_err(HadoopError::hdfs(action))?;
                Ok(place.clone())
            }
        }
    }

    /// Deletes what a job that failed left.
    pub(super) fn discard(&self, files: &FileSystems) {
        // The job's own failure is what matters.
        let _ = files.delete(self.folder());
    }
}

/// Whether output may go to `place`, which the user calls `named`.
pub(super) fn check(files: &FileSystems, place: &Location, named: &str) -> Result<(), HadoopError> {
    let look = || HadoopError::hdfs(format!("look at `{named}`"));
    match files.status(place).map_err(look())? {
        None => Ok(()),
        Some(there) if !there.is_folder => Err(HadoopError::NotFolder(named.to_owned())),
        Some(_) if files.list(place).map_err(look())?.is_empty() => Ok(()),
        Some(_) => Err(HadoopError::NotEmpty(named.to_owned())),
    }
}

/// Copies the parts in `folder` to a temporary folder of this machine.
pub(super) fn fetch(
    files: &FileSystems,
    folder: &Location,
    run: &Run<'_>,
) -> Result<(Vec<Part>, TempDir), HadoopError> {
    let temp = temp_folder(run)?;
    let list = files.list(folder);
    let mut list = list.map_err(HadoopError::hdfs(format!("look into `{folder}`")))?;
    list.retain(|file| !file.is_folder && !file.name.starts_with(['.', '_']));
    list.sort_by(|one, other| one.name.cmp(&other.name));
    let mut parts = Vec::new();
    for file in list {
        let (from, to) = (folder.join(&file.name), temp.path().join(&file.name));
        let got = match file.bytes {
            0 => fs::write(&to, "").map_err(Into::into),
            _ => files.get(&from, &to),
        };
        got.map_err(HadoopError::hdfs(format!(
            "copy `{from}` to `{}`",
            to.display()
        )))?;
        parts.push(Part::File(to));
    }
    Ok((parts, temp))
}
