//! [`Emitter`]: where a mapper's, combiner's or reducer's pairs go.

use std::fmt;

use serde::Serialize;

use super::fault::Fault;
use super::held::Held;
use super::lines::Lines;
use super::queue::{Drained, Queue};
use super::records::Records;
use super::{As, PartWriter};
use crate::protocol::Protocol;

/// Takes the pairs that a method of the job emits.
///
/// Keys and values are encoded at once or copied into memory that is reused: emitting a `&str` where `K` is `String`
/// allocates nothing. What goes wrong while a pair is put away (a key that can't be one, a full disk) fails the task
/// when the method returns.
pub struct Emitter<K, V> {
    sink: Sink<K, V>,
    emitted: u64,
    fault: Option<Fault>,
}

/// Where pairs go.
pub(crate) enum Sink<K, V> {
    /// To a table of accumulators, through a queue.
    Combine(Box<Queue<V>>),
    /// To be sorted as they are.
    Sort(Box<Records>),
    /// To a part of the output, in a protocol.
    Lines(Box<Lines<K, V>>),
    /// Back to the group being combined.
    Hold(Box<Held<V>>),
    /// Nowhere: what took them has failed.
    Closed,
}

impl<K, V> Sink<K, V> {
    /// To a table of accumulators, through a queue.
    pub(crate) fn combine(queue: Queue<V>) -> Self {
        Sink::Combine(Box::new(queue))
    }

    /// To be sorted as they are.
    pub(crate) fn sort(records: Records) -> Self {
        Sink::Sort(Box::new(records))
    }

    /// To `to`, in the protocol `P`.
    pub(crate) fn lines<P: Protocol>(to: PartWriter) -> Self
    where
        K: Serialize,
        V: Serialize,
    {
        Sink::Lines(Box::new(Lines::new::<P>(to)))
    }

    /// Back to a group being combined.
    pub(crate) fn hold() -> Self {
        Sink::Hold(Box::new(Held::new()))
    }
}

impl<K, V> Emitter<K, V> {
    pub(crate) fn new(sink: Sink<K, V>) -> Self {
        Emitter {
            sink,
            emitted: 0,
            fault: None,
        }
    }

    /// Emits a pair.
    ///
    /// `key` and `value` are a `K` and a `V`, or what encodes exactly as them: see [`As`].
    #[inline]
    pub fn emit<M, N>(&mut self, key: impl As<K, M> + Serialize, value: impl As<V, N> + Serialize) {
        self.emitted += 1;
        let put = match &mut self.sink {
            Sink::Combine(queue) => match queue.push(&key, value) {
                Ok(Drained::Waiting) => return,
                Ok(Drained::Done) => Ok(()),
                Ok(Drained::NotWorthIt) => self.stop_combining(),
                Err(fault) => Err(fault),
            },
            Sink::Sort(records) => records.push(&key, &value),
            Sink::Lines(lines) => lines.push(key, value),
            Sink::Hold(held) => held.push(&key, value),
            Sink::Closed => return,
        };
        if let Err(fault) = put {
            self.fail(fault);
        }
    }

    /// Pairs emitted so far.
    pub(crate) fn emitted(&self) -> u64 {
        self.emitted
    }

    /// Leaves `bytes` of the task's memory to others, from now on.
    pub(crate) fn make_room(&mut self, bytes: usize) -> Result<(), Fault> {
        match &mut self.sink {
            Sink::Combine(queue) => queue.make_room(bytes),
            Sink::Sort(records) => Ok(records.make_room(bytes)?),
            Sink::Lines(_) | Sink::Hold(_) | Sink::Closed => Ok(()),
        }
    }

    /// The first fault, if there was one.
    #[inline]
    pub(crate) fn check(&mut self) -> Result<(), Fault> {
        match self.fault {
            None => Ok(()),
            Some(_) => self.fault.take().map_or(Ok(()), Err),
        }
    }

    pub(crate) fn sink(&mut self) -> &mut Sink<K, V> {
        &mut self.sink
    }

    pub(crate) fn into_sink(self) -> Sink<K, V> {
        self.sink
    }

    #[cold]
    fn fail(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
    }

    #[cold]
    fn stop_combining(&mut self) -> Result<(), Fault> {
        if let Sink::Combine(queue) = std::mem::replace(&mut self.sink, Sink::Closed) {
            self.sink = Sink::sort(queue.finish()?);
        }
        Ok(())
    }
}

impl<K, V> fmt::Debug for Emitter<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emitter")
            .field("emitted", &self.emitted)
            .finish_non_exhaustive()
    }
}
