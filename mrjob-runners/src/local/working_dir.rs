//! The folder in which a task runs, with the job's files in it, as on a cluster.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The working directory of this process until it is dropped; then what was left in it is deleted.
pub(super) struct WorkingDir<'a> {
    dir: &'a Path,
    files: &'a [PathBuf],
    before: PathBuf,
}

impl<'a> WorkingDir<'a> {
    /// Goes to `dir`, which has links to `files` under their names and nothing else. Of files of the same name it has
    /// the first.
    pub(super) fn enter(dir: &'a Path, files: &'a [PathBuf]) -> io::Result<Self> {
        let before = env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
        // A worker's next task finds the folder of the one before.
        if !dir.exists() {
            fs::create_dir(dir)?;
            link(files, dir)?;
        }
        env::set_current_dir(dir)?;
        Ok(WorkingDir { dir, files, before })
    }
}

impl Drop for WorkingDir<'_> {
    fn drop(&mut self) {
        let _ = env::set_current_dir(&self.before);
        if !is_as_made(self.dir, self.files).unwrap_or(false) {
            // What can't be deleted now is with the run's temporary folder.
            let _ = fs::remove_dir_all(self.dir);
        }
    }
}

fn link(files: &[PathBuf], dir: &Path) -> io::Result<()> {
    for file in files {
        let link = file.file_name().map(|name| dir.join(name));
        match link.map(|link| symlink(file, link)) {
            Some(Err(error)) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Whether there is nothing in `dir` but links to `files`.
fn is_as_made(dir: &Path, files: &[PathBuf]) -> io::Result<bool> {
    let mut links = 0;
    for entry in fs::read_dir(dir)? {
        let target = fs::read_link(entry?.path());
        if !target.is_ok_and(|target| files.contains(&target)) {
            return Ok(false);
        }
        links += 1;
    }
    let mut names: Vec<_> = files.iter().filter_map(|file| file.file_name()).collect();
    names.sort_unstable();
    names.dedup();
    Ok(links == names.len())
}
