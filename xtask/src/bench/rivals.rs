//! What our jobs are compared with, and the data for all of them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::text;
use crate::command::{cargo, program, root, succeeds};
use crate::trouble::Trouble;

/// The engines that come from Python's package index, and how one asks for them.
const PACKAGES: [&str; 2] = ["duckdb==2.0.1", "polars==2.1.0"];

/// Programs that are ready to run.
pub(super) struct Built {
    /// The folder of our jobs.
    jobs: PathBuf,
    /// That of `limit`, `naive`, `data` and `check`.
    rivals: PathBuf,
    data: PathBuf,
    /// A Python with the peers' packages, or why there is none.
    pub(super) python: Result<PathBuf, String>,
}

/// A peer: its name and its script.
pub(super) const PEERS: [(&str, &str); 2] = [("DuckDB", "duck.py"), ("Polars", "pol.py")];

impl Built {
    pub(super) fn new(cache: &Path, peers: bool) -> Result<Self, Trouble> {
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => root().join(dir),
            None => root().join("target"),
        };
        let rivals = target.join("rivals");
        build(&["-p", "mrjob-benches", "--bins"])?;
        build(&[
            "--manifest-path=benches/rivals/Cargo.toml",
            &format!("--target-dir={}", rivals.display()),
        ])?;
        let python = match peers {
            true => environment(&cache.join("python")),
            false => Err("left out by `--no-peers`".to_owned()),
        };
        if let Err(why) = &python {
            eprintln!("no peers: {why}");
        }
        Ok(Built {
            jobs: target.join("release"),
            rivals: rivals.join("release"),
            data: cache.to_owned(),
            python,
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
        row: &str,
        inputs: &[PathBuf],
        out: &Path,
    ) -> Command {
        let mut command = program(self.rivals.join(name), [row]);
        command.arg(out).args(inputs);
        command
    }

    /// That of a peer.
    pub(super) fn peer(
        &self,
        python: &Path,
        script: &str,
        row: &str,
        inputs: &[PathBuf],
        out: &Path,
    ) -> Command {
        let script = root().join("benches/rivals/peers").join(script);
        let mut command = program(python, [text(&script).as_str(), row]);
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
        let path = self.data.join(format!("{kind}-{size}"));
        if path.exists() {
            return Ok(path);
        }
        let mut command = program(self.rivals.join("data"), [kind, size]);
        command.arg(&path);
        if kind == "files" {
            command.arg(self.data("text", size)?);
        }
        eprintln!("making {}", path.display());
        done(&mut command, "make the data")?;
        Ok(path)
    }
}

fn build(arguments: &[&str]) -> Result<(), Trouble> {
    let mut command = cargo(["build", "--release", "--quiet"]);
    done(command.args(arguments), "build what is measured")
}

/// A virtual environment in `folder`, with the packages.
fn environment(folder: &Path) -> Result<PathBuf, String> {
    let python = folder.join("bin/python");
    let made_for = folder.join("packages");
    let wanted = PACKAGES.join(" ");
    if fs::read_to_string(&made_for).is_ok_and(|made| made == wanted) {
        return Ok(python);
    }
    let mut make = program("python3", ["-m", "venv"]);
    make.arg(folder);
    if !succeeds(make) {
        return Err("`python3 -m venv` failed; hint: `apt-get install python3-venv`".to_owned());
    }
    let mut install = program(&python, ["-m", "pip", "install", "--quiet"]);
    install.args(PACKAGES);
    if !succeeds(install) {
        return Err(format!("`pip install {wanted}` failed"));
    }
    fs::write(&made_for, &wanted).map_err(|error| format!("{}: {error}", made_for.display()))?;
    Ok(python)
}

fn done(command: &mut Command, action: &str) -> Result<(), Trouble> {
    let status = command.status().map_err(Trouble::failed(action))?;
    match status.success() {
        true => Ok(()),
        false => Err(Trouble::Failed(format!("failed to {action}: {status}"))),
    }
}
