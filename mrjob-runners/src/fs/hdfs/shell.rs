//! Any file system by `hadoop fs`, which starts a Java each time.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::error::HdfsError;
use super::files::Status;
use super::location::Location;
use super::web::encoded_path;

/// `hadoop fs`.
#[derive(Debug, Clone)]
pub(super) struct Shell {
    command: Vec<String>,
}

/// Paths that a command has at most.
const AT_ONCE: usize = 1000;

/// What makes such a short life shorter.
pub(super) const QUICK: &str = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

impl Shell {
    pub(super) fn new(command: Vec<String>) -> Self {
        Shell { command }
    }

    /// Whether there is one.
    pub(super) fn is_there(&self) -> bool {
        !self.command.is_empty()
    }

    pub(super) fn status(&self, at: &Location) -> Result<Option<Status>, HdfsError> {
        match self.run(&["-stat", "%F\t%b\t%n", &literal(at.as_str())]) {
            Ok(text) => Ok(text.lines().find_map(status)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn list(&self, at: &Location) -> Result<Vec<Status>, HdfsError> {
        let all = format!("{}/*", literal(at.as_str()).trim_end_matches('/'));
        match self.run(&["-stat", "%F\t%b\t%n", &all]) {
            Ok(text) => Ok(text.lines().filter_map(status).collect()),
            Err(error) if is_missing(&error) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    pub(super) fn size(&self, at: &Location) -> Result<u64, HdfsError> {
        let text = self.run(&["-du", "-s", &literal(at.as_str())])?;
        let lines = text
            .lines()
            .filter_map(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        Ok(lines.sum())
    }

    pub(super) fn make_folders(&self, at: &Location) -> Result<(), HdfsError> {
        self.run(&["-mkdir", "-p", &literal(at.as_str())]).map(drop)
    }

    pub(super) fn put(&self, from: &Path, to: &Location) -> Result<(), HdfsError> {
        self.make_parent(to)?;
        // By its standard input, since Hadoop reads more into a path than stands there.
        let from = File::open(from)?;
        finished(
            self.command(&["-put", "-f", "-", &literal(to.as_str())])
                .stdin(from)
                .output()?,
        )
        .map(drop)
    }

    /// Copies what is in a folder of this machine.
    pub(super) fn put_folder(&self, from: &Path, to: &Location) -> Result<(), HdfsError> {
        self.make_folders(to)?;
        let mut paths = Vec::new();
        for entry in from.read_dir()? {
            // Hadoop takes paths of this machine for addresses.
            paths.push(encoded_path(&entry?.path().to_string_lossy()));
        }
        for paths in paths.chunks(AT_ONCE) {
            let paths = paths.iter().map(String::as_str);
            let words = ["-put", "-f"].into_iter().chain(paths);
            self.run(
                &words
                    .chain([literal(to.as_str()).as_str()])
                    .collect::<Vec<_>>(),
            )?;
        }
        Ok(())
    }

    pub(super) fn put_bytes(&self, bytes: &[u8], to: &Location) -> Result<(), HdfsError> {
        self.make_parent(to)?;
        let mut child = self
            .command(&["-put", "-f", "-", &literal(to.as_str())])
            .stdin(Stdio::piped())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // A client that ends early says why.
            let _ = stdin.write_all(bytes);
        }
        finished(child.wait_with_output()?).map(drop)
    }

    fn make_parent(&self, of: &Location) -> Result<(), HdfsError> {
        of.split()
            .map_or(Ok(()), |(parent, _)| self.make_folders(&parent))
    }

    pub(super) fn get(&self, from: &Location, to: &Path) -> Result<(), HdfsError> {
        let to = encoded_path(&to.to_string_lossy());
        self.run(&["-get", "-f", &literal(from.as_str()), &to])
            .map(drop)
    }

    pub(super) fn rename(&self, from: &Location, to: &Location) -> Result<(), HdfsError> {
        if self.status(to)?.is_some() {
            // It fails where something is in it.
            self.run(&["-rmdir", &literal(to.as_str())])?;
        }
        self.run(&["-mv", &literal(from.as_str()), &literal(to.as_str())])
            .map(drop)
    }

    pub(super) fn delete(&self, at: &Location) -> Result<(), HdfsError> {
        self.run(&["-rm", "-r", "-f", "-skipTrash", &literal(at.as_str())])
            .map(drop)
    }

    fn run(&self, arguments: &[&str]) -> Result<String, HdfsError> {
        finished(self.command(arguments).stdin(Stdio::null()).output()?)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let inherited = std::env::var("HADOOP_CLIENT_OPTS").unwrap_or_default();
        let mut command = Command::new(&self.command[0]);
        command
            .args(&self.command[1..])
            .arg("fs")
            .args(arguments)
            .env("HADOOP_CLIENT_OPTS", format!("{QUICK} {inherited}"))
            // Java reads names of files by the locale: by that of C it finds none that has more than ASCII.
            .env("LC_ALL", "C.UTF-8")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

/// An address that Hadoop takes for itself and not for a pattern.
pub(super) fn literal(address: &str) -> String {
    let mut name = String::new();
    for letter in address.chars() {
        if matches!(letter, '*' | '?' | '[' | ']' | '{' | '}' | '\\') {
            name.push('\\');
        }
        name.push(letter);
    }
    name
}

/// What it printed, or its last words.
fn finished(output: Output) -> Result<String, HdfsError> {
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(HdfsError::Shell(last_words(&output.stderr)))
}

/// What it said last, which is why it failed.
pub(super) fn last_words(stderr: &[u8]) -> String {
    let said = String::from_utf8_lossy(stderr);
    let last = said.lines().rev().find(|line| !line.trim().is_empty());
    last.unwrap_or("`hadoop fs` failed").trim().to_owned()
}

fn is_missing(error: &HdfsError) -> bool {
    matches!(error, HdfsError::Shell(said) if said.contains("No such file or directory"))
}

/// A line of `-stat`.
fn status(line: &str) -> Option<Status> {
    let mut fields = line.splitn(3, '\t');
    let kind = fields.next()?;
    let bytes = fields.next()?.parse().ok()?;
    Some(Status {
        is_folder: kind == "directory",
        bytes,
        modified: 0,
        id: 0,
        name: fields.next()?.to_owned(),
    })
}
