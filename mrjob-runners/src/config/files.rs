//! Which files there are, and in which order they count.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::document::Document;
use super::place::{Place, Problem, Source};
use super::settings::Settings;
use super::{Variables, expand, source};
use crate::options::RunnerKind;

/// Which files are to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Choice {
    /// The first that there is of `$MRJOB_CONF`, `~/.mrjob.conf` and `/etc/mrjob.conf`.
    Search,
    /// These, of which later ones count more. Without any, none is read.
    Files(Vec<PathBuf>),
}

/// The most problems that are said.
const MOST_PROBLEMS: usize = 50;

/// What was wrong in files, or with them. It is never empty.
#[derive(Debug, thiserror::Error)]
#[error("{}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ConfigError {
    problems: Vec<Problem>,
}

impl ConfigError {
    fn new(mut problems: Vec<Problem>) -> Self {
        let more = problems.len().saturating_sub(MOST_PROBLEMS);
        problems.truncate(MOST_PROBLEMS);
        if let (1.., Some(last)) = (more, problems.last()) {
            let rest = Problem::of(last.path(), format!("{more} more problems aren't shown"));
            problems.push(rest);
        }
        ConfigError { problems }
    }

    /// A paragraph each.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

/// Configuration files, read and checked.
#[derive(Debug)]
pub struct Files {
    /// Later ones count more.
    documents: Vec<Document>,
}

impl Files {
    /// Reads what is chosen, with what it includes. `variables` are those of the environment.
    ///
    /// # Errors
    ///
    /// Everything that is wrong in any of the files.
    pub fn read(choice: &Choice, variables: Variables<'_>) -> Result<Self, ConfigError> {
        let mut reading = Reading {
            variables,
            documents: Vec::new(),
            read: Vec::new(),
            open: Vec::new(),
            problems: Vec::new(),
        };
        let paths = match choice {
            Choice::Files(paths) => paths.clone(),
            Choice::Search => searched(variables).into_iter().collect(),
        };
        // From the last one, for of two times that a file is named the later counts.
        for path in paths.iter().rev() {
            reading.file(path, None);
        }
        reading.documents.reverse();
        if reading.problems.is_empty() {
            Ok(Files {
                documents: reading.documents,
            })
        } else {
            Err(ConfigError::new(reading.problems))
        }
    }

    /// What they say for `runner`.
    ///
    /// # Errors
    ///
    /// Paths with variables that aren't set.
    pub fn settings(
        &self,
        runner: RunnerKind,
        variables: Variables<'_>,
    ) -> Result<Settings, ConfigError> {
        let mut settings = Settings::new(runner);
        for given in self.documents.iter().flat_map(|file| file.section(runner)) {
            settings.lay(given);
        }
        match settings.expand(variables) {
            Ok(()) => Ok(settings),
            Err(problems) => Err(ConfigError::new(problems)),
        }
    }

    /// What may be a mistake, and concerns `runner` or, without one, anything.
    pub fn warnings(&self, runner: Option<RunnerKind>) -> impl Iterator<Item = &Problem> {
        let all = self.documents.iter().flat_map(|file| &file.warnings);
        all.filter(move |(of, _)| runner.is_none() || *of == runner)
            .map(|(_, warning)| warning)
    }

    /// Their paths; later ones count more.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.documents.iter().map(|file| file.source.path.as_path())
    }
}

fn searched(variables: Variables<'_>) -> Option<PathBuf> {
    // What is named there must be there.
    if let Some(path) = variables("MRJOB_CONF").filter(|path| !path.is_empty()) {
        return Some(expand::path(&path, variables).unwrap_or(path).into());
    }
    let home = variables("HOME").map(|home| Path::new(&home).join(".mrjob.conf"));
    home.into_iter()
        .chain([PathBuf::from("/etc/mrjob.conf")])
        .find(|path| fs::symlink_metadata(path).is_ok())
}

struct Reading<'a> {
    variables: Variables<'a>,
    /// The last one first.
    documents: Vec<Document>,
    /// The real paths of all that were read, in which case they aren't read again.
    read: Vec<PathBuf>,
    /// The real paths of the files that include each other down to the one that is being read.
    open: Vec<PathBuf>,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    /// Reads `path`, which stands at `from` if another file names it.
    fn file(&mut self, path: &Path, from: Option<(&Arc<Source>, Place)>) {
        let real = match fs::canonicalize(path) {
            Ok(real) => real,
            Err(error) => {
                let problem = match from {
                    Some((source, place)) => {
                        let message = format!("failed to include `{}`: {error}", path.display());
                        let problem = Problem::at(source, place, message);
                        problem
                            .hint("a path is relative to the folder of the file that it stands in")
                    }
                    None => Problem::of(path, format!("failed to read it: {error}")),
                };
                self.problems.push(problem);
                return;
            }
        };
        if let (true, Some((source, place))) = (self.open.contains(&real), from) {
            let chain = self.open.iter().map(|path| path.display().to_string());
            let chain: Vec<String> = chain.chain([real.display().to_string()]).collect();
            let message = format!("files include each other: {}", chain.join(" includes "));
            self.problems
                .push(Problem::at(source, place, message).hint("remove one of these includes"));
            return;
        }
        if self.read.contains(&real) {
            return;
        }
        self.read.push(real.clone());
        let source = match source::read(path) {
            Ok(source) => source,
            Err(problem) => return self.problems.push(problem),
        };
        let document = Document::read(source, self.variables, &mut self.problems);
        let (source, includes) = (Arc::clone(&document.source), document.includes.clone());
        self.documents.push(document);
        let folder = real.parent().unwrap_or(Path::new("/")).to_owned();
        self.open.push(real);
        for (text, place) in includes.iter().rev() {
            match expand::path(text, self.variables) {
                Ok(path) => self.file(&folder.join(path), Some((&source, *place))),
                Err(unset) => {
                    let message = format!("the variable `{unset}` in `{text}` isn't set");
                    self.problems.push(Problem::at(&source, *place, message));
                }
            }
        }
        self.open.pop();
    }
}
