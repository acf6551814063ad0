//! The folder in which a task runs, with the job's files in it, as on a cluster.

use std::cell::OnceCell;
use std::ffi::OsString;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// A worker's working directory. Its launcher has made it.
#[derive(Debug)]
pub(super) struct WorkingDir {
    dir: PathBuf,
    /// What was in it before the first task.
    made: OnceCell<Vec<Entry>>,
}

/// A name, and where it leads if it is a link.
type Entry = (OsString, Option<PathBuf>);

impl WorkingDir {
    pub(super) fn new(dir: PathBuf) -> Self {
        WorkingDir {
            dir,
            made: OnceCell::new(),
        }
    }

    /// Its path.
    pub(super) fn path(&self) -> &Path {
        &self.dir
    }

    /// Makes it this process's working directory until the result is dropped; then what was left in it is deleted.
    pub(super) fn enter(&self) -> io::Result<Entered<'_>> {
        let before = env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
        let made = match self.made.get() {
            Some(made) => made,
            None => {
                let entries = entries(&self.dir)?;
                self.made.get_or_init(|| entries)
            }
        };
        env::set_current_dir(&self.dir)?;
        Ok(Entered {
            dir: &self.dir,
            made,
            before,
        })
    }
}

/// The working directory while a task runs.
pub(super) struct Entered<'a> {
    dir: &'a Path,
    made: &'a [Entry],
    before: PathBuf,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        let _ = env::set_current_dir(&self.before);
        // What can't be deleted now is with the run's temporary folder.
        let _ = restore(self.dir, self.made);
    }
}

fn entries(dir: &Path) -> io::Result<Vec<Entry>> {
    let entries = fs::read_dir(dir)?.map(|entry| {
        let entry = entry?;
        Ok((entry.file_name(), fs::read_link(entry.path()).ok()))
    });
    entries.collect()
}

/// Deletes what isn't `made`, and makes the links anew that are gone.
fn restore(dir: &Path, made: &[Entry]) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let there = entries(dir)?;
    for entry in there.iter().filter(|entry| !made.contains(entry)) {
        let path = dir.join(&entry.0);
        if path.is_dir() && entry.1.is_none() {
            fs::remove_dir_all(&path)?;
        } else {
            fs::remove_file(&path)?;
        }
    }
    for entry in made.iter().filter(|entry| !there.contains(entry)) {
        if let (name, Some(target)) = entry {
            symlink(target, dir.join(name))?;
        }
    }
    Ok(())
}
