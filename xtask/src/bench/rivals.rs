//! Our jobs, our own yardsticks, and the data for all of them.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::peers::Installed;
use super::text;
use crate::command::{cargo, program, root};
use crate::trouble::Trouble;

/// Programs that are ready to run.
pub(super) struct Built {
    /// The folder of our jobs.
    jobs: PathBuf,
    /// That of `limit`, `naive`, `data` and `check`.
    rivals: PathBuf,
    data: PathBuf,
    /// Text that people wrote, of which that of the workloads is made; or why it is made up.
    pub(super) prose: Result<PathBuf, String>,
    pub(super) peers: Installed,
}

impl Built {
    pub(super) fn new(cache: &Path, peers: bool) -> Result<Self, Trouble> {
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => root().join(dir),
            None => root().join("target"),
        };
        let rivals = target.join("rivals");
        build(&["--profile=dist", "-p", "mrjob-benches", "--bins"])?;
        build(&[
            "--release",
            "--manifest-path=benches/rivals/Cargo.toml",
            &format!("--target-dir={}", rivals.display()),
        ])?;
        Ok(Built {
            jobs: target.join("dist"),
            rivals: rivals.join("release"),
            data: cache.to_owned(),
            prose: prose(cache),
            peers: Installed::new(&cache.join("python"), peers),
        })
    }

    /// The path of one of our jobs.
    pub(super) fn job_path(&self, name: &str) -> PathBuf {
        self.jobs.join(name)
    }

    /// The command of one of our jobs, which writes to the folder `out`.
    pub(super) fn job(
        &self,
        name: &str,
        options: &[&str],
        inputs: &[PathBuf],
        out: &Path,
    ) -> Command {
        let mut command = program(self.jobs.join(name), ["--quiet"]);
        command.args(options).args(inputs).arg("-o").arg(out);
        command
    }

    /// The command of `limit` or `naive`.
    pub(super) fn yardstick(
        &self,
        name: &str,
        workload: &str,
        inputs: &[PathBuf],
        out: &Path,
    ) -> Command {
        let mut command = program(self.rivals.join(name), [workload]);
        command.arg(out).args(inputs);
        command
    }

    /// Whether two outputs have the same rows; what differs, if they don't.
    pub(super) fn same(&self, expected: &Path, actual: &Path) -> Result<(), String> {
        let output = program(self.rivals.join("check"), [])
            .args([expected, actual])
            .output()
            .map_err(|error| format!("`check` can't be run: {error}"))?;
        match output.status.success() {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        }
    }

    /// The file of data of this kind and size, made where it isn't there.
    pub(super) fn data(&self, kind: &str, size: &str) -> Result<PathBuf, Trouble> {
        let of_text = kind == "text" || kind == "files";
        let name = match of_text && self.prose.is_err() {
            true => format!("made-up-{kind}-{size}"),
            false => format!("{kind}-{size}"),
        };
        let path = self.data.join(name);
        if path.exists() {
            return Ok(path);
        }
        let mut command = program(self.rivals.join("data"), [kind, size]);
        command.arg(&path);
        match (kind, &self.prose) {
            ("files", _) => _ = command.arg(self.data("text", size)?),
            ("text", Ok(prose)) => _ = command.arg(prose),
            _ => {}
        }
        eprintln!("making {}", path.display());
        done(&mut command, "make the data")?;
        Ok(path)
    }
}

fn build(arguments: &[&str]) -> Result<(), Trouble> {
    let mut command = cargo(["build", "--quiet"]);
    done(command.args(arguments), "build what is measured")
}

/// The text of Debian's packages of documentation, fetched once; why there is none.
fn prose(cache: &Path) -> Result<PathBuf, String> {
    let path = cache.join("prose");
    if path.exists() {
        return Ok(path);
    }
    let script = root().join("benches/rivals/prose.py");
    let mut command = program("python3", [text(&script).as_str()]);
    eprintln!("fetching {}", path.display());
    done(command.arg(&path), "fetch it")
        .map_err(|trouble| format!("`benches/rivals/prose.py`: {trouble}"))?;
    Ok(path)
}

fn done(command: &mut Command, action: &str) -> Result<(), Trouble> {
    let status = command.status().map_err(Trouble::failed(action))?;
    match status.success() {
        true => Ok(()),
        false => Err(Trouble::Failed(format!("failed to {action}: {status}"))),
    }
}
