//! A map task's table of accumulators: what stands between a queue of emits and sorted runs when a step combines.

use std::marker::PhantomData;
use std::mem::{self, needs_drop};

use crate::emit::{Batch, Drain, Drained, Fault, Queue, Records, Sink, ValueCodec, heavy};
use crate::shuffle::{CombineTable, HashedKey, Prefetcher, RunsWriter, ShuffleOptions, Sorter};
use crate::step::{Combine, CombineError, Combining, Key, Value, note_failed_key, within_key};
use crate::task::trace::show_key;
use crate::value::weigh;
use crate::{Arena, Emitter};

/// Emits after which it is first asked whether combining pays.
const TRIAL: u64 = 1 << 18;

/// The table, the combiner and the combiner's own instance of the job.
pub(crate) struct Fold<J, K, V, C: Combine<J, K, V>> {
    job: J,
    table: CombineTable<C::Held>,
    writer: RunsWriter,
    options: ShuffleOptions,
    codec: ValueCodec,
    /// What the combiner emits.
    out: Emitter<K, V>,
    arena: Arena,
    scratch: Vec<u8>,
    /// Emits since the table was last empty.
    taken: u64,
    /// About how many bytes the accumulators own outside the table.
    owned: usize,
    /// Bytes of the budget that are left to others.
    lent: usize,
    _combiner: PhantomData<C>,
}

impl<J, K, V, C> Fold<J, K, V, C>
where
    J: 'static,
    K: Key,
    V: Value,
    C: Combine<J, K, V>,
{
    /// A queue whose emits are folded by `C` and written as runs as `options` say.
    pub(crate) fn queue(
        job: J,
        options: ShuffleOptions,
        codec: ValueCodec,
    ) -> Result<Queue<V>, Fault> {
        let mut fold = Fold::<J, K, V, C> {
            job,
            table: CombineTable::new(options.memory),
            writer: RunsWriter::new(&options)?,
            options,
            codec,
            out: Emitter::new(Sink::hold()),
            arena: Arena::default(),
            scratch: Vec::new(),
            taken: 0,
            owned: 0,
            lent: 0,
            _combiner: PhantomData,
        };
        C::init(&mut fold.job, &mut fold.out).map_err(Fault::Combiner)?;
        fold.take_strays()?;
        Ok(Queue::new(Box::new(fold)))
    }

    #[inline]
    fn take(&mut self, key: &HashedKey, long: &[u8], value: V) -> Result<(), Fault> {
        let mut grew = Ok(0);
        let add = |held: &mut C::Held, value| {
            let mut inline = [0; 16];
            let cx = &mut Combining {
                job: &mut self.job,
                key: key.bytes(long, &mut inline),
                number: key.number(),
                arena: &mut self.arena,
                scratch: &mut self.scratch,
                out: &mut self.out,
            };
            grew = C::add(cx, held, value);
        };
        // Bytes are made of the key when there is something to say of it.
        let failing = Failing::<K> {
            key,
            long,
            of: PhantomData,
        };
        self.table.upsert(key, long, value, C::hold, add);
        self.owned += grew.map_err(Fault::Combiner)?;
        mem::forget(failing);
        Ok(())
    }

    /// Values that the combiner emitted for other keys.
    fn take_strays(&mut self) -> Result<(), Fault> {
        self.out.check()?;
        loop {
            let strays = match self.out.sink() {
                Sink::Hold(held) => held.take_strays(),
                _ => Vec::new(),
            };
            if strays.is_empty() {
                return Ok(());
            }
            for (key, value) in strays {
                if needs_drop::<V>() {
                    self.owned += weigh(&value).owned;
                }
                self.take(&HashedKey::new(&key), &key, value)?;
            }
        }
    }

    /// Whether what is held and `more` bytes are more than the memory.
    fn is_full(&self, more: usize) -> bool {
        let table = if self.table.must_grow_for(Queue::<V>::LENGTH) {
            self.table.memory_after_growth()
        } else {
            self.table.memory()
        };
        table + self.owned + self.lent + more + self.writer.memory() > self.options.memory
    }

    fn spill(&mut self) -> Result<(), Fault> {
        let (mut encoded, codec, writer) = (Vec::new(), self.codec, &mut self.writer);
        let (job, arena, out) = (&mut self.job, &mut self.arena, &mut self.out);
        let scratch = &mut self.scratch;
        self.table
            .drain_sorted(self.options.partitioning, |partition, key, held| {
                let cx = &mut Combining {
                    job,
                    key,
                    number: None,
                    arena,
                    scratch,
                    out,
                };
                let mut sorted: Vec<Vec<u8>> = Vec::new();
                let mut write = |value: &V| {
                    encoded.clear();
                    codec.encode(value, &mut encoded).map_err(Fault::Pair)?;
                    match codec {
                        ValueCodec::Compact => Ok(writer.push(partition, key, &encoded)?),
                        // A combiner leaves its values in any order, and a run has them in theirs.
                        ValueCodec::Ordered => {
                            sorted.push(encoded.clone());
                            Ok(())
                        }
                    }
                };
                let released = within_key(key, show_key::<K>, || C::release(cx, held, &mut write));
                released.map_err(|error| match error {
                    CombineError::Step(error) => Fault::Combiner(error),
                    CombineError::Put(fault) => fault,
                })?;
                sorted.sort_unstable();
                for value in &sorted {
                    writer.push(partition, key, value)?;
                }
                Ok::<(), Fault>(())
            })?;
        self.writer.end_run()?;
        self.taken = 0;
        self.owned = 0;
        self.take_strays()
    }

    /// Whether fewer than one emit in eight found its key in the table.
    fn is_in_vain(&self) -> bool {
        self.table.len() as u64 > self.taken - self.taken / 8
    }
}

