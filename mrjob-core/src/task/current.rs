//! What a job's methods can ask of the task that they run in.

use std::cell::RefCell;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs, io};

use super::environment::{self, Variables, variable};
use super::side::{NoOutputDir, OutputDir};
use super::spec::{Source, Split, TaskSetting};
use crate::counter::count;

const INPUT_FILE: &str = "mapreduce_map_input_file";
const INPUT_START: &str = "mapreduce_map_input_start";
const INPUT_LENGTH: &str = "mapreduce_map_input_length";
/// With the names that Hadoop had for them before, which its tasks have as well.
const INPUT: [(&str, &str); 3] = [
    (INPUT_FILE, "map_input_file"),
    (INPUT_START, "map_input_start"),
    (INPUT_LENGTH, "map_input_length"),
];
const OUTPUT_DIR: &str = "mapreduce_task_output_dir";
/// What that variable says where no folder keeps files: writing there fails, wherever a program puts the name.
const NOWHERE: &str = "/dev/null/no-output-dir";
pub(crate) const PARTITION: &str = "mapreduce_task_partition";
const ID: &str = "mapreduce_task_id";
const ATTEMPT_ID: &str = "mapreduce_task_attempt_id";

/// The task that is running on this thread.
///
/// ```
/// # use mrjob_core::task::task;
/// let part = format!("part-{:05}", task().partition());
/// assert_eq!(part, "part-00000");
/// ```
///
/// Outside of a task it is the first attempt at the first task of the first step.
pub fn task() -> TaskInfo {
    CURRENT.with_borrow(Clone::clone)
}

/// What a task is, and what it was told of the job.
#[derive(Debug, Clone, Default)]
pub struct TaskInfo {
    step: usize,
    partition: u32,
    attempt: u32,
    variables: Arc<Variables>,
    output_dir: OutputDir,
    input_file: Option<Arc<str>>,
    input_range: Option<Range<u64>>,
}

impl TaskInfo {
    /// The step, from 0.
    pub fn step(&self) -> usize {
        self.step
    }

    /// The task's number in its phase of the step, from 0. A reduce task's is its partition.
    pub fn partition(&self) -> u32 {
        self.partition
    }

    /// The attempt at the task, from 0.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The task's id, the same in all attempts: `task_word_freq.ann.20260102.030405.678901_0001_m_000000`. It is empty
    /// outside of a task.
    pub fn id(&self) -> &str {
        self.variable(ID).unwrap_or_default()
    }

    /// The attempt's id, which no other attempt has: the task's, beginning with `attempt_`, and `_0` or a later number.
    pub fn attempt_id(&self) -> &str {
        self.variable(ATTEMPT_ID).unwrap_or_default()
    }

    /// The file that a mapper is reading, as the user wrote it; `None` in a reducer and before the first record.
    ///
    /// Where a task reads several files it is the current one. The variable `mapreduce_map_input_file` is the file's URI.
    pub fn input_file(&self) -> Option<&str> {
        self.input_file.as_deref()
    }

    /// The bytes of [`TaskInfo::input_file`] in which the records begin that are this task's, where that is known.
    pub fn input_range(&self) -> Option<Range<u64>> {
        self.input_range.clone()
    }

    /// A property of Hadoop's: what `-D` on the command line or `jobconf(…)` in the source has set, and what Hadoop tells a
    /// task, such as `mapreduce.job.id`. The name's dots may be underscores.
    ///
    /// ```
    /// # use mrjob_core::task::task;
    /// let depth: u32 = task().jobconf("crawl.depth").unwrap_or("3").parse()?;
    /// assert_eq!(depth, 3);
    /// # Ok::<(), std::num::ParseIntError>(())
    /// ```
    pub fn jobconf(&self, name: &str) -> Option<&str> {
        self.variable(&variable(name))
    }

