//! Lines into a command and out of it.

use std::io::{self, BufWriter, Read, Write};

use crate::emit::{PartWriter, Written};
use crate::protocol::Framing;
use crate::shuffle::{Groups, MapRuns, ShuffleError, ShuffleOptions, Sorter};
use crate::task::input::{Blocks, ReadError};
use crate::task::longest::Longest;
use crate::task::map::MapContext;
use crate::task::remote::Opener;
use crate::task::trace::TaskError;
use crate::task::{Monitor, Split, TaskReport};

/// Bytes gathered before they are written.
const BUFFER: usize = 64 << 10;

/// Groups after which a task looks up from its work.
const LOOK_UP: u64 = 1024;

fn writing(error: io::Error) -> TaskError {
    TaskError::io("write to a command")(error)
}

/// What a map task reads.
pub(crate) struct Input<'a> {
    splits: &'a [Split],
    remote: Opener,
    /// Whether these are of the job's sources.
    is_source: bool,
    /// What comes in the place of the splits' bytes.
    pipe: Option<Box<dyn Read + Send>>,
}

impl<'a> Input<'a> {
    pub(crate) fn of<J>(cx: &MapContext<'a, J>) -> Self {
        Input {
            splits: &cx.task.splits,
            remote: cx.records.trace.remote,
            is_source: cx.records.is_source,
            pipe: cx.ends.input(),
        }
    }
}

/// Writes all lines of the input, each with an end; how many lines and bytes were read.
pub(crate) fn feed_input(
    mut input: Input<'_>,
    memory: usize,
    longest: Longest,
    monitor: &Monitor,
    to: &mut dyn Write,
) -> Result<(u64, u64), TaskError> {
    let (mut records, mut bytes) = (0, 0);
    for split in input.splits {
        let name = split.source.name();
        let blocks = match input.pipe.take() {
            Some(pipe) => Ok(Blocks::stream(pipe, Framing::Lines, longest)),
            None => Blocks::open(
                input.remote,
                split,
                Framing::Lines,
                longest,
                memory,
                input.is_source,
            ),
        };
        let mut blocks = blocks.map_err(TaskError::io(format!("read `{name}`")))?;
        while let Some(block) = blocks.next_block(&mut |_| Ok(())).map_err(read(name))? {
            to.write_all(block.bytes).map_err(writing)?;
            let mut lines = memchr::memchr_iter(b'\n', block.bytes).count() as u64;
            if block.bytes.last() != Some(&b'\n') {
                to.write_all(b"\n").map_err(writing)?;
                lines += 1;
            }
            records += lines;
            bytes += block.read;
            monitor.advance(lines, block.read);
            if monitor.is_cancelled() {
                return Err(TaskError::Cancelled);
            }
        }
        let rest = blocks.rest();
        bytes += rest;
        monitor.advance(0, rest);
    }
    Ok((records, bytes))
}

/// Writes sorted pairs as lines; how many and how many bytes of the shuffle they were.
pub(crate) fn feed_groups(
    groups: &mut dyn Groups,
    monitor: &Monitor,
    to: &mut dyn Write,
) -> Result<(u64, u64), TaskError> {
    let mut to = BufWriter::with_capacity(BUFFER, to);
    let (mut count, mut seen) = (0, (0, 0));
    while let Some((key, values)) = groups.next_group()? {
        while let Some(rest) = values.next_value()? {
            to.write_all(key)
                .and_then(|()| to.write_all(rest))
                .and_then(|()| to.write_all(b"\n"))
                .map_err(writing)?;
        }
        count += 1;
        if count % LOOK_UP == 0 {
            let (records, bytes) = groups.progress();
            monitor.advance(records - seen.0, bytes - seen.1);
            seen = (records, bytes);
            if monitor.is_cancelled() {
                return Err(TaskError::Cancelled);
            }
        }
    }
    to.flush().map_err(writing)?;
    Ok(groups.progress())
}

fn read(name: &str) -> impl FnOnce(ReadError) -> TaskError {
    let action = format!("read `{name}`");
    move |error| match error {
        ReadError::Io(source) => TaskError::io(action)(source),
        ReadError::TooLong { offset, longest } => TaskError::TooLong { offset, longest },
        ReadError::Room(error) => error,
    }
}

/// Writes lines to a part of the output.
pub(crate) fn part(
    from: Box<dyn Read + Send>,
    longest: Longest,
    mut to: PartWriter,
) -> Result<TaskReport, TaskError> {
    let failed = || TaskError::io("write the task's output");
    let (mut records, mut bytes) = (0, 0);
    let mut blocks = Blocks::stream(from, Framing::Lines, longest);
    while let Some(block) = next(&mut blocks, &mut |_| Ok(()))? {
        to.write_all(block).map_err(failed())?;
        records += memchr::memchr_iter(b'\n', block).count() as u64;
        bytes += block.len() as u64;
        if block.last() != Some(&b'\n') {
            to.write_all(b"\n").map_err(failed())?;
            records += 1;
            bytes += 1;
        }
    }
    let mut report = TaskReport::default();
    report.wrote(Written {
        part: to.finish().map_err(failed())?,
        records,
        bytes,
    });
    Ok(report)
}

/// Whole lines that came out of a command.
fn next<'b>(
    blocks: &'b mut Blocks<'_>,
    make_room: &mut dyn FnMut(usize) -> Result<(), TaskError>,
) -> Result<Option<&'b [u8]>, TaskError> {
    let block = blocks.next_block(make_room);
    Ok(block.map_err(read("a command"))?.map(|block| block.bytes))
}

/// Lines as pairs to be sorted: a key is what stands before the first tab, a value is the rest, from the tab on.
pub(crate) struct Pairs(Sorter);

impl Pairs {
    pub(crate) fn new(options: ShuffleOptions) -> Result<Self, ShuffleError> {
        Sorter::new(options).map(Pairs)
    }

    /// Sorts what comes.
    pub(crate) fn sort(
        mut self,
        from: Box<dyn Read + Send>,
        longest: Longest,
    ) -> Result<TaskReport, TaskError> {
        let mut blocks = Blocks::stream(from, Framing::Lines, longest);
        while let Some(block) = next(&mut blocks, &mut |bytes| Ok(self.0.make_room_for(bytes)?))? {
            for line in block
                .strip_suffix(b"\n")
                .unwrap_or(block)
                .split(|b| *b == b'\n')
            {
                let end = memchr::memchr(b'\t', line).unwrap_or(line.len());
                self.0.push_bytes(&line[..end], &line[end..])?;
            }
        }
        let runs: MapRuns = self.0.finish()?;
        Ok(TaskReport {
            records_out: runs.records(),
            bytes_out: runs.bytes(),
            spilled_bytes: runs.spilled(),
            runs: Some(runs),
            ..TaskReport::default()
        })
    }
}