/// Notes the key whose values are combined when it is dropped: by an error or by a panic.
struct Failing<'k, K: Key> {
    key: &'k HashedKey,
    long: &'k [u8],
    of: PhantomData<fn(K)>,
}

impl<K: Key> Drop for Failing<'_, K> {
    // Inlined, so that nothing is stored for it where nothing fails.
    #[inline(always)]
    fn drop(&mut self) {
        note_failing::<K>(self.key, self.long);
    }
}

#[cold]
#[inline(never)]
fn note_failing<K: Key>(key: &HashedKey, long: &[u8]) {
    note_failed_key(show_key::<K>(key.bytes(long, &mut [0; 16])));
}

impl<J, K, V, C> Drain<V> for Fold<J, K, V, C>
where
    J: 'static,
    K: Key,
    V: Value,
    C: Combine<J, K, V>,
{
    fn prefetcher(&self) -> Prefetcher {
        self.table.prefetcher()
    }

    fn memory(&self) -> usize {
        self.options.memory
    }

    fn drain(&mut self, batch: &mut Batch<V>) -> Result<Drained, Fault> {
        let more = batch.memory();
        let is_heavy = more > heavy(self.options.memory);
        if is_heavy && self.is_full(more) {
            self.spill()?;
        }
        let before = self.taken;
        self.taken += batch.waiting.len() as u64;
        for waiting in batch.waiting.drain(..) {
            let long = &batch.long[waiting.at..waiting.at + waiting.key.long_len()];
            self.take(&waiting.key, long, waiting.value)?;
        }
        batch.long.clear();
        if is_heavy {
            batch.long = Vec::new();
        }
        self.owned += std::mem::take(&mut batch.owned);
        self.take_strays()?;
        let tried = before < TRIAL && self.taken >= TRIAL;
        let full = self.is_full(0);
        let in_vain = (tried || full) && self.is_in_vain();
        if full {
            self.spill()?;
        }
        Ok(if in_vain {
            Drained::NotWorthIt
        } else {
            Drained::Done
        })
    }

    fn make_room(&mut self, bytes: usize) -> Result<(), Fault> {
        self.lent = bytes;
        if self.is_full(0) {
            self.spill()?;
            // An empty table keeps its slots.
            self.table = CombineTable::new(self.options.memory);
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Records, Fault> {
        C::finish(&mut self.job, &mut self.out).map_err(Fault::Combiner)?;
        self.take_strays()?;
        while !self.table.is_empty() {
            self.spill()?;
        }
        let mut sorter = Sorter::with_writer(self.options, self.writer);
        sorter.make_room_for(self.lent)?;
        Ok(Records::new(sorter, self.codec))
    }
}
