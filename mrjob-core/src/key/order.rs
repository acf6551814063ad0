//! A type's own order, held against that of its encoding.
//!
//! Encoded keys are compared byte by byte, and `Ord` may say otherwise: `Reverse<u64>`, an `impl Ord` of the user's, a path.
//! So where a type has an `Ord` that isn't known to agree ([`InOrder`]), each key is decoded and compared with the one
//! before it, and each value with `sort_values`. A difference ends the job.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeSet, VecDeque};
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::{self, Saturating, Wrapping};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Desc, Encoded, KeyError, decode};
use crate::Arena;
use crate::type_name::plain_name;

/// Compares two values of a type.
pub type Compare<T> = fn(&T, &T) -> Ordering;

/// How the keys and values of a reducer's groups are to be compared; `None` where their encoded order will do.
#[derive(Debug)]
pub struct GroupOrder<K, V> {
    /// The keys' own order.
    pub keys: Option<Compare<K>>,
    /// The values' own order, for jobs with `sort_values`.
    pub values: Option<Compare<V>>,
}

impl<K, V> Default for GroupOrder<K, V> {
    /// Compares nothing.
    fn default() -> Self {
        GroupOrder {
            keys: None,
            values: None,
        }
    }
}

/// Types whose `Ord` is known to be the order of their encoding.
pub trait InOrder {}

/// Asks the compiler for a type's order: `(&&&Of::<T>::new()).order()` takes the first of [`Agreed`], [`Own`] and
/// [`Unordered`] that holds, as it finds the one with the most references first.
#[derive(Debug)]
pub struct Of<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized> Of<T> {
    /// The question.
    #[expect(
        clippy::new_without_default,
        reason = "generated code alone asks, for one type at a time"
    )]
    pub const fn new() -> Self {
        Of(PhantomData)
    }
}

/// The answer for types that are [`InOrder`]: nothing to compare.
pub trait Agreed<T> {
    /// No comparison.
    fn order(&self) -> Option<Compare<T>> {
        None
    }
}

impl<T: InOrder> Agreed<T> for &&Of<T> {}

/// The answer for types with an order of their own.
pub trait Own<T: Ord> {
    /// The type's `Ord`.
    fn order(&self) -> Option<Compare<T>> {
        Some(T::cmp)
    }
}

impl<T: Ord> Own<T> for &Of<T> {}

/// The answer for types without an order, such as floats and structs that don't derive `Ord`.
pub trait Unordered<T> {
    /// No comparison.
    fn order(&self) -> Option<Compare<T>> {
        None
    }
}

impl<T> Unordered<T> for Of<T> {}

macro_rules! in_order {
    ($($ty:ty,)*) => {$( impl InOrder for $ty {} )*};
}

in_order! {
    bool, char, str, String, (), Duration, Ipv4Addr, Ipv6Addr, IpAddr,
    u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize,
    num::NonZeroU8, num::NonZeroU16, num::NonZeroU32, num::NonZeroU64, num::NonZeroU128, num::NonZeroUsize,
    num::NonZeroI8, num::NonZeroI16, num::NonZeroI32, num::NonZeroI64, num::NonZeroI128, num::NonZeroIsize,
}

impl<T: InOrder> InOrder for Wrapping<T> {}
impl<T: InOrder> InOrder for Saturating<T> {}
impl<T: InOrder> InOrder for Option<T> {}
impl<T: InOrder> InOrder for [T] {}
impl<T: InOrder, const N: usize> InOrder for [T; N] {}
impl<T: InOrder> InOrder for Vec<T> {}
impl<T: InOrder> InOrder for VecDeque<T> {}
impl<T: InOrder> InOrder for BTreeSet<T> {}
impl<T: InOrder + ?Sized> InOrder for Box<T> {}
impl<T: InOrder + ?Sized> InOrder for Rc<T> {}
impl<T: InOrder + ?Sized> InOrder for Arc<T> {}
impl<T: InOrder + ToOwned + ?Sized> InOrder for Cow<'_, T> {}
impl<T: InOrder> InOrder for Desc<T> {}
impl<T> InOrder for Encoded<T> {}

macro_rules! tuples {
    () => {};
    ($first:ident $($rest:ident)*) => {
        impl<$first: InOrder, $($rest: InOrder,)*> InOrder for ($first, $($rest,)*) {}
        tuples!($($rest)*);
    };
}

tuples! { A B C D E F G H I J K L M N O P }

/// What follows one another in a task's input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Keys,
    Values,
}