    /// All properties as the variables that a task of Hadoop has: `mapreduce_job_id` is `mapreduce.job.id`. For
    /// commands that a method of the job runs: `Command::new("tool").envs(task().environment())`.
    ///
    /// In worker processes of the runner `local` they are in the process's own environment, too.
    pub fn environment(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The folder for files that this attempt writes beside its records, which is made if it isn't there.
    ///
    /// When the attempt succeeds, what is in it is moved to the step's output folder; of attempts that fail nothing stays.
    /// Names must differ between tasks, and from those of part files:
    ///
    /// ```no_run
    /// # use mrjob_core::task::task;
    /// let task = task();
    /// let name = format!("sketch-{:05}.bin", task.partition());
    /// std::fs::write(task.output_dir()?.join(name), [1, 2, 3])?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// Programs that a method starts find it in the variable `mapreduce_task_output_dir`.
    ///
    /// # Errors
    ///
    /// When no folder would keep the files: without `--output-dir` (for a step before the last, `--step-output-dir`), on a
    /// cluster whose output is on other machines, and outside of a task. When the folder can't be made.
    pub fn output_dir(&self) -> io::Result<PathBuf> {
        match &self.output_dir {
            OutputDir::Folder(dir) => {
                fs::create_dir_all(dir)?;
                Ok(dir.clone())
            }
            OutputDir::Missing(why) => {
                Err(io::Error::new(io::ErrorKind::NotFound, why.to_string()))
            }
        }
    }

    /// Adds to a counter whose names come from the data, as [`count`](crate::counter::count) does.
    ///
    /// ```
    /// # use mrjob_core::task::task;
    /// let country = "DK";
    /// task().count("visits by country", country, 1);
    /// ```
    pub fn count(&self, group: impl AsRef<str>, name: impl AsRef<str>, amount: i64) {
        count(group, name, amount);
    }

    fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }
}

thread_local! {
    static CURRENT: RefCell<TaskInfo> = RefCell::new(TaskInfo::default());
}

/// The phase of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Map,
    Reduce,
}

/// Makes it this thread's task until the result is dropped.
pub(crate) fn enter(
    kind: Kind,
    step: usize,
    partition: u32,
    attempt: u32,
    setting: &TaskSetting,
) -> io::Result<Entered> {
    let info = TaskInfo {
        step,
        partition,
        attempt,
        variables: Arc::new(variables(kind, partition, attempt, setting)),
        output_dir: setting.output_dir.clone(),
        input_file: None,
        input_range: None,
    };
    if environment::is_exported() {
        environment::begin(&info.variables);
        // Who reads the variable has nothing that would make the folder.
        if let OutputDir::Folder(_) = setting.output_dir {
            info.output_dir()?;
        }
    }
    Ok(Entered {
        outer: CURRENT.replace(info),
    })
}

/// Makes the task that Hadoop or a person has started this thread's until the result is dropped. The environment says which
/// task it is; `properties` are known beside it, and `no_output_dir` says why nothing keeps its output folder.
pub(crate) fn enter_started(
    step: usize,
    no_output_dir: Option<NoOutputDir>,
    #[cfg(feature = "streaming")] properties: &[(String, String)],
) -> Entered {
    let variables: Variables = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    #[cfg(feature = "streaming")]
    let variables = with_properties(variables, properties);
    let number = |text: Option<&str>| text.and_then(|text| text.parse().ok()).unwrap_or(0);
    let get = |name: &str| variables.get(name).map(String::as_str);
    let attempt = get(ATTEMPT_ID).and_then(|id| Some(id.rsplit_once('_')?.1));
    let output_dir = match (get(OUTPUT_DIR).map(local), no_output_dir) {
        (Some(None), _) => OutputDir::Missing(NoOutputDir::Elsewhere),
        (_, Some(why)) => OutputDir::Missing(why),
        (Some(Some(dir)), None) => OutputDir::Folder(dir.to_owned()),
        (None, None) => OutputDir::Missing(NoOutputDir::ByHand),
    };
    let info = TaskInfo {
        step,
        partition: number(get(PARTITION)),
        attempt: number(attempt),
        output_dir,
        input_file: get(INPUT_FILE).map(Arc::from),
        input_range: get(INPUT_START)
            .zip(get(INPUT_LENGTH))
            .and_then(|(start, length)| {
                let start: u64 = start.parse().ok()?;
                Some(start..start.checked_add(length.parse().ok()?)?)
            }),
        variables: Arc::new(variables),
    };
    Entered {
        outer: CURRENT.replace(info),
    }
}

