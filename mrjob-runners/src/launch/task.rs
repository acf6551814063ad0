//! A task that Hadoop Streaming started: `./mrjob-program --task-file mrjob-task.json --mapper --step-num 0`.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::{env, process};

use mrjob_core::program::{Pipes, StreamBlocks, StreamShuffle, StreamTask};
use mrjob_core::shuffle::{RawRecords, RawValues};
use mrjob_core::step::{StepInfo, StreamPhase};
use mrjob_core::task::{FailureKind, Monitor, Source, Split, TaskFailure};

use super::command_line::CommandLine;
use super::set_up;
use super::stdout::{self, Output};
use super::stream::check_phase;
use crate::cluster::{
    ByHadoop, Container, Heartbeat, MapInput, Shuffle, Splits, TaskFile, TaskKind, TaskStep,
    counter_lines, failure_line, interval, tell,
};
use crate::config::UsageError;
use crate::definition::Definition;
use crate::error::JobError;
use crate::exit::Exit;
use crate::fs::hdfs::BY_NODE;

/// With less memory a task would do nothing but spill.
const LEAST_MEMORY: u64 = 8 << 20;

/// Blocks of map tasks: the smallest, the largest, and what they are where nobody knows how many map tasks there are.
const SMALLEST_BLOCK: u64 = 4 << 10;
const LARGEST_BLOCK: u64 = 1 << 20;
const USUAL_BLOCK: u64 = 64 << 10;

/// Whether a program that is called with `arguments` is such a task.
pub(super) fn is_task(arguments: &[OsString]) -> bool {
    arguments
        .first()
        .is_some_and(|first| first == "--task-file")
}

/// Tells the launcher why a task failed, when people have been told.
pub(super) fn tell_launcher(error: &JobError) {
    let other = || TaskFailure::new(FailureKind::Error, error);
    let failure = error.failure().cloned().unwrap_or_else(other);
    tell(&failure_line(&failure));
}

/// Runs it.
///
/// # Errors
///
/// When it can't be run, or fails.
pub(super) fn run(job: &Definition, name: &str, arguments: &[OsString]) -> Result<Exit, JobError> {
    let asked = TaskRequest::parse(arguments)?;
    let file = TaskFile::read(&asked.file).map_err(UsageError::new)?;
    if let Some(code) = set_up::around(&file, &asked.file)? {
        process::exit(code);
    }
    let mut typed = CommandLine::parse(job, name, file.arguments.clone())?;
    let program = typed.program(job)?;
    typed.check_files(job)?;
    let checked = file.check(&asked.file, program.name(), program.steps());
    checked.map_err(UsageError::new)?;
    let splits = splits(&asked, &file).map_err(|error| JobError::Job(error.into()))?;
    if splits.is_none() {
        check_phase(program.steps(), asked.phase, asked.step)?;
    }
    let info = &program.steps()[asked.step];
    let by_itself = splits.is_some();
    let mut task = task(&asked, &file, readers(splits.as_deref()))?;
    task.splits = splits;

    let output = stdout::claim().map_err(stdout::cannot_write)?;
    let (output, watch) = Output::new(output);
    let monitor = Arc::new(Monitor::new());
    let timeout = env::var("mapreduce_task_timeout").ok();
    let every = interval(timeout.as_deref());
    let heartbeat = Heartbeat::start(Arc::clone(&monitor), watch.written(), every, by_itself);
    let heartbeat = heartbeat.map_err(|error| JobError::Job(error.into()))?;
    let pipes = pipes(&asked, info, file.steps[asked.step].shuffle, output);
    let done = program.stream(&task, pipes, &monitor);
    let told = heartbeat.finish();
    match done {
        _ if watch.is_closed() => Ok(Exit::Abandoned),
        Ok(report) => {
            let has_reducer = info.reducer.is_some();
            tell(&counter_lines(asked.phase, has_reducer, &report, told));
            Ok(Exit::Done)
        }
        Err(failure) => Err(JobError::Task(failure)),
    }
}

/// What the command line asks for.
struct TaskRequest {
    file: PathBuf,
    phase: StreamPhase,
    step: usize,
}

