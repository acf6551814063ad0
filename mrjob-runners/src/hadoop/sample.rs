//! A sample of what a step's mapper emits, by which the keys are divided into ranges of about the same size.

use std::io::{self, Read};
use std::sync::Arc;

use mrjob_core::codec::{Codec, Decoder};
use mrjob_core::shuffle::{MergeOptions, Partitioning, RunOutput, first_keys};
use mrjob_core::task::{
    MapTarget, MapTask, Method, Monitor, Remote, RemoteFile, Source, Split, TaskFailure,
    TaskSetting,
};

use super::{HadoopError, sequence};
use crate::fs::Files;
use crate::runner::Run;

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
    let splits = match step.mapper {
        Some(Method::File { .. }) => whole(files),
        _ if step.binary_input => parts(files, records)?,
        _ => parts(files, part)?,
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

/// What the records are at a place of a file, as far as that many bytes.
type Part = fn(&RemoteFile, u64, u64) -> io::Result<Split>;

/// Whole records at places that are far from each other; all of an input that isn't larger than that.
fn parts(files: &[RemoteFile], part: Part) -> io::Result<Vec<Split>> {
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
        match Codec::of(&file.address) {
            _ if places == 0 => {}
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
    if start > 0 {
        let line = line_end(&text).map_or(text.len(), |end| end + 1);
        text.drain(..line);
    }
    Ok(lines(file, text, start + bytes >= file.bytes))
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

fn line_end(text: &[u8]) -> Option<usize> {
    text.iter().position(|byte| *byte == b'\n')
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
