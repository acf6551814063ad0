//! A folder of a test's own, and what is run in it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use mrjob_tests_process::{Command, Stdio};
use serde_json::Value;

use crate::case::{Case, Given};

/// The folder, which stays when the test is over so that what failed can be repeated.
pub(crate) struct Place {
    dir: PathBuf,
    inputs: Vec<String>,
}

/// What a program did.
pub(crate) struct Ran {
    /// How to do it again.
    pub(crate) command: String,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Place {
    /// An empty folder with the case's input.
    pub(crate) fn new(test: &str, case: &Case) -> Self {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("conformance")
            .join(test);
        match fs::remove_dir_all(&dir) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => panic!("{error}"),
            _ => fs::create_dir_all(dir.join("in")).unwrap(),
        }
        for (name, bytes) in &case.files {
            fs::write(dir.join("in").join(name), bytes).unwrap();
        }
        fs::write(dir.join("joined"), case.joined()).unwrap();
        let inputs = match case.given {
            Given::Folder => vec!["in".to_owned()],
            _ => case
                .files
                .iter()
                .map(|(name, _)| format!("in/{name}"))
                .collect(),
        };
        Place { dir, inputs }
    }

    /// The inputs as arguments.
    pub(crate) fn inputs(&self) -> &[String] {
        &self.inputs
    }

    /// The path of a file in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Makes a folder in it, with such files.
    pub(crate) fn files(&self, folder: &str, files: impl IntoIterator<Item = (String, Vec<u8>)>) {
        let folder = self.path(folder);
        fs::create_dir(&folder).unwrap();
        for (name, bytes) in files {
            fs::write(folder.join(name), bytes).unwrap();
        }
    }

    /// Runs `program`, reading the file `stdin` of the folder if one is named. It must succeed.
    pub(crate) fn run(&self, program: &str, arguments: &[&str], stdin: Option<&str>) -> Ran {
        self.run_with(program, arguments, stdin, &[])
    }

    /// The same with variables in the environment.
    pub(crate) fn run_with(
        &self,
        program: &str,
        arguments: &[&str],
        stdin: Option<&str>,
        variables: &[(&str, &str)],
    ) -> Ran {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(&self.dir)
            .env("LC_ALL", "C")
            .envs(variables.iter().copied());
        command.stdin(match stdin {
            Some(name) => File::open(self.dir.join(name)).unwrap().into(),
            None => Stdio::null(),
        });
        let output = command.output().unwrap();
        let ran = Ran {
            command: self.shell(program, arguments, stdin),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        };
        assert!(
            output.status.success(),
            "{}: {}\n{}",
            ran.command,
            output.status,
            ran.stderr
        );
        ran
    }

    fn shell(&self, program: &str, arguments: &[&str], stdin: Option<&str>) -> String {
        let quoted = arguments.iter().map(|argument| quoted(argument));
        let stdin = stdin.map(|name| format!(" < {name}"));
        format!(
            "cd {} && LC_ALL=C {program} {}{}",
            self.dir.display(),
            quoted.collect::<Vec<_>>().join(" "),
            stdin.unwrap_or_default()
        )
    }

    /// The part files of an output folder, in the order of their names.
    pub(crate) fn parts(&self, folder: &str) -> Vec<(String, Vec<u8>)> {
        let folder = self.dir.join(folder);
        assert!(
            folder.join("_SUCCESS").is_file(),
            "{} has no _SUCCESS",
            folder.display()
        );
        let names = fs::read_dir(&folder).unwrap();
        let mut names: Vec<String> = names
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "_SUCCESS")
            .collect();
        names.sort();
        let part = |name: String| {
            let bytes = fs::read(folder.join(&name)).unwrap();
            (name, bytes)
        };
        names.into_iter().map(part).collect()
    }
}

impl Ran {
    /// The counters of each step, from messages in JSON; other lines are the job's own.
    pub(crate) fn counters(&self) -> Vec<Value> {
        let lines = self.stderr.lines();
        let events = lines.filter_map(|line| serde_json::from_str::<Value>(line).ok());
        events
            .filter(|event| event["event"] == "step_finished")
            .map(|mut event| event["counters"].take())
            .collect()
    }
}

fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:+".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        argument.to_owned()
    } else {
        format!("'{}'", argument.replace('\'', r"'\''"))
    }
}