impl TaskRequest {
    fn parse(arguments: &[OsString]) -> Result<Self, UsageError> {
        let words: Vec<&str> = arguments
            .iter()
            .map(|word| word.to_str().unwrap_or(""))
            .collect();
        let phase = |word: &str| {
            [
                StreamPhase::Mapper,
                StreamPhase::Combiner,
                StreamPhase::Reducer,
            ]
            .into_iter()
            .find(|phase| word.strip_prefix("--") == Some(phase.name()))
        };
        let asked = match words[..] {
            ["--task-file", _, word] => phase(word).map(|phase| (phase, 0)),
            ["--task-file", _, word, "--step-num", number] => phase(word).zip(number.parse().ok()),
            _ => None,
        };
        let (phase, step) = asked.ok_or_else(|| {
            let typed = arguments.join(OsStr::new(" "));
            UsageError::new(format_args!(
                "`{}` isn't how a task is called\n\
                 hint: `--task-file FILE --mapper --step-num N`, or `--combiner` or `--reducer`; the job's own arguments are \
                 in the file",
                typed.display()
            ))
        })?;
        Ok(TaskRequest {
            file: PathBuf::from(&arguments[1]),
            phase,
            step,
        })
    }
}

/// What a mapper reads by itself, if it does: Hadoop hands it the list of that in the place of its input.
fn splits(asked: &TaskRequest, file: &TaskFile) -> io::Result<Option<Vec<Split>>> {
    let step = file.steps.get(asked.step);
    let is_own = step.is_some_and(|step| step.splits == Splits::Own);
    if !is_own || asked.phase != StreamPhase::Mapper {
        return Ok(None);
    }
    let text = io::read_to_string(io::stdin())?;
    let input = MapInput::read(&text, number("mapreduce_job_maps"))?;
    export();
    Ok(Some(input.splits()))
}

/// Lets variables follow what is read: Hadoop has set those of the list.
#[expect(
    unsafe_code,
    reason = "jobs read Hadoop's variables from the environment"
)]
fn export() {
    // SAFETY: this process runs one task. Beside that task's it has a thread that writes to standard error and doesn't
    // look into the environment; names of machines are looked up on the task's own thread.
    unsafe { mrjob_core::task::export_environment() }
}

/// How many JVMs read the task's input beside the one that has started it.
fn readers(splits: Option<&[Split]>) -> u64 {
    let by_node = |split: &Split| match &split.source {
        Source::Remote(file) => file.access.as_deref() == Some(BY_NODE),
        _ => false,
    };
    splits
        .is_some_and(|splits| splits.iter().any(by_node))
        .into()
}

/// The memory that the container of a task leaves it.
fn budget(kind: TaskKind, readers: u64) -> u64 {
    let variable = |property: &str| env::var(property.replace(['.', '-'], "_")).ok();
    Container::new(kind, &variable).budget(readers)
}

/// The task as the engine is told of it.
fn task(asked: &TaskRequest, file: &TaskFile, readers: u64) -> Result<StreamTask, UsageError> {
    let step = &file.steps[asked.step];
    let mut task = StreamTask::new(asked.step, asked.phase);
    task.shell.clone_from(&file.sh_bin);
    task.no_output_dir = step.no_output_dir;
    task.properties = Arc::new(
        file.jobconf
            .iter()
            .chain(&step.info.jobconf)
            .cloned()
            .collect(),
    );
    if step.shuffle == Shuffle::Text {
        return Ok(task);
    }
    let reduce_memory = file.reduce_memory;
    let reduce_memory = reduce_memory.unwrap_or_else(|| budget(TaskKind::Reduce, 0));
    let memory = match asked.phase {
        StreamPhase::Mapper => {
            let memory = file.map_memory;
            memory.unwrap_or_else(|| budget(TaskKind::Map, readers))
        }
        StreamPhase::Reducer => reduce_memory,
        _ => {
            return Err(UsageError::new(
                "`--combiner`: the map tasks of this step combine themselves\nhint: it is for `\"shuffle\": \"text\"`",
            ));
        }
    };
    check_reducers(step)?;
    task.shuffle = StreamShuffle::Blocks(StreamBlocks {
        partitions: NonZeroU32::new(step.reducers).unwrap_or(NonZeroU32::MIN),
        ranges: step.first_keys().map_err(UsageError::new)?,
        block: block(reduce_memory, number("mapreduce_job_maps")) as usize,
        memory: usize::try_from(memory.max(LEAST_MEMORY)).unwrap_or(usize::MAX),
        temp_dir: env::temp_dir(),
    });
    Ok(task)
}