/// Adds properties that aren't there, and those of which Hadoop has cut the value: else what is in force counts.
#[cfg(feature = "streaming")]
fn with_properties(mut variables: Variables, properties: &[(String, String)]) -> Variables {
    let last: Variables = properties
        .iter()
        .map(|(name, value)| (variable(name), value.clone()))
        .collect();
    for (name, value) in last {
        let found = variables.get(&name);
        if found.is_none_or(|found| value.starts_with(found.as_str())) {
            variables.insert(name, value);
        }
    }
    variables
}

/// The folder of this machine that Hadoop's path is, if it is one.
fn local(path: &str) -> Option<&Path> {
    match path.strip_prefix("file:") {
        Some(path) => Some(Path::new(path)),
        None => (!path.contains(":/")).then_some(Path::new(path)),
    }
}

/// What Hadoop tells a task, and the job's own properties.
fn variables(kind: Kind, partition: u32, attempt: u32, setting: &TaskSetting) -> Variables {
    let mut variables: Variables = setting
        .properties
        .iter()
        .map(|(name, value)| (variable(name), value.clone()))
        .collect();
    let job = variables.get("mapreduce_job_id").map_or("", String::as_str);
    let job = job.strip_prefix("job_").unwrap_or(job);
    let letter = match kind {
        Kind::Map => 'm',
        Kind::Reduce => 'r',
    };
    let id = format!("{job}_{letter}_{partition:06}");
    let mut set = |name: &str, value: String| variables.insert(name.to_owned(), value);
    set(ATTEMPT_ID, format!("attempt_{id}_{attempt}"));
    set(ID, format!("task_{id}"));
    set(PARTITION, partition.to_string());
    set("mapreduce_task_ismap", (kind == Kind::Map).to_string());
    let dir = match &setting.output_dir {
        OutputDir::Folder(dir) => dir.to_string_lossy().into_owned(),
        OutputDir::Missing(_) => NOWHERE.to_owned(),
    };
    set(OUTPUT_DIR, dir);
    if kind == Kind::Map {
        // They are there from the start, so that later only their values change.
        for name in [INPUT_FILE, INPUT_START, INPUT_LENGTH] {
            set(name, String::new());
        }
    }
    variables
}

/// This thread's task, until it is dropped.
pub(crate) struct Entered {
    outer: TaskInfo,
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(std::mem::take(&mut self.outer));
    }
}

/// Says what this thread's task is reading: its input is `None` at the end.
pub(crate) fn set_input(split: Option<&Split>) {
    if let Some(Source::Pipe { .. }) = split.map(|split| &split.source) {
        // The environment has said what that is.
        return;
    }
    CURRENT.with_borrow_mut(|current| {
        let range = split.and_then(range);
        let [file, start, length] = match split {
            Some(split) => [
                uri(&split.source),
                split.start.to_string(),
                range
                    .as_ref()
                    .map(|range| (range.end - range.start).to_string())
                    .unwrap_or_default(),
            ],
            None => Default::default(),
        };
        current.input_file = split.map(|split| Arc::from(split.source.name()));
        current.input_range = range;
        let variables = Arc::make_mut(&mut current.variables);
        for ((name, old), value) in INPUT.into_iter().zip([file, start, length]) {
            environment::change(name, &value);
            if variables.contains_key(old) {
                environment::change(old, &value);
                variables.insert(old.to_owned(), value.clone());
            }
            variables.insert(name.to_owned(), value);
        }
    });
}

/// `file:///data/in.txt`, not escaped, as Hadoop's; what isn't a file has its name.
fn uri(source: &Source) -> String {
    match source {
        Source::File { path, .. } => format!("file://{}", path.display()),
        Source::Memory { name, .. } | Source::Pipe { name } => name.clone(),
        Source::Remote(file) => file.address.clone(),
    }
}

/// The bytes of a split, as far as its source has any.
fn range(split: &Split) -> Option<Range<u64>> {
    let end = match (split.end, &split.source) {
        (Some(end), _) => end,
        (None, Source::File { path, .. }) => fs::metadata(path).ok()?.len(),
        (None, Source::Memory { bytes, .. }) => bytes.len() as u64,
        (None, Source::Pipe { .. }) => return None,
        (None, Source::Remote(file)) => file.bytes,
    };
    Some(split.start..end.max(split.start))
}
