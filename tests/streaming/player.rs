//! Hadoop Streaming, played by hand: splits, partitions and sorts as Hadoop does, and starts a process for each task.
//!
//! What it does is worked out from Hadoop's documentation and source, not from ours. It passes on no order that Hadoop doesn't
//! promise: map tasks are read from the last to the first.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use mrjob_runners::cluster::{Shuffle, StepError, StreamingStep, TaskFile};
use mrjob_runners::plan::Plan;
use mrjob_runners::task_env::job_files::JobArguments;
use mrjob_tests_process::{Command, Output, Stdio};

/// A record: key and value.
pub(crate) type Pair = (Vec<u8>, Vec<u8>);

/// A cluster that runs one job.
pub(crate) struct Hadoop {
    /// The working directory of all tasks.
    pub(crate) dir: PathBuf,
    /// What is shipped. Change it before the first task.
    pub(crate) file: TaskFile,
    /// Map tasks of a step, as far as the input can be divided.
    pub(crate) maps: usize,
}

/// What a map task reads.
#[derive(Clone, Default)]
pub(crate) struct Split {
    pub(crate) file: String,
    pub(crate) start: usize,
    pub(crate) length: usize,
    /// What the task gets on its standard input.
    pub(crate) stdin: Vec<u8>,
}

/// Which task it is.
#[derive(Clone, Copy)]
pub(crate) struct Task {
    pub(crate) number: usize,
    pub(crate) maps: usize,
}

impl Hadoop {
    /// A cluster for the job `program` with `arguments` of its own and so many reduce tasks, in the empty folder `dir`.
    pub(crate) fn new(program: &str, arguments: &[&str], reducers: u32, dir: &Path) -> Self {
        fs::create_dir_all(dir).unwrap();
        let steps = Command::new(program)
            .current_dir(dir)
            .args(arguments)
            .arg("--steps")
            .output()
            .unwrap();
        let mut plan = Plan::new(
            job_name(program, arguments, dir),
            serde_json::from_slice(&steps.stdout).unwrap(),
            Vec::new(),
        );
        // What the launcher knows and `--steps` doesn't say.
        for step in &mut plan.steps {
            step.binary_input = step.reads == "Compact";
            step.binary_output = step.writes == "Compact";
        }
        plan.reducers = reducers.try_into().ok();
        let mut shipped = JobArguments::default();
        shipped.arguments = arguments.iter().map(Into::into).collect();
        let target = dir.join("mrjob-program");
        std::os::unix::fs::symlink(program, target).unwrap();
        Hadoop {
            dir: dir.to_owned(),
            file: TaskFile::new(&plan, &shipped),
            maps: 3,
        }
    }

    /// All steps over these files; the parts of the last one's output.
    pub(crate) fn run(&self, files: &[(String, Vec<u8>)]) -> Result<Vec<Vec<u8>>, StepError> {
        fs::write(self.dir.join("mrjob-task.json"), self.file.to_json()).unwrap();
        let mut files = files.to_vec();
        for number in 0..self.file.steps.len() {
            let step = StreamingStep::new(&self.file, number)?;
            let parts = self.run_step(&step, &files);
            let name = |at| format!("part-{at:05}");
            files = parts
                .into_iter()
                .enumerate()
                .map(|(at, part)| (name(at), part))
                .collect();
        }
        Ok(files.into_iter().map(|(_, part)| part).collect())
    }

    fn run_step(&self, step: &StreamingStep, files: &[(String, Vec<u8>)]) -> Vec<Vec<u8>> {
        let splits = match step.input_format {
            None => self.split_lines(files),
            Some(_) => self.split_sequences(files),
        };
        let outputs: Vec<Vec<u8>> = (0..splits.len())
            .map(|number| {
                let task = Task {
                    number,
                    maps: splits.len(),
                };
                let mut command = self.map(step, task, &splits[number]);
                succeeded(&mut command, &self.stdin(&splits[number].stdin))
            })
            .collect();
        if step.reducers == 0 {
            return outputs.into_iter().map(|out| written(step, &out)).collect();
        }
        let inputs = self.shuffle(step, &outputs);
        let part = |number| {
            let task = Task {
                number,
                maps: splits.len(),
            };
            let mut command = self.reduce(step, task);
            let input: &Vec<u8> = &inputs[number];
            let out = succeeded(&mut command, &self.stdin(input));
            // Of a reduce task that gets nothing Hadoop drops the output.
            if input.is_empty() {
                Vec::new()
            } else {
                written(step, &out)
            }
        };
        (0..inputs.len()).map(part).collect()
    }

