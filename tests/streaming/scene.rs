//! A folder, a job in it, and its tasks one by one.

use std::fs;

use mrjob_runners::cluster::{Message, StreamingStep};
use mrjob_tests_process::{Command, Output, Stdio};
use tempfile::TempDir;

use crate::player::{Hadoop, Split, Task, run};

/// The only one of its phase.
pub(crate) const ALONE: Task = Task { number: 0, maps: 1 };

/// A job of one step on a cluster of its own.
pub(crate) struct Scene {
    pub(crate) hadoop: Hadoop,
    _dir: TempDir,
}

/// What a task did.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Scene {
    pub(crate) fn new(program: &str, arguments: &[&str], reducers: u32) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let hadoop = Hadoop::new(program, arguments, reducers, &dir.path().join("task"));
        Scene { hadoop, _dir: dir }
    }

    /// The job that does what it is told.
    pub(crate) fn told(arguments: &[&str], reducers: u32) -> Self {
        Self::new(env!("CARGO_BIN_EXE_told"), arguments, reducers)
    }

    pub(crate) fn step(&self) -> StreamingStep {
        let json = self.hadoop.file.to_json();
        fs::write(self.hadoop.dir.join("mrjob-task.json"), json).unwrap();
        StreamingStep::new(&self.hadoop.file, 0).unwrap()
    }

    /// The command of a map task over `text`, without the text.
    pub(crate) fn map_command(&self, task: Task, text: &str) -> Command {
        let split = Split {
            file: "hdfs://host/in.txt".to_owned(),
            length: text.len(),
            ..Split::default()
        };
        self.hadoop.map(&self.step(), task, &split)
    }

    /// Runs a map task over `text`.
    pub(crate) fn map(&self, text: &str) -> Ended {
        self.end(&mut self.map_command(ALONE, text), text.as_bytes())
    }

    /// Runs a reduce task over `input`.
    pub(crate) fn reduce(&self, number: usize, input: &[u8]) -> Ended {
        let task = Task { number, maps: 1 };
        self.end(&mut self.hadoop.reduce(&self.step(), task), input)
    }

    /// What the map tasks of these texts wrote, as the reduce tasks get it.
    pub(crate) fn shuffled(&self, texts: &[&str]) -> Vec<Vec<u8>> {
        let outputs: Vec<Vec<u8>> = (0..texts.len())
            .map(|number| {
                let task = Task {
                    number,
                    maps: texts.len(),
                };
                let mut command = self.map_command(task, texts[number]);
                let ended = self.end(&mut command, texts[number].as_bytes());
                assert_eq!(ended.code, Some(0), "{}", ended.stderr);
                ended.stdout
            })
            .collect();
        self.hadoop.shuffle(&self.step(), &outputs)
    }

    pub(crate) fn end(&self, command: &mut Command, stdin: &[u8]) -> Ended {
        let path = self.hadoop.dir.with_file_name("stdin");
        fs::write(&path, stdin).unwrap();
        command
            .env_remove("RUST_BACKTRACE")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        run(command, &path).into()
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Ended {
            code: output.status.code(),
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ended {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap()
    }

    /// Hadoop's counters, as it reads them.
    pub(crate) fn counters(&self) -> Vec<(String, String, i64)> {
        let lines = self.stderr.lines();
        let counters = lines.filter_map(|line| line.strip_prefix("reporter:counter:"));
        counters
            .map(|line| {
                let fields: Vec<&str> = line.split(',').collect();
                let [group, name, amount] = fields[..] else {
                    panic!("cannot parse counter line {line}")
                };
                (group.to_owned(), name.to_owned(), amount.parse().unwrap())
            })
            .collect()
    }

    /// What the launcher is told.
    pub(crate) fn messages(&self) -> Vec<Message> {
        self.stderr.lines().filter_map(Message::parse).collect()
    }
}
