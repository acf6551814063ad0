//! A step's phases with lines between them, sorted by somebody else: a pair is JSON, TAB, JSON, as [`Json`] writes it.

use std::io::{BufRead, BufReader, Read};
use std::marker::PhantomData;

use super::Pipes;
use crate::emit::{Fault, PartWriter, Sink, ValueCodec};
use crate::job::{Make, Settings};
use crate::protocol::{Json, Protocol};
use crate::shuffle::{Groups, ShuffleError, ValueBytes};
use crate::step::{Combine, CombineError, Combining, Key, Mapper, Reducer, Value};
use crate::task::TaskReport;
use crate::task::input::Blocks;
use crate::task::map::{RecordContext, codec, map_records};
use crate::task::reduce::{InOrder, reduce_groups};
use crate::task::trace::TaskError;
use crate::values::ValuesSource;
use crate::{Arena, BoxError, Emitter, key};

/// What a streaming task works with.
pub(crate) struct StreamContext<'a, J> {
    pub(crate) make: &'a Make<J>,
    pub(crate) pipes: Pipes,
    pub(crate) records: RecordContext<'a>,
}

/// Input lines to shuffle lines, or to output lines where the step has no reducer.
pub(crate) fn map<J, M, P, W>(cx: StreamContext<'_, J>) -> Result<TaskReport, TaskError>
where
    J: Settings,
    M: Mapper<J>,
    P: Protocol,
    W: Protocol,
{
    let mut job = (cx.make)().map_err(TaskError::Job)?;
    let mut out = Emitter::new(Sink::lines::<W>(PartWriter::Stream(cx.pipes.output)));
    let mut report = TaskReport::default();
    cx.records.trace.method.set(Some(M::NAME));
    M::init(&mut job, &mut out)?;
    out.check()?;
    // Behind a filter it has a name.
    #[cfg(feature = "streaming")]
    let is_unnamed = cx.records.trace.split.borrow().is_none();
    #[cfg(feature = "streaming")]
    if let Some(split) = super::piped().filter(|_| is_unnamed) {
        cx.records.trace.open(&split);
    }
    let blocks = Blocks::stream(cx.pipes.input, P::FRAMING, cx.records.longest);
    map_records::<J, M, P>(
        &cx.records,
        blocks,
        "standard input",
        &mut job,
        &mut out,
        &mut report,
    )?;
    #[cfg(feature = "streaming")]
    cx.records.trace.close();
    M::finish(&mut job, &mut out)?;
    finished(out, report)
}

/// Sorted shuffle lines to output lines.
pub(crate) fn reduce<J, R, W>(cx: StreamContext<'_, J>) -> Result<TaskReport, TaskError>
where
    J: Settings,
    R: Reducer<J>,
    W: Protocol,
{
    let mut groups = LineGroups::<R::InKey, R::InValue>::new(cx.pipes.input, codec::<J>());
    let out = Emitter::new(Sink::lines::<W>(PartWriter::Stream(cx.pipes.output)));
    let out = reduce_groups::<J, R>(
        cx.make,
        &mut groups,
        InOrder::default(),
        out,
        cx.records.monitor,
        cx.records.trace,
    )?;
    let (records_in, bytes_in) = groups.progress();
    let report = TaskReport {
        records_in,
        bytes_in,
        ..TaskReport::default()
    };
    finished(out, report)
}

/// Sorted shuffle lines to fewer shuffle lines.
pub(crate) fn combine<J, K, V, C>(cx: StreamContext<'_, J>) -> Result<TaskReport, TaskError>
where
    J: Settings,
    K: Key,
    V: Value,
    C: Combine<J, K, V>,
{
    let mut job = (cx.make)().map_err(TaskError::Job)?;
    let mut groups = LineGroups::<K, V>::new(cx.pipes.input, ValueCodec::Compact);
    let mut held = Emitter::new(Sink::hold());
    let mut out = Emitter::<K, V>::new(Sink::lines::<Json>(PartWriter::Stream(cx.pipes.output)));
    let (mut arena, mut values_arena) = (Arena::default(), Arena::default());
    cx.records.trace.method.set(C::NAME);
    C::init(&mut job, &mut held).map_err(TaskError::Step)?;
    write_strays(&mut held, &mut out)?;
    while let Some((encoded, bytes)) = groups.next_group()? {
        let in_group = cx.records.trace.enter_group::<K>(encoded);
        let key_arena = Arena::default();
        let group_key: K = key::decode(encoded, &key_arena).map_err(|e| Fault::Pair(e.into()))?;
        let (mut fault, mut scratch) = (None, Vec::new());
        let combining = &mut Combining {
            job: &mut job,
            key: encoded,
            number: None,
            arena: &mut arena,
            scratch: &mut scratch,
            out: &mut held,
        };
        let mut all = None;
        let codec = ValueCodec::Compact;
        let mut source = ValuesSource::<V>::encoded(bytes, codec, &mut values_arena, &mut fault);
        for value in source.values() {
            match &mut all {
                None => all = Some(C::hold(value)),
                Some(all) => drop(C::add(combining, all, value)?),
            }
        }
        if let Some(error) = fault {
            return Err(Fault::Pair(error).into());
        }
        if let Some(all) = all {
            C::release(combining, all, &mut |value| {
                write_pair(&mut out, &group_key, value)
            })
            .map_err(|error| match error {
                CombineError::Step(error) => TaskError::Step(error),
                CombineError::Put(fault) => TaskError::Fault(fault),
            })?;
        }
        in_group.leave();
        write_strays(&mut held, &mut out)?;
    }
    C::finish(&mut job, &mut held).map_err(TaskError::Step)?;
    write_strays(&mut held, &mut out)?;
    let (records_in, bytes_in) = groups.progress();
    let report = TaskReport {
        records_in,
        bytes_in,
        ..TaskReport::default()
    };
    finished(out, report)
}

/// Writes what a combiner emitted for other keys than its group's.
fn write_strays<K: Key, V>(held: &mut Emitter<K, V>, out: &mut Emitter<K, V>) -> Result<(), Fault> {
    held.check()?;
    let Sink::Hold(held) = held.sink() else {
        return Ok(());
    };
    for (encoded, value) in held.take_strays() {
        let arena = Arena::default();
        let key: K = key::decode(&encoded, &arena).map_err(|e| Fault::Pair(e.into()))?;
        write_pair(out, &key, &value)?;
    }
    Ok(())
}

/// Writes a pair as it stands.
fn write_pair<K, V>(out: &mut Emitter<K, V>, key: &K, value: &V) -> Result<(), Fault> {
    match out.sink() {
        Sink::Lines(lines) => lines.push_ref(key, value),
        _ => Ok(()),
    }
}

fn finished<K, V>(mut out: Emitter<K, V>, mut report: TaskReport) -> Result<TaskReport, TaskError> {
    out.check()?;
    if let Sink::Lines(lines) = out.into_sink() {
        report.wrote(
            lines
                .finish()
                .map_err(TaskError::io("write to standard output"))?,
        );
    }
    Ok(report)
}

/// Groups of sorted lines of JSON, TAB, JSON.
struct LineGroups<K, V> {
    key: Vec<u8>,
    lines: SortedLines<K, V>,
}

/// Sorted lines, and how far their groups were handed out.
struct SortedLines<K, V> {
    from: BufReader<Box<dyn Read + Send>>,
    codec: ValueCodec,
    line: Vec<u8>,
    count: u64,
    bytes: u64,
    /// The key of the current group.
    group: Vec<u8>,
    /// The pair that was read last and not handed out.
    next: (Vec<u8>, Vec<u8>),
    /// The value that was handed out last.
    value: Vec<u8>,
    at: At,
    _types: PhantomData<fn() -> (K, V)>,
}

/// What the pair that was read last is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// There is none yet.
    Start,
    /// The first of another group.
    NextGroup,
    /// One more of the current group.
    NextValue,
    /// There is none any more.
    End,
}

impl<K: Key, V: Value> LineGroups<K, V> {
    fn new(from: Box<dyn Read + Send>, codec: ValueCodec) -> Self {
        let lines = SortedLines {
            from: BufReader::with_capacity(256 << 10, from),
            codec,
            line: Vec::new(),
            count: 0,
            bytes: 0,
            group: Vec::new(),
            next: (Vec::new(), Vec::new()),
            value: Vec::new(),
            at: At::Start,
            _types: PhantomData,
        };
        LineGroups {
            key: Vec::new(),
            lines,
        }
    }
}

impl<K: Key, V: Value> Groups for LineGroups<K, V> {
    fn next_group(&mut self) -> Result<Option<(&[u8], &mut dyn ValueBytes)>, ShuffleError> {
        while self.lines.at == At::NextValue {
            self.lines.next_value()?;
        }
        if self.lines.at == At::Start {
            self.lines.read()?;
        }
        if self.lines.at == At::End {
            return Ok(None);
        }
        self.lines.at = At::NextValue;
        self.lines.group.clone_from(&self.lines.next.0);
        self.key.clone_from(&self.lines.group);
        Ok(Some((&self.key, &mut self.lines)))
    }

    fn progress(&self) -> (u64, u64) {
        (self.lines.count, self.lines.bytes)
    }
}

impl<K: Key, V: Value> ValueBytes for SortedLines<K, V> {
    fn next_value(&mut self) -> Result<Option<&[u8]>, ShuffleError> {
        if self.at != At::NextValue {
            return Ok(None);
        }
        std::mem::swap(&mut self.value, &mut self.next.1);
        self.read()?;
        Ok(Some(&self.value))
    }
}

impl<K: Key, V: Value> SortedLines<K, V> {
    /// Reads the next pair.
    fn read(&mut self) -> Result<(), ShuffleError> {
        self.line.clear();
        self.count += 1;
        let failed = |line| move |source| ShuffleError::Line { line, source };
        let read = self.from.read_until(b'\n', &mut self.line);
        let read = read.map_err(|error| failed(self.count)(error.into()))?;
        if read == 0 {
            self.count -= 1;
            self.at = At::End;
            return Ok(());
        }
        self.bytes += read as u64;
        self.encode().map_err(failed(self.count))?;
        self.at = if self.next.0 == self.group && self.at != At::Start {
            At::NextValue
        } else {
            At::NextGroup
        };
        Ok(())
    }

    /// The line as an encoded pair.
    fn encode(&mut self) -> Result<(), BoxError> {
        let arena = Arena::default();
        let line = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        let (key, value): (K, V) = Json::read(line, &arena)?;
        self.next.0.clear();
        self.next.1.clear();
        key::encode(&key, &mut self.next.0)?;
        self.codec.encode(&value, &mut self.next.1)
    }
}
