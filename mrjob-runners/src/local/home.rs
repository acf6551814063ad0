//! What worker processes are started in: a folder with the job's files, variables, and shell lines before all else.

use crate::features;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use super::spawn::WorkerId;
use super::worker::WORKER_VARIABLE;
use crate::run::RunError;
use crate::task_env::{FileKind, Surroundings, Variables, failed_at, script, unpack};

/// What a worker is told its working directory by, as a word of the shell.
const DIR: &str = "\"$MRJOB_WORKER\"";

/// The folders of workers.
pub(super) struct Home<'a> {
    surroundings: &'a Surroundings,
    temp: PathBuf,
    /// What working directories have links to, and their names.
    links: Vec<(PathBuf, &'a str)>,
    /// The script by which a shell becomes a worker.
    script: Option<PathBuf>,
}

impl<'a> Home<'a> {
    /// Folders in `temp`. Archives are unpacked there.
    pub(super) fn new(surroundings: &'a Surroundings, temp: &Path) -> Result<Self, RunError> {
        let mut links = Vec::new();
        let files = surroundings.own_files.iter().chain(&surroundings.files);
        for (number, file) in files.enumerate() {
            let target = match file.kind {
                FileKind::Archive if features::ENVIRONMENT => {
                    let to = temp.join(format!("archive-{number}"));
                    let action = || format!("unpack `{}`", file.path.display());
                    unpack(&file.path, &to).map_err(RunError::io(action()))?;
                    to
                }
                _ => file.path.clone(),
            };
            links.push((target, file.name.as_str()));
        }
        let script = match surroundings.setup.as_slice() {
            lines if features::ENVIRONMENT && !lines.is_empty() => {
                let path = temp.join("setup.sh");
                fs::write(&path, script(lines, DIR, &format!("{DIR}.line")))
                    .map_err(RunError::io("write the setup script"))?;
                Some(path)
            }
            _ => None,
        };
        Ok(Home {
            surroundings,
            temp: temp.to_owned(),
            links,
            script,
        })
    }

    /// Whether shell lines run before a worker does.
    pub(super) fn has_setup(&self) -> bool {
        features::ENVIRONMENT && self.script.is_some()
    }

    /// Whether a worker may be a copy of its launcher: its job's arguments are those of the launcher, which the paths of its files
    /// aren't, nor what they take from variables.
    pub(super) fn allows_copies(&self) -> bool {
        self.surroundings.is_empty() && self.surroundings.own_files.is_empty()
    }

    /// Makes the working directory of worker `id`.
    pub(super) fn make_dir(&self, id: WorkerId) -> io::Result<()> {
        let dir = self.working_dir(id);
        fs::create_dir(&dir)?;
        for (target, name) in &self.links {
            symlink(target, dir.join(name))?;
        }
        Ok(())
    }

    /// The command of worker `id`, which has its working directory.
    pub(super) fn command(&self, id: WorkerId) -> io::Result<Command> {
        let mut command = match (&self.script, self.surroundings.sh_bin.split_first()) {
            (Some(script), Some((shell, options))) if features::ENVIRONMENT => {
                let mut command = Command::new(shell);
                command.args(options).arg(script).arg(program(true)?);
                command
            }
            _ => {
                let mut command = Command::new(program(false)?);
                if let Some(name) = env::args_os().next() {
                    std::os::unix::process::CommandExt::arg0(&mut command, name);
                }
                command
            }
        };
        if features::ENVIRONMENT {
            for (name, value) in self.surroundings.variables.iter() {
                command.env(name, Variables::joined(name, value));
            }
        }
        command.env(WORKER_VARIABLE, self.working_dir(id));
        Ok(command)
    }

    /// Why worker `id`, which ended in this way before it began, couldn't be set up.
    pub(super) fn failure(&self, id: WorkerId, how: &str) -> Option<RunError> {
        if !self.has_setup() {
            return None;
        }
        let mut marker = self.working_dir(id).into_os_string();
        marker.push(".line");
        let note = fs::read_to_string(marker).unwrap_or_default();
        // Where all lines are done it is the worker that failed.
        let place = failed_at(&self.surroundings.setup, &note)?;
        Some(RunError::Setup {
            place,
            shell: self.surroundings.sh_bin.join(" "),
            how: how.to_owned(),
        })
    }

    /// The working directory of worker `id`.
    pub(super) fn working_dir(&self, id: WorkerId) -> PathBuf {
        self.temp.join(format!("work-{id}"))
    }
}

/// This program's file, also when another has taken its name since; as another process finds it, too.
fn program(by_another: bool) -> io::Result<PathBuf> {
    let process = match by_another {
        true => std::process::id().to_string(),
        false => "self".to_owned(),
    };
    let running = PathBuf::from(format!("/proc/{process}/exe"));
    if running.exists() {
        Ok(running)
    } else {
        env::current_exe()
    }
}
