//! Checks between the methods of one step.

use serde::Deserialize;

use crate::emit::As;
use crate::error::StepError;
use crate::step::GroupKey;
use crate::{Emitter, Values};

/// What a reducer may take as key where the mapper emits a `T`.
#[diagnostic::on_unimplemented(
    message = "this step's mapper emits the key `{T}`, its reducer takes `{Self}`",
    label = "expected `{T}` or a borrowed form of it"
)]
pub trait ReducerKey<T, How> {}

#[diagnostic::do_not_recommend]
impl<A: As<T, How>, T, How> ReducerKey<T, How> for A {}

/// The key for the reducer.
///
/// # Errors
///
/// When the bytes aren't those of an `R`.
#[inline]
pub fn reducer_key<'g, T, R, How>(key: GroupKey<'g>) -> Result<R, StepError>
where
    R: ReducerKey<T, How> + Deserialize<'g>,
{
    key.decode()
}

/// What a reducer may take as values where the mapper emits a `T`.
#[diagnostic::on_unimplemented(
    message = "this step's mapper emits the value `{T}`, its reducer takes `{Self}`",
    label = "expected `{T}`"
)]
pub trait ReducerValue<T>: Sized {
    /// The same values.
    fn values(values: Values<'_, T>) -> Values<'_, Self>;
}

impl<T> ReducerValue<T> for T {
    #[inline]
    fn values(values: Values<'_, T>) -> Values<'_, T> {
        values
    }
}

/// The values for the reducer.
#[inline]
pub fn reducer_values<T, R: ReducerValue<T>>(values: Values<'_, T>) -> Values<'_, R> {
    R::values(values)
}

/// What a combiner may take as key where the mapper emits a `T`.
#[diagnostic::on_unimplemented(
    message = "a combiner cannot change types: this step's mapper emits `{T}`, its combiner has `{Self}`",
    label = "expected `{T}` or a borrowed form of it"
)]
pub trait CombinesKey<T, How> {}

#[diagnostic::do_not_recommend]
impl<A: As<T, How>, T, How> CombinesKey<T, How> for A {}

/// The key for the combiner.
///
/// # Errors
///
/// When the bytes aren't those of a `C`.
#[inline]
pub fn combiner_key<'g, T, C, How>(key: GroupKey<'g>) -> Result<C, StepError>
where
    C: CombinesKey<T, How> + Deserialize<'g>,
{
    key.decode()
}

/// What a combiner takes and emits where the mapper emits a `T`.
#[diagnostic::on_unimplemented(
    message = "a combiner cannot change types: this step's mapper emits `{T}`, its combiner has `{Self}`",
    label = "expected `{T}`"
)]
pub trait Combines<T>: Sized {
    /// The same values.
    fn values(values: Values<'_, T>) -> Values<'_, Self>;
    /// The same emitter, for the type of its keys.
    fn key_out<V>(out: &mut Emitter<T, V>) -> &mut Emitter<Self, V>;
    /// The same emitter, for the type of its values.
    fn value_out<K>(out: &mut Emitter<K, T>) -> &mut Emitter<K, Self>;
    /// The same value.
    fn acc(value: &mut T) -> &mut Self;
    /// The same value.
    fn next(value: T) -> Self;
}

impl<T> Combines<T> for T {
    #[inline]
    fn values(values: Values<'_, T>) -> Values<'_, T> {
        values
    }

    #[inline]
    fn key_out<V>(out: &mut Emitter<T, V>) -> &mut Emitter<T, V> {
        out
    }

    #[inline]
    fn value_out<K>(out: &mut Emitter<K, T>) -> &mut Emitter<K, T> {
        out
    }

    #[inline]
    fn acc(value: &mut T) -> &mut T {
        value
    }

    #[inline]
    fn next(value: T) -> T {
        value
    }
}

/// The values for the combiner.
#[inline]
pub fn combiner_values<T, C: Combines<T>>(values: Values<'_, T>) -> Values<'_, C> {
    C::values(values)
}

/// The emitter for the combiner.
#[inline]
pub fn combiner_out<K, CK, V, CV>(out: &mut Emitter<K, V>) -> &mut Emitter<CK, CV>
where
    CK: Combines<K>,
    CV: Combines<V>,
{
    CV::value_out(CK::key_out(out))
}

/// What a pairwise combiner adds to.
#[inline]
pub fn combiner_acc<T, C: Combines<T>>(acc: &mut T) -> &mut C {
    C::acc(acc)
}

/// What a pairwise combiner adds.
#[inline]
pub fn combiner_next<T, C: Combines<T>>(next: T) -> C {
    C::next(next)
}

/// What an `_init` or `_final` method may emit where its mapper, combiner or reducer emits a `T`.
#[diagnostic::on_unimplemented(
    message = "an `_init` or `_final` method emits what its mapper, combiner or reducer does: `{T}`, not `{Self}`",
    label = "expected `{T}`"
)]
pub trait HookEmits<T>: Sized {
    /// The same emitter, for the type of its keys.
    fn key_out<V>(out: &mut Emitter<T, V>) -> &mut Emitter<Self, V>;
    /// The same emitter, for the type of its values.
    fn value_out<K>(out: &mut Emitter<K, T>) -> &mut Emitter<K, Self>;
}

impl<T> HookEmits<T> for T {
    #[inline]
    fn key_out<V>(out: &mut Emitter<T, V>) -> &mut Emitter<T, V> {
        out
    }

    #[inline]
    fn value_out<K>(out: &mut Emitter<K, T>) -> &mut Emitter<K, T> {
        out
    }
}

/// The emitter for an `_init` or `_final` method.
#[inline]
pub fn hook_out<K, HK, V, HV>(out: &mut Emitter<K, V>) -> &mut Emitter<HK, HV>
where
    HK: HookEmits<K>,
    HV: HookEmits<V>,
{
    HV::value_out(HK::key_out(out))
}