    /// The command of a map task.
    pub(crate) fn map(&self, step: &StreamingStep, task: Task, split: &Split) -> Command {
        let mut command = self.task(step, &step.mapper, task, "m");
        command
            .env("mapreduce_map_input_file", &split.file)
            .env("mapreduce_map_input_start", split.start.to_string())
            .env("mapreduce_map_input_length", split.length.to_string());
        command
    }

    /// The command of a reduce task.
    pub(crate) fn reduce(&self, step: &StreamingStep, task: Task) -> Command {
        self.task(step, &step.reducer, task, "r")
    }

    fn task(&self, step: &StreamingStep, line: &str, task: Task, letter: &str) -> Command {
        let mut words = line.split(' ');
        let mut command = Command::new(words.next().unwrap());
        command.args(words).current_dir(&self.dir);
        let id = format!("1700000000000_0001_{letter}_{:06}", task.number);
        for (name, value) in &step.properties {
            command.env(variable(name), value);
        }
        command
            .env("mapreduce_job_maps", task.maps.to_string())
            .env("mapreduce_task_partition", task.number.to_string())
            .env("mapreduce_task_id", format!("task_{id}"))
            .env("mapreduce_task_attempt_id", format!("attempt_{id}_0"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// A file to be read as standard input.
    fn stdin(&self, bytes: &[u8]) -> PathBuf {
        let path = self.dir.join("stdin");
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Files cut at even offsets; a line belongs to the split in which it begins, and an empty file is a split. Many files
    /// share splits.
    pub(crate) fn split_lines(&self, files: &[(String, Vec<u8>)]) -> Vec<Split> {
        if files.len() > 10 * self.maps {
            return files
                .chunks(files.len().div_ceil(self.maps))
                .map(|files| {
                    let whole = files
                        .iter()
                        .map(|(name, bytes)| split(name, bytes, 0, bytes.len()));
                    let joined = Split::default();
                    whole.fold(joined, |mut joined, split| {
                        joined.stdin.extend(split.stdin);
                        joined
                    })
                })
                .collect();
        }
        let mut splits = Vec::new();
        for (name, bytes) in files {
            let size = bytes.len().div_ceil(self.maps.div_ceil(files.len())).max(1);
            for start in (0..bytes.len().max(1)).step_by(size) {
                let end = bytes.len().min(start + size);
                splits.push(split(name, bytes, start, end));
            }
        }
        splits
    }

    /// Files of records, divided by records.
    fn split_sequences(&self, files: &[(String, Vec<u8>)]) -> Vec<Split> {
        let mut splits = Vec::new();
        for (name, bytes) in files {
            let pairs = raw_pairs(bytes);
            for chunk in pairs.chunks(pairs.len().div_ceil(self.maps).max(1)) {
                splits.push(Split {
                    file: name.clone(),
                    start: splits.len(),
                    length: chunk.len(),
                    stdin: raw_bytes(chunk),
                });
            }
        }
        splits
    }

    /// The input of each reduce task: partitioned, and sorted by the bytes of keys alone.
    pub(crate) fn shuffle(&self, step: &StreamingStep, outputs: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let is_raw = value(step, "stream.map.output") == "rawbytes";
        assert_eq!(value(step, "stream.reduce.input") == "rawbytes", is_raw);
        let mut partitions = vec![Vec::new(); step.reducers as usize];
        for output in outputs.iter().rev() {
            let pairs = if is_raw {
                raw_pairs(output)
            } else {
                text_pairs(output)
            };
            for pair in pairs {
                let partition = partition(&pair.0, step.reducers);
                partitions[partition].push(pair);
            }
        }
        let sorted = partitions.into_iter().map(|mut pairs: Vec<Pair>| {
            pairs.sort_by(|one, other| one.0.cmp(&other.0));
            if is_raw {
                return raw_bytes(&pairs);
            }
            let lines = pairs
                .iter()
                .flat_map(|(key, value)| [key, &b"\t"[..], value, b"\n"].concat());
            lines.collect()
        });
        sorted.collect()
    }

    /// What the task file says of a step.
    pub(crate) fn set_shuffle(&mut self, shuffle: Shuffle) {
        self.file
            .steps
            .iter_mut()
            .for_each(|step| step.shuffle = shuffle);
    }
}

/// The lines that begin in a part of a file, without a byte order mark in front of the first.
fn split(name: &str, bytes: &[u8], start: usize, end: usize) -> Split {
    let mut stdin = Vec::new();
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if (start..end).contains(&at) {
            let marked = line.strip_prefix(b"\xef\xbb\xbf").filter(|_| at == 0);
            let line = marked.unwrap_or(line);
            stdin.extend_from_slice(line.strip_suffix(b"\n").unwrap_or(line));
            stdin.push(b'\n');
        }
        at += line.len();
    }
    Split {
        file: name.to_owned(),
        start,
        length: end - start,
        stdin,
    }
}

/// The job's name, which what it would do begins with.
fn job_name(program: &str, arguments: &[&str], dir: &Path) -> String {
    let dry_run = Command::new(program)
        .current_dir(dir)
        .args(arguments)
        .args(["--dry-run", "-"])
        .output()
        .unwrap();
    let text = String::from_utf8(dry_run.stdout).unwrap();
    text.split(' ').next().unwrap().to_owned()
}

/// The name of the variable that Hadoop Streaming makes of a property.
fn variable(property: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    property.chars().map(plain).collect()
}

/// The property that counts.
fn value<'a>(step: &'a StreamingStep, name: &str) -> &'a str {
    let mut found = step.properties.iter().filter(|(key, _)| key == name);
    found.next_back().map_or("text", |(_, value)| value)
}

/// Runs a task over the file `stdin`. It must succeed.
fn succeeded(command: &mut Command, stdin: &Path) -> Vec<u8> {
    let output = run(command, stdin);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{command:?}: {}\n{said}",
        output.status
    );
    output.stdout
}

