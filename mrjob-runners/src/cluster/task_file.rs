//! What a task is given that can't stand on its command line: Hadoop Streaming splits that at spaces, drops quotes and
//! empty words, and knows no escapes.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mrjob_core::step::StepInfo;
use mrjob_core::task::NoOutputDir;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::plan::Plan;
use crate::task_env::SetupLine;
use crate::task_env::job_files::JobArguments;

/// The format that this version writes, and the only one that it reads.
const FORMAT: u32 = 1;

/// The file that is shipped with a job's program.
///
/// ```
/// # use mrjob_runners::plan::Plan;
/// # use mrjob_runners::cluster::{Shuffle, StreamingStep, TaskFile};
/// # use mrjob_runners::task_env::job_files::JobArguments;
/// # let step = r#"{"mapper": {"type": "script", "name": "words"}, "reducer": {"type": "script", "name": "total"},
/// #     "reads": "TextValue", "writes": "Json", "sort_values": false}"#;
/// # let plan = Plan::new("WordFreq", vec![serde_json::from_str(step)?], Vec::new());
/// # let shipped = &JobArguments::default();
/// let mut file = TaskFile::new(&plan, shipped);
/// file.steps[0].reducers = 12;
/// file.map_memory = Some(512 << 20);
/// let json = file.to_json();
/// let step = StreamingStep::new(&file, 0)?;
/// # assert!(json.contains("\"reducers\": 12"));
/// # assert_eq!(step.reducers, 12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TaskFile {
    format: u32,
    /// The version of mrjob that wrote it.
    mrjob: String,
    /// The job's name.
    pub job: String,
    /// The job's own arguments, files among them by their names in a task's working directory.
    #[serde(serialize_with = "write_words", deserialize_with = "read_words")]
    pub arguments: Vec<OsString>,
    /// Its steps, in order.
    pub steps: Vec<TaskStep>,
    /// Properties for all steps, in order; later ones win.
    pub jobconf: Vec<(String, String)>,
    /// Variables for the environment of tasks.
    pub cmdenv: BTreeMap<String, String>,
    /// Shell lines that run in the working directory of a task before it.
    pub setup: Vec<SetupLine>,
    /// The shell that runs them and the commands of steps, with its options; `/bin/sh` if it is empty.
    pub sh_bin: Vec<String>,
    /// Bytes of memory that a map task may use, beside the JVM's. `None`: what its container leaves, found when it starts.
    pub map_memory: Option<u64>,
    /// Bytes of memory that a reduce task may use, likewise.
    pub reduce_memory: Option<u64>,
}

/// A step, and how its tasks run.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TaskStep {
    /// The step.
    pub info: StepInfo,
    /// Who divides its input among map tasks.
    pub splits: Splits,
    /// How its records go from mapper to reducer.
    pub shuffle: Shuffle,
    /// Reduce tasks; 0 where there is no reducer.
    pub reducers: u32,
    /// Java class that reads its input, where that isn't lines or the job's own records.
    pub input_format: Option<String>,
    /// Java class that writes its output, likewise.
    pub output_format: Option<String>,
    /// Where each takes a range of keys, so that the part files in a row are in order: the first encoded key of each but
    /// the first, in hexadecimal digits.
    pub ranges: Option<Vec<String>>,
    /// Why nothing keeps files that its tasks write beside their output, if nothing does.
    pub no_output_dir: Option<NoOutputDir>,
}

impl TaskStep {
    /// Divides the keys among the reduce tasks by ranges; `firsts` are the first encoded keys of all but the first one.
    pub(crate) fn set_ranges(&mut self, firsts: &[Vec<u8>]) {
        let digits = |key: &Vec<u8>| key.iter().map(|byte| format!("{byte:02x}")).collect();
        self.ranges = Some(firsts.iter().map(digits).collect());
    }

    /// The first keys of the ranges, if the keys are divided so.
    ///
    /// # Errors
    ///
    /// When they are none.
    pub(crate) fn first_keys(&self) -> Result<Option<Arc<[Vec<u8>]>>, String> {
        let Some(ranges) = &self.ranges else {
            return Ok(None);
        };
        let byte = |digits: &[u8]| u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok();
        let key = |text: &String| text.as_bytes().chunks(2).map(byte).collect();
        let keys: Option<Vec<Vec<u8>>> = ranges.iter().map(key).collect();
        match keys {
            Some(keys) if keys.is_sorted() && keys.len() < self.reducers.max(1) as usize => {
                Ok(Some(keys.into()))
            }
            _ => Err("the ranges of keys in the task file are damaged".to_owned()),
        }
    }
}

