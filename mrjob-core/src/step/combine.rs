//! The two forms of a combiner, and none, as what a table of accumulators does with a key's values.

use std::marker::PhantomData;

use super::method::{Combiner, PairCombiner, Value};
use super::record::GroupKey;
use super::within::within;
use crate::emit::{Fault, Kept, Sink};
use crate::error::StepError;
use crate::values::ValuesSource;
use crate::{Arena, Emitter};

/// Room for values where a combiner leaves more than one.
const LEAST_ROOM: usize = 4;

/// The combiner of a step, of either form or none; `K` and `V` are what the step's mapper emits.
pub trait Combine<J, K, V>: sealed::Sealed + 'static {
    /// What a key's values are held as.
    type Held;
    /// The combiner's name, if there is one.
    const NAME: Option<&'static str>;

    #[doc(hidden)]
    fn init(_job: &mut J, _out: &mut Emitter<K, V>) -> Result<(), StepError> {
        Ok(())
    }

    #[doc(hidden)]
    fn finish(_job: &mut J, _out: &mut Emitter<K, V>) -> Result<(), StepError> {
        Ok(())
    }

    /// Holds a key's first value.
    #[doc(hidden)]
    fn hold(value: V) -> Self::Held;

    /// Adds a value to those held; by how many bytes the room for them grew elsewhere.
    #[doc(hidden)]
    fn add(
        cx: &mut Combining<'_, J, K, V>,
        held: &mut Self::Held,
        value: V,
    ) -> Result<usize, StepError>;

    /// Combines what is held for the last time and hands it out.
    #[doc(hidden)]
    fn release(
        cx: &mut Combining<'_, J, K, V>,
        held: Self::Held,
        each: &mut dyn FnMut(&V) -> Result<(), Fault>,
    ) -> Result<(), CombineError>;
}

/// What a combiner is called with.
#[doc(hidden)]
#[derive(Debug)]
pub struct Combining<'a, J, K, V> {
    pub(crate) job: &'a mut J,
    /// The encoded key.
    pub(crate) key: &'a [u8],
    /// A short one as a number too, where that is at hand.
    pub(crate) number: Option<u128>,
    pub(crate) arena: &'a mut Arena,
    pub(crate) scratch: &'a mut Vec<u8>,
    /// Takes what the combiner emits.
    pub(crate) out: &'a mut Emitter<K, V>,
}

/// Why combining failed.
#[doc(hidden)]
#[derive(Debug)]
pub enum CombineError {
    Step(StepError),
    Put(Fault),
}

impl From<StepError> for CombineError {
    fn from(error: StepError) -> Self {
        CombineError::Step(error)
    }
}

/// A step without a combiner.
#[derive(Debug)]
pub struct NoCombiner;

/// A step whose combiner takes pairs.
#[derive(Debug)]
pub struct Pairwise<C>(PhantomData<C>);

/// A step whose combiner takes values as a reducer does; a few are held a key and combined when there are enough.
#[derive(Debug)]
pub struct Buffered<C>(PhantomData<C>);

impl<J, K, V: Value> Combine<J, K, V> for NoCombiner {
    type Held = V;
    const NAME: Option<&'static str> = None;

    fn hold(value: V) -> V {
        value
    }

    fn add(_cx: &mut Combining<'_, J, K, V>, _held: &mut V, _value: V) -> Result<usize, StepError> {
        Ok(0)
    }

    fn release(
        _cx: &mut Combining<'_, J, K, V>,
        held: V,
        each: &mut dyn FnMut(&V) -> Result<(), Fault>,
    ) -> Result<(), CombineError> {
        each(&held).map_err(CombineError::Put)
    }
}

