//! The temporary folder of a run.

use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder, Permissions};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use mrjob_core::emit::Part;
use tempfile::TempDir;

use super::RunError;
use crate::plan::Plan;

/// Only the user may see what is in it.
const MODE: u32 = 0o700;

/// A folder for temporary files, deleted with this value.
#[derive(Debug)]
pub(crate) enum Temp {
    /// It is there.
    Made(TempDir),
    /// It is made by who needs it first, if anybody does: making and deleting it takes longer than a small job.
    OnDemand(OnDemand),
}

/// The name of a folder that may be there.
#[derive(Debug)]
pub(crate) struct OnDemand {
    path: PathBuf,
    stays: bool,
}

impl Temp {
    /// Makes the folder.
    pub(crate) fn make(plan: &Plan) -> Result<Self, RunError> {
        let action = || format!("make a temporary folder in `{}`", plan.temp_dir.display());
        new_folder(&plan.temp_dir, &prefix(plan))
            .map(Temp::Made)
            .map_err(RunError::io(action()))
    }

    /// Gives it a name that nobody can guess.
    pub(crate) fn on_demand(plan: &Plan) -> Self {
        let mut name = prefix(plan);
        name.push(format!(
            "{:016x}",
            RandomState::new().hash_one(std::process::id())
        ));
        Temp::OnDemand(OnDemand {
            path: plan.temp_dir.join(name),
            stays: false,
        })
    }

    /// Says whether the folder is left where it is at the end.
    pub(crate) fn stay(&mut self, stays: bool) {
        match self {
            Temp::Made(dir) => dir.disable_cleanup(stays),
            Temp::OnDemand(dir) => dir.stays = stays,
        }
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Temp::Made(dir) => dir.path(),
            Temp::OnDemand(dir) => &dir.path,
        }
    }

    /// Makes it if it isn't there.
    pub(crate) fn demand(&self) -> io::Result<()> {
        DirBuilder::new()
            .recursive(true)
            .mode(MODE)
            .create(self.path())
    }

    /// Deletes the files whose names begin with `prefix`, as far as there are any.
    pub(crate) fn forget(&self, prefix: &str) {
        let Ok(entries) = fs::read_dir(self.path()) else {
            return;
        };
        for entry in entries.flatten() {
            if entry
                .file_name()
                .as_encoded_bytes()
                .starts_with(prefix.as_bytes())
            {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// The parts with what keeps them, if any of them is a file.
    pub(crate) fn keep(self, mut parts: Vec<Part>) -> io::Result<(Vec<Part>, Option<TempDir>)> {
        if !parts.iter().any(|part| matches!(part, Part::File(_))) {
            return Ok((parts, None));
        }
        let dir = match self {
            Temp::Made(dir) => return Ok((parts, Some(dir))),
            Temp::OnDemand(dir) => dir,
        };
        let beside = dir.path.parent().unwrap_or(Path::new("."));
        let mut kept = new_folder(beside, dir.path.file_name().unwrap_or_default())?;
        kept.disable_cleanup(dir.stays);
        for part in &mut parts {
            if let Part::File(path) = part {
                let place = kept.path().join(path.file_name().unwrap_or_default());
                fs::rename(&path, &place)?;
                *path = place;
            }
        }
        Ok((parts, Some(kept)))
    }
}

impl Drop for OnDemand {
    fn drop(&mut self) {
        if !self.stays {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

fn prefix(plan: &Plan) -> OsString {
    format!("mrjob-{}-", plan.job).into()
}

/// A new folder of the user's alone.
pub(crate) fn new_folder(parent: &Path, prefix: &OsStr) -> io::Result<TempDir> {
    let permissions = Permissions::from_mode(MODE);
    tempfile::Builder::new()
        .prefix(prefix)
        .permissions(permissions)
        .tempdir_in(parent)
}