/// Who divides a step's input among map tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Splits {
    /// Hadoop, which also reads it and pipes it to the tasks.
    Hadoop,
    /// The launcher. Hadoop hands each map task a line that says which parts of which files it reads.
    Own,
}

/// How records go from mapper to reducer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Shuffle {
    /// As blocks of records that are combined, partitioned and sorted by the map task; Hadoop moves the blocks.
    Block,
    /// As lines of JSON, through Hadoop's own sort. Groups come in the order of that text, and nothing is combined.
    Text,
}

/// Why a task file is of no use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TaskFileError {
    /// It can't be read.
    #[error(
        "failed to read the task file `{}`: {source}\nhint: `-files PATH#mrjob-task.json` brings it to where tasks run",
        path.display()
    )]
    Read {
        /// The file.
        path: PathBuf,
        /// What happened.
        source: io::Error,
    },
    /// It isn't a task file.
    #[error(
        "failed to read the task file `{}`: {source}\nhint: the launcher of a job writes it, together with the program that reads it",
        path.display()
    )]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: serde_json::Error,
    },
    /// Another program wrote it.
    #[error(
        "the task file `{}` isn't for this program: {what}\nhint: ship the program that wrote it",
        path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What differs.
        what: String,
    },
}

impl TaskFile {
    /// The file for a run of `plan`. Reduce tasks are as many as step or plan ask for, or 1, and records shuffled as blocks;
    /// tasks use what their containers leave them.
    pub fn new(plan: &Plan, shipped: &JobArguments) -> Self {
        let step = |info: &StepInfo| TaskStep {
            reducers: match info.reducer {
                None => 0,
                Some(_) => info.reducers.or(plan.reducers.map(Into::into)).unwrap_or(1),
            },
            splits: Splits::Hadoop,
            shuffle: Shuffle::Block,
            input_format: None,
            output_format: None,
            info: info.clone(),
            ranges: None,
            no_output_dir: None,
        };
        let variables = plan.surroundings.variables.iter();
        TaskFile {
            format: FORMAT,
            mrjob: env!("CARGO_PKG_VERSION").to_owned(),
            job: plan.job.clone(),
            arguments: shipped.arguments.clone(),
            steps: plan.steps.iter().map(step).collect(),
            jobconf: plan.jobconf.clone(),
            cmdenv: variables
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
                .collect(),
            setup: plan.surroundings.setup.clone(),
            sh_bin: plan.surroundings.sh_bin.clone(),
            map_memory: None,
            reduce_memory: None,
        }
    }

    /// Sets what a cluster's user chooses: Java's classes that read the first step's input and write the last one's output, and
    /// how pairs go to reducers.
    #[cfg(feature = "cluster")]
    pub(crate) fn choose(
        &mut self,
        input: Option<&String>,
        output: Option<&String>,
        shuffle: Shuffle,
    ) {
        if let [first, ..] = self.steps.as_mut_slice() {
            first.input_format = input.cloned();
        }
        if let [.., last] = self.steps.as_mut_slice() {
            last.output_format = output.cloned();
        }
        for step in &mut self.steps {
            step.shuffle = shuffle;
        }
    }