/// Holds encoded keys, or values of a group, one after the other against their type's own order.
#[derive(Debug)]
pub(crate) struct Neighbours<T> {
    what: What,
    compare: Compare<T>,
    last: Option<T>,
    arena: Arena,
}

impl<T: Serialize + DeserializeOwned> Neighbours<T> {
    /// Compares keys, no two of them equal.
    pub(crate) fn keys(compare: Compare<T>) -> Self {
        Self::new(What::Keys, compare)
    }

    /// Compares the values of one group.
    pub(crate) fn values(compare: Compare<T>) -> Self {
        Self::new(What::Values, compare)
    }

    fn new(what: What, compare: Compare<T>) -> Self {
        Neighbours {
            what,
            compare,
            last: None,
            arena: Arena::default(),
        }
    }

    /// Compares `encoded` with what came before it.
    pub(crate) fn follow(&mut self, encoded: &[u8]) -> Result<(), OrderError> {
        self.arena.clear();
        let next: T = decode(encoded, &self.arena)?;
        if let Some(last) = &self.last {
            match ((self.compare)(last, &next), self.what) {
                (Ordering::Less, _) | (Ordering::Equal, What::Values) => {}
                (Ordering::Equal, What::Keys) => return Err(equal(last, &next)),
                (Ordering::Greater, what) => return Err(reversed(what, last, &next)),
            }
        }
        self.last = Some(next);
        Ok(())
    }
}

#[cold]
fn equal<T: Serialize>(first: &T, second: &T) -> OrderError {
    OrderError::Equal {
        type_name: plain_name::<T>(),
        first: shown(first),
        second: shown(second),
    }
}

#[cold]
fn reversed<T: Serialize>(what: What, first: &T, second: &T) -> OrderError {
    let type_name = plain_name::<T>();
    let (first, second) = (shown(first), shown(second));
    match what {
        What::Keys => OrderError::Keys {
            type_name,
            first,
            second,
        },
        What::Values => OrderError::Values {
            type_name,
            first,
            second,
        },
    }
}

/// A value as JSON, for a message.
fn shown<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "(a value that isn't JSON)".to_owned())
}

/// Why a group can't be handed out: its type's order isn't that of the encoding.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OrderError {
    /// A key comes before another that its type puts first.
    #[error(
        "keys are sorted by their encoding, and the `Ord` of `{type_name}` says otherwise: \
         the key {second} comes after {first}, which it should precede"
    )]
    Keys {
        /// The type, without its path.
        type_name: String,
        /// The key that came first, as JSON.
        first: String,
        /// The key behind it, as JSON.
        second: String,
    },

    /// A value comes before another that its type puts first.
    #[error(
        "`sort_values` sorts values by their encoding, and the `Ord` of `{type_name}` says otherwise: \
         the value {second} comes after {first}, which it should precede"
    )]
    Values {
        /// The type, without its path.
        type_name: String,
        /// The value that came first, as JSON.
        first: String,
        /// The value behind it, as JSON.
        second: String,
    },

    /// Keys that are one for their type are two for the shuffle.
    #[error(
        "keys are grouped by their encoding, and the `Ord` of `{type_name}` says otherwise: \
         the keys {first} and {second} are two groups, and equal by their type"
    )]
    Equal {
        /// The type, without its path.
        type_name: String,
        /// One of the keys, as JSON.
        first: String,
        /// The other key, as JSON.
        second: String,
    },

    /// What should be compared can't be read.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl OrderError {
    /// What to do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        let descending = |type_name: &str| match type_name.strip_prefix("Reverse<") {
            Some(inner) => format!("`mrjob::Desc<{inner}` in place of `{type_name}`"),
            None => "`mrjob::Desc<…>` around what descends".to_owned(),
        };
        match self {
            OrderError::Keys { type_name, .. } => Some(format!(
                "for descending order emit {}; a job that only groups by its keys, in whatever order, emits \
                 `mrjob::Encoded<{type_name}>`",
                descending(type_name)
            )),
            OrderError::Values { type_name, .. } => Some(format!(
                "for descending order emit {}; where the encoding's order will do, emit `mrjob::Encoded<{type_name}>`",
                descending(type_name)
            )),
            OrderError::Equal { type_name, .. } => Some(format!(
                "emit one key for both, such as the text in lower case; where the encoding's equality will do, emit \
                 `mrjob::Encoded<{type_name}>`"
            )),
            OrderError::Key(_) => None,
        }
    }
}