/// Blocks would go to wrong tasks if Hadoop had another number of them.
fn check_reducers(step: &TaskStep) -> Result<(), UsageError> {
    match number("mapreduce_job_reduces") {
        Some(found) if found != u64::from(step.reducers) => Err(UsageError::new(format_args!(
            "the task file says {} reduce tasks, and `mapreduce.job.reduces` is {found}\n\
             hint: `--reducers` sets both",
            step.reducers
        ))),
        _ => Ok(()),
    }
}

/// Bytes of a block, so that half a reduce task's memory is enough for one of each map task.
fn block(reduce_memory: u64, maps: Option<u64>) -> u64 {
    match maps {
        None | Some(0) => USUAL_BLOCK,
        Some(maps) => (reduce_memory / 2 / maps).clamp(SMALLEST_BLOCK, LARGEST_BLOCK),
    }
}

/// A variable of Hadoop's that is a number.
fn number(name: &str) -> Option<u64> {
    env::var(name).ok()?.trim().parse().ok()
}

/// What the task reads and writes, as the step's formats have it.
fn pipes(asked: &TaskRequest, step: &StepInfo, shuffle: Shuffle, output: Output<File>) -> Pipes {
    let is_mapper = asked.phase == StreamPhase::Mapper;
    let stdin = io::stdin();
    let input: Box<dyn Read + Send> = match is_mapper && step.binary_input {
        true => Box::new(RawValues::new(BufReader::with_capacity(64 << 10, stdin))),
        false if is_mapper && asked.step == 0 => Box::new(ByHadoop::new(stdin)),
        false => Box::new(stdin),
    };
    let output: Box<dyn Write + Send> = match (is_mapper, &step.reducer) {
        (true, Some(_)) if shuffle == Shuffle::Block => {
            Box::new(io::BufWriter::with_capacity(256 << 10, output))
        }
        _ if step.binary_output => Box::new(RawRecords::new(output)),
        _ => Box::new(HadoopLines(output)),
    };
    Pipes { input, output }
}

/// Lines that Hadoop keeps as they are: it takes a carriage return for an end.
struct HadoopLines<W>(W);

impl<W: Write> Write for HadoopLines<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.contains(&b'\r') {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "it has a carriage return, which Hadoop Streaming takes for the end of a line\n\
                 hint: `output = Json` writes it as `\\r`",
            ));
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_all_maps_fit_half_the_memory() {
        const MIB: u64 = 1 << 20;
        assert_eq!(block(256 * MIB, Some(50)), MIB);
        assert_eq!(block(64 * MIB, Some(320)), 104_857);
        assert_eq!(block(64 * MIB, Some(1_000_000)), 4 << 10);
        assert_eq!(block(64 * MIB, None), 64 << 10);
    }

    #[test]
    fn how_a_task_is_called() {
        let asked = |words: &str| {
            let words: Vec<OsString> = words.split(' ').map(Into::into).collect();
            TaskRequest::parse(&words).map(|asked| (asked.phase, asked.step))
        };
        let right = asked("--task-file a.json --reducer --step-num 2").unwrap();
        assert_eq!(right, (StreamPhase::Reducer, 2));
        let right = asked("--task-file a.json --mapper").unwrap();
        assert_eq!(right, (StreamPhase::Mapper, 0));
        for wrong in [
            "",
            " a",
            " a --mapper --step-num x",
            " a --mapper x",
            " a --map",
        ] {
            let error = asked(&format!("--task-file{wrong}"))
                .unwrap_err()
                .to_string();
            assert!(error.contains("isn't how a task is called"), "{error}");
        }
    }
}