    /// The file's text.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a task file is plain data")
    }

    /// Reads the file at `path`.
    ///
    /// # Errors
    ///
    /// When it can't be read, or isn't a task file of this version.
    pub fn read(path: &Path) -> Result<Self, TaskFileError> {
        #[derive(Deserialize)]
        struct Version {
            format: u32,
            mrjob: String,
        }
        let text = std::fs::read(path).map_err(|source| TaskFileError::Read {
            path: path.to_owned(),
            source,
        })?;
        let wrong = |source| TaskFileError::Format {
            path: path.to_owned(),
            source,
        };
        // By itself: another version may have other fields.
        let version: Version = serde_json::from_slice(&text).map_err(wrong)?;
        let own = env!("CARGO_PKG_VERSION");
        if version.format != FORMAT || version.mrjob != own {
            let what = format!("mrjob {} wrote it, and this is {own}", version.mrjob);
            return Err(foreign(path, what));
        }
        serde_json::from_slice(&text).map_err(wrong)
    }

    /// Checks that it was made for the job of this name and these steps; `path` is for the message.
    ///
    /// # Errors
    ///
    /// When it wasn't.
    pub fn check(&self, path: &Path, job: &str, steps: &[StepInfo]) -> Result<(), TaskFileError> {
        if self.job != job {
            let what = format!("its job is `{}`, and this one `{job}`", self.job);
            return Err(foreign(path, what));
        }
        let as_data = |step: &StepInfo| serde_json::to_value(step).ok();
        let same = self.steps.len() == steps.len()
            && self
                .steps
                .iter()
                .zip(steps)
                .all(|(step, own)| as_data(&step.info) == as_data(own));
        if same {
            return Ok(());
        }
        Err(foreign(path, "the steps of its job are others".to_owned()))
    }
}

fn foreign(path: &Path, what: String) -> TaskFileError {
    TaskFileError::Foreign {
        path: path.to_owned(),
        what,
    }
}

/// A word of a command line: text, or bytes where it isn't UTF-8.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Word {
    Text(String),
    Bytes(Vec<u8>),
}

fn write_words<S: Serializer>(words: &[OsString], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(words.iter().map(|word| match word.to_str() {
        Some(text) => Word::Text(text.to_owned()),
        None => Word::Bytes(word.as_bytes().to_vec()),
    }))
}

fn read_words<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<OsString>, D::Error> {
    let words = Vec::<Word>::deserialize(from)?;
    let word = |word| match word {
        Word::Text(text) => text.into(),
        Word::Bytes(bytes) => OsString::from_vec(bytes),
    };
    Ok(words.into_iter().map(word).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::fake::FakeProgram;
    use mrjob_core::program::Program;

    fn written(text: &str) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("task.json");
        std::fs::write(&path, text).unwrap();
        (dir, path)
    }

    fn file() -> TaskFile {
        let plan = Plan::new("WordFreq", FakeProgram::new().steps().to_vec(), Vec::new());
        let not_utf8 = OsString::from_vec(vec![b'-', 0xff]);
        let shipped = JobArguments {
            arguments: vec!["--a=\"'\\ \n".into(), "".into(), not_utf8],
            ..JobArguments::default()
        };
        TaskFile::new(&plan, &shipped)
    }

    #[test]
    fn arguments_come_back_as_they_were_typed() {
        let file = file();
        let (_dir, path) = written(&file.to_json());
        let read = TaskFile::read(&path).unwrap();
        assert_eq!(read.arguments, file.arguments);
        read.check(&path, "WordFreq", FakeProgram::new().steps())
            .unwrap();
    }

    #[test]
    fn files_of_others_are_refused() {
        let file = file();
        let (_dir, path) = written(&file.to_json());
        let read = TaskFile::read(&path).unwrap();
        let other = read.check(&path, "Other", &[]).unwrap_err().to_string();
        assert!(
            other.contains("its job is `WordFreq`, and this one `Other`"),
            "{other}"
        );
        let steps = read.check(&path, "WordFreq", &[]).unwrap_err().to_string();
        assert!(
            steps.contains("the steps of its job are others\nhint: "),
            "{steps}"
        );

        let version = file.to_json().replace("\"mrjob\": \"", "\"mrjob\": \"9.");
        let (_dir, path) = written(&version.replace("\"arguments\"", "\"words\""));
        let error = TaskFile::read(&path).unwrap_err().to_string();
        assert!(error.contains("mrjob 9."), "{error}");
    }

    #[test]
    fn what_is_no_task_file_is_refused_with_its_name() {
        for text in ["", "{}", "to be", "[1]", &file().to_json()[..200]] {
            let (_dir, path) = written(text);
            let error = TaskFile::read(&path).unwrap_err().to_string();
            assert!(
                error.starts_with("failed to read the task file `"),
                "{error}"
            );
        }
        let missing = TaskFile::read(Path::new("nowhere.json"))
            .unwrap_err()
            .to_string();
        assert!(missing.contains("nowhere.json"), "{missing}");
    }
}