/// Runs a task over the file `stdin`.
pub(crate) fn run(command: &mut Command, stdin: &Path) -> Output {
    command.stdin(File::open(stdin).unwrap()).output().unwrap()
}

/// What Hadoop writes of what the last task of a step has: lines end at LF, CR or both, or records as they are.
fn written(step: &StreamingStep, output: &[u8]) -> Vec<u8> {
    let name = if step.reducers == 0 {
        "stream.map.output"
    } else {
        "stream.reduce.output"
    };
    match value(step, name) {
        "rawbytes" => {
            assert!(step.output_format.is_some());
            output.to_vec()
        }
        form => {
            assert_eq!(form, "keyonlytext");
            let text = output.to_vec();
            assert!(text.is_empty() || text.ends_with(b"\n"));
            text.into_iter()
                .map(|byte| if byte == b'\r' { b'\n' } else { byte })
                .collect()
        }
    }
}

/// Lines as keys and values.
fn text_pairs(output: &[u8]) -> Vec<Pair> {
    let lines = output.split_inclusive(|byte| *byte == b'\n');
    let pair = |line: &[u8]| {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let tab = line
            .iter()
            .position(|byte| *byte == b'\t')
            .unwrap_or(line.len());
        (
            line[..tab].to_vec(),
            line.get(tab + 1..).unwrap_or_default().to_vec(),
        )
    };
    lines.map(pair).collect()
}

/// Keys and values with their lengths in front.
pub(crate) fn raw_pairs(mut output: &[u8]) -> Vec<Pair> {
    let mut next = || {
        let (length, rest) = output.split_first_chunk::<4>()?;
        let (bytes, rest) = rest.split_at(u32::from_be_bytes(*length) as usize);
        output = rest;
        Some(bytes.to_vec())
    };
    std::iter::from_fn(|| Some((next()?, next().unwrap()))).collect()
}

pub(crate) fn raw_bytes(pairs: &[Pair]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in pairs.iter().flat_map(|(key, value)| [key, value]) {
        bytes.extend((part.len() as u32).to_be_bytes());
        bytes.extend(part);
    }
    bytes
}

/// `(WritableComparator.hashBytes(key) & Integer.MAX_VALUE) % reducers`, in 64 bits and cut to 32.
pub(crate) fn partition(key: &[u8], reducers: u32) -> usize {
    let hash = key.iter().fold(1_i64, |hash, byte| {
        i64::from((31 * hash + i64::from(*byte as i8)) as i32)
    });
    (hash & 0x7fff_ffff) as usize % reducers as usize
}
