//! A map task: splits in, sorted runs or a part of the output out.

use super::Monitor;
use super::fold::Fold;
use super::input::{Block, Blocks, framed};
use super::local_file::LocalFile;
use super::longest::Longest;
use super::spec::{MapTarget, MapTask, Split, TaskReport};
use super::trace::{TaskError, Trace};
use crate::emit::{Ends, PartWriter, Records, Sink, ValueCodec};
use crate::job::{Make, Settings};
use crate::protocol::{Framing, Protocol, lossy_length};
use crate::shuffle::{ShuffleOptions, Sorter};
use crate::step::{Combine, Mapper, MapperKind, Record};
use crate::{Arena, Emitter};

/// What a map task works with.
pub(crate) struct MapContext<'a, J> {
    pub(crate) make: &'a Make<J>,
    pub(crate) task: &'a MapTask,
    /// Gives a task that combines further splits, while there are any.
    pub(crate) more: &'a dyn Fn() -> Vec<Split>,
    pub(crate) records: RecordContext<'a>,
    /// What a task reads and writes that streams.
    pub(crate) ends: Ends<'a>,
}

/// What reading records works with.
pub(crate) struct RecordContext<'a> {
    pub(crate) monitor: &'a Monitor,
    pub(crate) trace: &'a Trace,
    /// Whether what is read are the job's sources, not what a step wrote: their first bytes decide how they are read, and a CR
    /// before a line's end belongs to the end.
    pub(crate) is_source: bool,
    pub(crate) longest: Longest,
}

