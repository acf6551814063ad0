//! A sample of what a step's mapper emits, by which the keys are divided into ranges of about the same size.

use std::io::{self, Read};
use std::sync::Arc;

use mrjob_core::codec::{Codec, Decoder, SHOWN, peek};
use mrjob_core::shuffle::{MergeOptions, Partitioning, RunOutput, first_keys};
use mrjob_core::task::{
    MapTarget, MapTask, Monitor, OutputDir, Remote, RemoteFile, Source, Split, TaskFailure,
    TaskSetting,
};

use super::{HadoopError, sequence};
use crate::fs::Files;
use crate::run::Run;

/// Places of the input that are looked at, and bytes that are read there.
const PLACES: u64 = 64;
const BYTES: u64 = 256 << 10;
/// Whole files that a mapper of files is given.
const WHOLE: usize = 8;
/// Bytes of memory of the mapper, and for decompressing.
const MEMORY: usize = 256 << 20;

/// Why there is no sample.
#[derive(Debug, thiserror::Error)]
pub(super) enum SampleError {
    /// The mapper failed over it.
    #[error("{0}")]
    Task(Box<TaskFailure>),
    /// The input, or a file of this machine.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// What was emitted can't be read.
    #[error(transparent)]
    Shuffle(#[from] mrjob_core::shuffle::ShuffleError),
}

/// The first keys of all but the first of `ranges` ranges, for step `number` over `files`.
pub(super) fn ranges(
    run: &Run<'_>,
    number: usize,
    ranges: u32,
    files: &[RemoteFile],
) -> Result<Vec<Vec<u8>>, HadoopError> {
    sampled(run, number, ranges, files).map_err(|source| HadoopError::Sample {
        step: number,
        steps: run.plan.steps.len(),
        message: source.to_string(),
    })
}

fn sampled(
    run: &Run<'_>,
    number: usize,
    ranges: u32,
    files: &[RemoteFile],
) -> Result<Vec<Vec<u8>>, SampleError> {
    let step = &run.plan.steps[number];
    let splits = match number {
        _ if step.takes_files() => whole(files),
        _ if step.binary_input => parts(files, records, named)?,
        _ if number > 0 => parts(files, part, named)?,
        _ => parts(files, part, shown)?,
    };
    let temp = run.temp_folder()?;
    let dir = temp.path().to_owned();
    let properties = run.plan.jobconf.iter().chain(&step.jobconf);
    let task = MapTask {
        step: number,
        number: 0,
        attempt: 0,
        splits,
        memory: MEMORY,
        temp_dir: dir.clone(),
        target: MapTarget::Shuffle {
            partitioning: Partitioning::Ranges,
            runs: RunOutput::Memory {
                spill_dir: dir.clone(),
            },
        },
        setting: TaskSetting {
            properties: Arc::new(properties.cloned().collect()),
            // The job's tasks write these files again, and report where they can't.
            output_dir: OutputDir::Folder(dir.join("side")),
            ..TaskSetting::default()
        },
    };
    let report = run.program.map(&task, &Vec::new, &Monitor::new());
    let runs = report.map_err(SampleError::Task)?.runs;
    let mut merge = MergeOptions::new(MEMORY, dir);
    merge.sort_values = step.sort_values;
    Ok(first_keys(runs.as_slice(), ranges, &merge)?)
}

/// Some of the files, evenly.
fn whole(files: &[RemoteFile]) -> Vec<Split> {
    let some = files.iter().step_by(files.len().div_ceil(WHOLE).max(1));
    let split = |file: &RemoteFile| {
        let codec = Codec::of(&file.address);
        Split::new(Source::Remote(file.clone()), 0, None).compressed(codec)
    };
    some.map(split).collect()
}

/// How a file is compressed, by its name.
fn named(file: &RemoteFile) -> io::Result<Option<Codec>> {
    Ok(Codec::of(&file.address))
}

/// How a source of the job's is compressed, by its first bytes. What isn't read as lines is told by who reads it.
fn shown(file: &RemoteFile) -> io::Result<Option<Codec>> {
    let (start, _) = peek(Files.open(file, 0, SHOWN as u64)?)?;
    Ok(Codec::of_lines(&file.address, Codec::of(&file.address), &start).unwrap_or(None))
}

/// What the records are at a place of a file, as far as that many bytes.
type Part = fn(&RemoteFile, u64, u64) -> io::Result<Split>;

/// Whole records at places that are far from each other; all of an input that isn't larger than that.
fn parts(
    files: &[RemoteFile],
    part: Part,
    codec: fn(&RemoteFile) -> io::Result<Option<Codec>>,
) -> io::Result<Vec<Split>> {
    let total: u64 = files.iter().map(|file| file.bytes).sum();
    let apart = (total / PLACES).max(BYTES);
    let (mut splits, mut passed, mut next) = (Vec::new(), 0, 0);
    for file in files {
        let end = passed + file.bytes;
        let first = next;
        while next < end {
            next += apart;
        }
        let places = (next - first) / apart;
        let codec = match places {
            0 => None,
            _ => codec(file)?,
        };
        match codec {
            None => {
                for place in 0..places {
                    splits.push(part(
                        file,
                        first + place * apart - passed,
                        BYTES.min(apart),
                    )?);
                }
            }
            Some(codec) => splits.push(beginning(file, codec, places * BYTES)?),
        }
        passed = end;
    }
    Ok(splits)
}

/// The lines that begin in `bytes` bytes from `start` on, but one that goes on behind them.
fn part(file: &RemoteFile, start: u64, bytes: u64) -> io::Result<Split> {
    let from = Files.open(file, start, bytes)?;
    let mut text = Vec::new();
    from.take(bytes).read_to_end(&mut text)?;
    // From its middle the line that is there goes first, so that none begins the file.
    let mut split = lines(file, text, start + bytes >= file.bytes);
    split.start = start.min(1);
    Ok(split)
}

/// The records that aren't lines and of which Hadoop's mark is the first behind `start`.
fn records(file: &RemoteFile, start: u64, bytes: u64) -> io::Result<Split> {
    let open = |offset, wanted| Files.open(file, offset, wanted);
    Ok(whole_records(file, sequence::values(open, start, bytes)?))
}

/// The first lines of a compressed file.
fn beginning(file: &RemoteFile, codec: Codec, bytes: u64) -> io::Result<Split> {
    let from = Files.open(file, 0, bytes)?;
    let mut text = Vec::new();
    let read = Decoder::new(codec, from, MEMORY)?
        .take(bytes)
        .read_to_end(&mut text)?;
    Ok(lines(file, text, (read as u64) < bytes))
}

fn lines(file: &RemoteFile, mut text: Vec<u8>, is_end: bool) -> Split {
    if !is_end {
        let last = text.iter().rposition(|byte| *byte == b'\n');
        text.truncate(last.map_or(0, |end| end + 1));
    }
    whole_records(file, text)
}

fn whole_records(file: &RemoteFile, bytes: Vec<u8>) -> Split {
    let source = Source::Memory {
        bytes: Arc::new(bytes),
        name: file.address.clone(),
    };
    Split::new(source, 0, None)
}