impl<J, K, V: Value, C: PairCombiner<J, Value = V> + 'static> Combine<J, K, V> for Pairwise<C> {
    type Held = V;
    const NAME: Option<&'static str> = Some(C::NAME);

    #[inline]
    fn hold(value: V) -> V {
        value
    }

    #[inline]
    fn add(cx: &mut Combining<'_, J, K, V>, held: &mut V, value: V) -> Result<usize, StepError> {
        C::combine(cx.job, held, value)?;
        Ok(0)
    }

    #[inline]
    fn release(
        _cx: &mut Combining<'_, J, K, V>,
        held: V,
        each: &mut dyn FnMut(&V) -> Result<(), Fault>,
    ) -> Result<(), CombineError> {
        each(&held).map_err(CombineError::Put)
    }
}

impl<J, K, V, C> Combine<J, K, V> for Buffered<C>
where
    K: super::Key,
    V: Value,
    C: Combiner<J, Key = K, Value = V> + 'static,
{
    type Held = Kept<V>;
    const NAME: Option<&'static str> = Some(C::NAME);

    fn init(job: &mut J, out: &mut Emitter<K, V>) -> Result<(), StepError> {
        C::init(job, out)
    }

    fn finish(job: &mut J, out: &mut Emitter<K, V>) -> Result<(), StepError> {
        C::finish(job, out)
    }

    #[inline]
    fn hold(value: V) -> Kept<V> {
        Kept::One(value)
    }

    #[inline]
    fn add(
        cx: &mut Combining<'_, J, K, V>,
        held: &mut Kept<V>,
        value: V,
    ) -> Result<usize, StepError> {
        match held {
            Kept::Many(values) if values.len() < values.capacity() => values.push(value),
            _ => {
                combine::<J, K, V, C>(cx, held, Some(value))?;
                return Ok(make_room(held));
            }
        }
        Ok(0)
    }

    fn release(
        cx: &mut Combining<'_, J, K, V>,
        mut held: Kept<V>,
        each: &mut dyn FnMut(&V) -> Result<(), Fault>,
    ) -> Result<(), CombineError> {
        if held.as_slice().len() > 1 {
            combine::<J, K, V, C>(cx, &mut held, None)?;
        }
        held.as_slice()
            .iter()
            .try_for_each(each)
            .map_err(CombineError::Put)
    }
}

/// A combiner that left more than one value gets more at a time, so that it isn't called for each; by how many bytes
/// what is held grew.
#[inline]
fn make_room<V>(held: &mut Kept<V>) -> usize {
    let Kept::Many(values) = held else {
        return 0;
    };
    let before = values.capacity();
    values.reserve_exact(values.len().max(LEAST_ROOM));
    (values.capacity() - before) * size_of::<V>()
}

/// Calls the combiner on the values held and `next`, and leaves what it emits for their key in their place.
#[inline]
fn combine<J, K, V, C>(
    cx: &mut Combining<'_, J, K, V>,
    held: &mut Kept<V>,
    next: Option<V>,
) -> Result<(), StepError>
where
    V: Value,
    C: Combiner<J, Key = K, Value = V>,
{
    if let Sink::Hold(out) = cx.out.sink() {
        match cx.number {
            Some(number) => out.enter_short(number, cx.key.len()),
            None => out.enter(cx.key),
        }
    }
    cx.arena.clear();
    let key = GroupKey::new(cx.key, cx.arena);
    let (mut many, mut fault) = (None, None);
    let one = match std::mem::replace(held, Kept::None) {
        Kept::None => None,
        Kept::One(value) => Some(value),
        Kept::Many(values) => {
            many = Some(values.into_iter());
            None
        }
    };
    let mut source = ValuesSource::typed(one, many.as_mut(), next, cx.scratch, &mut fault);
    let combined = C::combine(cx.job, key, source.values(), cx.out);
    // It comes first: the method may have failed for it.
    if let Some(error) = fault {
        return within(C::NAME, || Err(StepError::Record(error)));
    }
    combined?;
    if let Sink::Hold(out) = cx.out.sink() {
        *held = out.leave();
    }
    Ok(())
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::NoCombiner {}
    impl<C> Sealed for super::Pairwise<C> {}
    impl<C> Sealed for super::Buffered<C> {}
}