/// Runs a map task; `P` is what its input is in, `W` what its output is in if the step has no reducer.
pub(crate) fn map<J, M, C, P, W>(cx: &MapContext<'_, J>) -> Result<TaskReport, TaskError>
where
    J: Settings,
    M: Mapper<J>,
    C: Combine<J, M::Key, M::Value>,
    P: Protocol,
    W: Protocol,
{
    let mut job = (cx.make)().map_err(TaskError::Job)?;
    let mut out = emitter::<J, M, C, W>(cx)?;
    let mut report = TaskReport::default();
    let trace = cx.records.trace;
    trace.method.set(Some(M::NAME));
    M::init(&mut job, &mut out)?;
    out.check()?;
    match M::KIND {
        MapperKind::Records => {
            map_splits::<J, M, P>(cx, &cx.task.splits, &mut job, &mut out, &mut report)?;
            while let Some(splits) = more::<C, _, _, _>(cx) {
                map_splits::<J, M, P>(cx, &splits, &mut job, &mut out, &mut report)?;
            }
        }
        MapperKind::Files => map_files::<J, M>(cx, &mut job, &mut out, &mut report)?,
    }
    trace.close();
    M::finish(&mut job, &mut out)?;
    out.check()?;
    trace.method.set(C::NAME);
    finish(out, &mut report)?;
    Ok(report)
}

/// The next splits of a task that combines.
fn more<C, J, K, V>(cx: &MapContext<'_, J>) -> Option<Vec<Split>>
where
    C: Combine<J, K, V>,
{
    let combines = C::NAME.is_some() && matches!(cx.task.target, MapTarget::Shuffle { .. });
    let splits = combines.then(|| (cx.more)())?;
    (!splits.is_empty()).then_some(splits)
}

/// Where the task's pairs go.
fn emitter<J, M, C, W>(cx: &MapContext<'_, J>) -> Result<Emitter<M::Key, M::Value>, TaskError>
where
    J: Settings,
    M: Mapper<J>,
    C: Combine<J, M::Key, M::Value>,
    W: Protocol,
{
    let sink = match &cx.task.target {
        MapTarget::Part(target) => Sink::lines::<W>(PartWriter::create(target, &cx.ends)?),
        MapTarget::Shuffle { partitioning, runs } => {
            let mut options = ShuffleOptions::new(memory(cx), runs.clone());
            options.partitioning = *partitioning;
            options.sort_values = J::SORT_VALUES;
            let codec = codec::<J>();
            match C::NAME {
                None => Sink::sort(Records::new(Sorter::new(options)?, codec)),
                Some(_) => {
                    let job = (cx.make)().map_err(TaskError::Job)?;
                    Sink::combine(Fold::<J, M::Key, M::Value, C>::queue(job, options, codec)?)
                }
            }
        }
    };
    Ok(Emitter::new(sink))
}

/// Bytes of memory that reading compressed and remote splits leaves.
pub(crate) fn memory<J>(cx: &MapContext<'_, J>) -> usize {
    let task = cx.task;
    let codecs = task.splits.iter().filter_map(|split| split.codec);
    let decoding = codecs.map(|codec| codec.memory(task.memory)).max();
    let remote = task.splits.iter().any(|split| split.source.is_remote());
    let reading = if remote {
        cx.records.trace.remote.memory().min(task.memory / 4)
    } else {
        0
    };
    task.memory - decoding.unwrap_or(0) - reading
}

/// How values of the job's shuffles are encoded.
pub(crate) fn codec<J: Settings>() -> ValueCodec {
    if J::SORT_VALUES {
        ValueCodec::Ordered
    } else {
        ValueCodec::Compact
    }
}

fn map_splits<J, M, P>(
    cx: &MapContext<'_, J>,
    splits: &[Split],
    job: &mut J,
    out: &mut Emitter<M::Key, M::Value>,
    report: &mut TaskReport,
) -> Result<(), TaskError>
where
    M: Mapper<J>,
    P: Protocol,
{
    for split in splits {
        let name = split.source.name();
        cx.records.trace.open(split);
        let remote = cx.records.trace.remote;
        let blocks = match cx.ends.input() {
            Some(input) => Ok(Blocks::stream(input, P::FRAMING, cx.records.longest)),
            None => Blocks::open(
                remote,
                split,
                P::FRAMING,
                cx.records.longest,
                cx.task.memory,
                cx.records.is_source,
            ),
        };
        let blocks = blocks.map_err(TaskError::io(format!("read `{name}`")))?;
        cx.records.trace.compressed(blocks.codec());
        map_records::<J, M, P>(&cx.records, blocks, name, job, out, report)?;
    }
    Ok(())
}

/// Maps all records of `blocks`, which messages call `name`.
pub(crate) fn map_records<J, M, P>(
    cx: &RecordContext<'_>,
    mut blocks: Blocks<'_>,
    name: &str,
    job: &mut J,
    out: &mut Emitter<M::Key, M::Value>,
    report: &mut TaskReport,
) -> Result<(), TaskError>
where
    M: Mapper<J>,
    P: Protocol,
{
    cx.trace.has_lines.set(P::FRAMING == Framing::Lines);
    let mut arena = Arena::default();
    let (mut of_source, mut may_be_many) = (0, false);
    while let Some(block) = blocks
        .next_block(&mut |bytes| Ok(out.make_room(bytes)?))
        .map_err(|error| TaskError::read(name, cx.trace)(error))?
    {
        let read = block.read;
        let records = map_block::<J, M, P>(cx, job, &block, &mut arena, out)?;
        if of_source == 0 && records == 1 {
            may_be_many = cx.is_source && P::ONE_TEXT && has_returns(&block);
        }
        of_source += records;
        report.records_in += records;
        report.bytes_in += read;
        cx.monitor.advance(records, read);
        if cx.monitor.is_cancelled() {
            return Err(TaskError::Cancelled);
        }
    }
    if of_source == 1 && may_be_many {
        report.one_line.get_or_insert_with(|| name.to_owned());
    }
    let rest = blocks.rest();
    report.bytes_in += rest;
    cx.monitor.advance(0, rest);
    Ok(())
}

/// Whether a source begins with text that carriage returns seem to part into lines.
#[cold]
fn has_returns(block: &Block<'_>) -> bool {
    let text = block.bytes.trim_ascii_end();
    let parts = memchr::memchr_iter(b'\r', text).take(2).count();
    block.offset == 0 && parts == 2 && memchr::memchr(0, text).is_none()
}

/// Maps the records of a block; how many there were.
fn map_block<J, M, P>(
    cx: &RecordContext<'_>,
    job: &mut J,
    block: &Block<'_>,
    arena: &mut Arena,
    out: &mut Emitter<M::Key, M::Value>,
) -> Result<u64, TaskError>
where
    M: Mapper<J>,
    P: Protocol,
{
    let mut records = 0;
    arena.set_room(usize::MAX);
    let mut call = |at: usize, line: Line<'_>| {
        cx.trace.offset.set(block.offset + at as u64);
        records += 1;
        if line.len() > cx.longest.bytes {
            let offset = cx.trace.offset.get();
            let longest = cx.longest;
            return Err(TaskError::TooLong { offset, longest });
        }
        let record = match line {
            Line::Text(line) => Record::text(line, arena),
            Line::Bytes(line) => {
                if block.lent > 0 && P::FRAMING == Framing::Lines {
                    out.make_room(block.lent + lend(cx.longest, block, line, arena))?;
                }
                Record::bytes(line, arena)
            }
        };
        M::map::<P>(job, record, out)?;
        arena.clear();
        Ok::<(), TaskError>(out.check()?)
    };
    match (P::FRAMING, simdutf8::basic::from_utf8(block.bytes)) {
        (Framing::Lengths, _) => {
            each_framed(block.bytes, |at, record| call(at, Line::Bytes(record)))?
        }
        (Framing::Lines, Ok(text)) => each_line(block.bytes, |at, line| {
            // A line's ends are no part of a character, so that it is text as the block is.
            let line = strip(cx.is_source, &text[at..at + line.len()], |line| {
                line.strip_suffix('\r')
            });
            call(at, Line::Text(line))
        })?,
        (Framing::Lines, Err(_)) => each_line(block.bytes, |at, line| {
            let line = strip(cx.is_source, line, |line| line.strip_suffix(b"\r"));
            call(
                at,
                simdutf8::basic::from_utf8(line).map_or(Line::Bytes(line), Line::Text),
            )
        })?,
    }
    Ok(records)
}

/// Leaves the arena what the texts of a long line that isn't UTF-8 may take; how much that can be.
#[cold]
fn lend(longest: Longest, block: &Block<'_>, line: &[u8], arena: &Arena) -> usize {
    let room = longest.room.saturating_sub(block.lent.max(line.len()));
    arena.set_room(room);
    lossy_length(line).min(room)
}

/// A record as it stands in a block.
enum Line<'b> {
    Text(&'b str),
    Bytes(&'b [u8]),
}

impl Line<'_> {
    #[inline]
    fn len(&self) -> usize {
        match self {
            Line::Text(line) => line.len(),
            Line::Bytes(line) => line.len(),
        }
    }
}

#[inline]
fn strip<'l, T: ?Sized>(
    wanted: bool,
    line: &'l T,
    stripped: impl FnOnce(&'l T) -> Option<&'l T>,
) -> &'l T {
    if wanted {
        stripped(line).unwrap_or(line)
    } else {
        line
    }
}

/// Calls `each` with every line, without its end, and where it begins.
#[inline]
fn each_line<E>(
    block: &[u8],
    mut each: impl FnMut(usize, &[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', block) {
        each(start, &block[start..end])?;
        start = end + 1;
    }
    if start < block.len() {
        each(start, &block[start..])?;
    }
    Ok(())
}

/// Calls `each` with every record that is framed by its length, and where it begins.
#[inline]
fn each_framed<E>(
    block: &[u8],
    mut each: impl FnMut(usize, &[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut rest = block;
    while let Some((record, after)) = framed(rest) {
        each(block.len() - rest.len(), record)?;
        rest = after;
    }
    Ok(())
}

fn map_files<J, M: Mapper<J>>(
    cx: &MapContext<'_, J>,
    job: &mut J,
    out: &mut Emitter<M::Key, M::Value>,
    report: &mut TaskReport,
) -> Result<(), TaskError> {
    for split in &cx.task.splits {
        cx.records.trace.open(split);
        let remote = cx.records.trace.remote;
        let (monitor, is_source) = (cx.records.monitor, cx.records.is_source);
        let file = LocalFile::of(remote, split, cx.task, monitor, is_source)?;
        M::map_file(job, file.path(), split.source.name(), out)?;
        out.check()?;
        report.records_in += 1;
        report.bytes_in += file.bytes;
        cx.records.monitor.advance(1, file.bytes);
        if cx.records.monitor.is_cancelled() {
            return Err(TaskError::Cancelled);
        }
    }
    Ok(())
}

/// Writes out what the emitter holds.
fn finish<K, V>(out: Emitter<K, V>, report: &mut TaskReport) -> Result<(), TaskError> {
    report.records_out = out.emitted();
    let records = match out.into_sink() {
        Sink::Combine(queue) => queue.finish()?,
        Sink::Sort(records) => *records,
        Sink::Lines(lines) => {
            report.wrote(
                lines
                    .finish()
                    .map_err(TaskError::io("write the task's output"))?,
            );
            return Ok(());
        }
        Sink::Hold(_) | Sink::Closed => return Ok(()),
    };
    let runs = records.finish()?;
    report.records_out = runs.records();
    report.bytes_out = runs.bytes();
    report.spilled_bytes = runs.spilled();
    report.runs = Some(runs);
    Ok(())
}
