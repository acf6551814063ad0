//! The job's own arguments as tasks on other machines need them: files by their names in a task's working directory.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::plain;

/// The name under which a task finds the job's program: `-files PATH#mrjob-program`.
pub const PROGRAM: &str = "mrjob-program";
/// The name under which a task finds its task file.
pub const TASK_FILE: &str = "mrjob-task.json";

/// The job's own arguments for tasks elsewhere, and the files that they name.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct JobArguments {
    /// The arguments as typed, but for files: those are called by their [`JobFile::name`]s.
    pub arguments: Vec<OsString>,
    /// The files, each once.
    pub files: Vec<JobFile>,
}

/// A file that an argument of the job names.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobFile {
    /// Its absolute path on this machine.
    pub path: PathBuf,
    /// Its name in the working directory of tasks, which no other has: its own, in ASCII letters, digits and `._-`, which
    /// need no quoting behind the `#` of `-files`.
    pub name: String,
}

/// Names files as they are met.
#[derive(Debug, Default)]
pub(crate) struct Names {
    files: Vec<JobFile>,
    taken: BTreeSet<String>,
}

impl Names {
    /// The name of the file at `path`, which is absolute.
    pub(crate) fn name(&mut self, path: &OsStr) -> OsString {
        let path = Path::new(path);
        if let Some(file) = self.files.iter().find(|file| file.path == path) {
            return file.name.clone().into();
        }
        let own = path.file_name().unwrap_or_default().to_string_lossy();
        let plain = plain(&own);
        let name = (1..)
            .map(|number| match number {
                1 => plain.clone(),
                // In front, since what a file is may be told by how its name ends.
                _ => format!("{number}-{plain}"),
            })
            .find(|name| !self.is_taken(name))
            .expect("there is always a greater number");
        self.taken.insert(name.clone());
        self.files.push(JobFile {
            path: path.to_owned(),
            name: name.clone(),
        });
        name.into()
    }

    /// The files that were named, and `arguments` that name them.
    pub(crate) fn shipped(self, arguments: Vec<OsString>) -> JobArguments {
        JobArguments {
            arguments,
            files: self.files,
        }
    }

    fn is_taken(&self, name: &str) -> bool {
        [PROGRAM, TASK_FILE, "", ".", ".."].contains(&name) || self.taken.contains(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_nobody_elses() {
        let mut names = Names::default();
        let mut name = |path: &str| names.name(path.as_ref()).into_string().unwrap();
        assert_eq!(name("/a/words.txt"), "words.txt");
        assert_eq!(name("/b/words.txt"), "2-words.txt");
        assert_eq!(name("/a/words.txt"), "words.txt");
        assert_eq!(name("/a/stop words#1.ü"), "stop_words_1._");
        assert_eq!(name("/a/mrjob-program"), "2-mrjob-program");
        assert_eq!(names.shipped(Vec::new()).files.len(), 4);
    }
}
