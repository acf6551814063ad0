//! A reduce task: sorted runs in, a part of the output out.

use super::Monitor;
use super::map::codec;
use super::spec::{ReduceTask, TaskReport};
use super::trace::{TaskError, Trace};
use crate::emit::{Ends, PartWriter, Sink};
use crate::error::StepError;
use crate::job::{Make, Settings};
use crate::key::Checked;
use crate::key::order::{Compare, GroupOrder, Neighbours, OrderError};
use crate::protocol::Protocol;
use crate::shuffle::{Groups, Merge, MergeOptions, ShuffleError, ValueBytes};
use crate::step::{GroupKey, Reducer, Value};
use crate::values::ValuesSource;
use crate::{Arena, Emitter, key};

/// Groups after which a task looks up from its work.
const LOOK_UP: u64 = 1024;

/// What a reduce task works with.
pub(crate) struct ReduceContext<'a, J> {
    pub(crate) make: &'a Make<J>,
    pub(crate) task: &'a ReduceTask,
    pub(crate) monitor: &'a Monitor,
    pub(crate) trace: &'a Trace,
    /// What a task reads and writes that streams.
    pub(crate) ends: Ends<'a>,
}

/// Runs a reduce task; `W` is what its output is in.
pub(crate) fn reduce<J, R, W>(cx: &ReduceContext<'_, J>) -> Result<TaskReport, TaskError>
where
    J: Settings,
    R: Reducer<J>,
    W: Protocol,
{
    let mut options = MergeOptions::new(cx.task.memory, cx.task.temp_dir.clone());
    options.sort_values = J::SORT_VALUES;
    options.max_open_files = cx.task.max_open_files;
    let mut merged;
    let groups: &mut dyn Groups = match cx.ends.groups() {
        Some(streamed) => streamed,
        None => {
            merged = Merge::open(&cx.task.runs, &cx.task.slice, options)?;
            &mut merged
        }
    };
    let to = PartWriter::create(&cx.task.target, &cx.ends)?;
    let out = Emitter::new(Sink::lines::<W>(to));
    let order = InOrder {
        by: R::order(),
        end: cx.task.slice.end(),
    };
    let out = reduce_groups::<J, R>(cx.make, groups, order, out, cx.monitor, cx.trace)?;
    let mut report = TaskReport::default();
    (report.records_in, report.bytes_in) = groups.progress();
    if let Sink::Lines(lines) = out.into_sink() {
        report.wrote(
            lines
                .finish()
                .map_err(TaskError::io("write the task's output"))?,
        );
    }
    Ok(report)
}

/// In which order groups come.
pub(crate) struct InOrder<'a, K, V> {
    /// What keys and values are held against.
    pub(crate) by: GroupOrder<K, V>,
    /// The key that the next task begins with, so that the order of the last group is known, too.
    pub(crate) end: Option<&'a [u8]>,
}

impl<K, V> Default for InOrder<'_, K, V> {
    /// The order of lines of text, which is no type's.
    fn default() -> Self {
        InOrder {
            by: GroupOrder::default(),
            end: None,
        }
    }
}

/// Calls the reducer on every group.
pub(crate) fn reduce_groups<J, R>(
    make: &Make<J>,
    groups: &mut dyn Groups,
    order: InOrder<'_, R::InKey, R::InValue>,
    mut out: Emitter<R::Key, R::Value>,
    monitor: &Monitor,
    trace: &Trace,
) -> Result<Emitter<R::Key, R::Value>, TaskError>
where
    J: Settings,
    R: Reducer<J>,
{
    let mut job = make().map_err(TaskError::Job)?;
    let (mut arena, mut values_arena) = (Arena::default(), Arena::default());
    let mut unreadable = None;
    let mut count = 0;
    let mut seen = (0, 0);
    // Most key types were proved before there were data.
    let verify = match key::check::<R::InKey>() {
        Ok(Checked::Partly) => Some(key::verify::<R::InKey>),
        _ => None,
    };
    let mut keys = order.by.keys.map(Neighbours::keys);
    let values_order = order.by.values.filter(|_| J::SORT_VALUES);
    trace.method.set(Some(R::NAME));
    R::init(&mut job, &mut out)?;
    out.check()?;
    while let Some((encoded, values)) = groups.next_group()? {
        if let Some(keys) = &mut keys {
            keys.follow(encoded)?;
        }
        if let Some(verify) = verify {
            verify(encoded).map_err(|error| StepError::Record(error.into()))?;
        }
        let in_group = trace.enter_group::<R::InKey>(encoded);
        let mut reduce = |values: &mut dyn ValueBytes| {
            let mut source =
                ValuesSource::encoded(values, codec::<J>(), &mut values_arena, &mut unreadable);
            let key = GroupKey::new(encoded, &arena);
            R::reduce(&mut job, key, source.values(), &mut out)
        };
        let reduced = match values_order {
            None => reduce(values).map_err(TaskError::from),
            Some(compare) => {
                let mut ordered = Ordered::<R::InValue>::new(values, compare);
                let reduced = reduce(&mut ordered);
                ordered.finish(reduced)
            }
        };
        // It comes first: the method may have failed for it.
        if let Some(error) = unreadable.take() {
            return Err(StepError::Record(error).into());
        }
        reduced?;
        out.check()?;
        in_group.leave();
        arena.clear();
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
    if let (Some(keys), Some(end)) = (&mut keys, order.end) {
        keys.follow(end)?;
    }
    R::finish(&mut job, &mut out)?;
    out.check()?;
    trace.method.set(None);
    Ok(out)
}

/// The values of a group, each held against the one before it.
struct Ordered<'a, V> {
    values: &'a mut dyn ValueBytes,
    neighbours: Neighbours<V>,
    /// What ended the values early.
    fault: Option<OrderError>,
}

impl<'a, V: Value> Ordered<'a, V> {
    fn new(values: &'a mut dyn ValueBytes, compare: Compare<V>) -> Self {
        Ordered {
            values,
            neighbours: Neighbours::values(compare),
            fault: None,
        }
    }

    /// Reads what a reducer that returned `reduced` has left: the first of its values may have been the wrong ones.
    fn finish(mut self, reduced: Result<(), StepError>) -> Result<(), TaskError> {
        if self.fault.is_none() {
            reduced?;
            while self.next_value()?.is_some() {}
        }
        self.fault.map_or(Ok(()), |fault| Err(fault.into()))
    }
}

impl<V: Value> ValueBytes for Ordered<'_, V> {
    fn next_value(&mut self) -> Result<Option<&[u8]>, ShuffleError> {
        if self.fault.is_some() {
            return Ok(None);
        }
        let next = self.values.next_value()?;
        if let Some(encoded) = next
            && let Err(fault) = self.neighbours.follow(encoded)
        {
            self.fault = Some(fault);
            return Ok(None);
        }
        Ok(next)
    }
}
