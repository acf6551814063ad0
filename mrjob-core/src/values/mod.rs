//! [`Values`]: the values of a group, one after the other.

mod sum;

use std::{fmt, vec};

use serde::de::{Deserialize, DeserializeOwned};

use crate::emit::{As, ValueCodec};
use crate::shuffle::ValueBytes;
use crate::{Arena, BoxError, key, value};

pub use sum::{Overflow, SumsTo};

/// The values of one key: an iterator that holds one value at a time, whatever the size of the group.
///
/// A value that can't be read or decoded ends the iteration and fails the task when the method returns.
pub struct Values<'a, V> {
    // One pointer, for a combiner is called once an emit: it fits a register.
    source: &'a mut ValuesSource<'a, V>,
}

/// Where values come from.
pub(crate) struct ValuesSource<'a, V> {
    from: From<'a, V>,
    fault: &'a mut Option<BoxError>,
}

enum From<'a, V> {
    /// A reducer's: encoded, from sorted runs.
    Encoded(Encoded<'a>),
    /// A combiner's: the values themselves.
    Typed {
        waiting: Waiting<'a, V>,
        scratch: &'a mut Vec<u8>,
        encode: fn(&V, &mut Vec<u8>) -> Result<(), BoxError>,
    },
}

/// What waits for a combiner: what it left before, then what came.
struct Waiting<'a, V> {
    one: Option<V>,
    many: Option<&'a mut vec::IntoIter<V>>,
    next: Option<V>,
}

struct Encoded<'a> {
    bytes: &'a mut dyn ValueBytes,
    codec: ValueCodec,
    arena: &'a mut Arena,
}

impl<'a, V> ValuesSource<'a, V> {
    /// A reducer's values. The first error is left in `fault`.
    pub(crate) fn encoded(
        bytes: &'a mut dyn ValueBytes,
        codec: ValueCodec,
        arena: &'a mut Arena,
        fault: &'a mut Option<BoxError>,
    ) -> Self {
        ValuesSource {
            from: From::Encoded(Encoded {
                bytes,
                codec,
                arena,
            }),
            fault,
        }
    }

    /// A combiner's values: what it left before, one or several, then what came. The first error is left in `fault`.
    #[inline]
    pub(crate) fn typed(
        one: Option<V>,
        many: Option<&'a mut vec::IntoIter<V>>,
        next: Option<V>,
        scratch: &'a mut Vec<u8>,
        fault: &'a mut Option<BoxError>,
    ) -> Self
    where
        V: serde::Serialize,
    {
        let encode = |value: &V, out: &mut Vec<u8>| value::encode(value, out).map_err(Into::into);
        ValuesSource {
            from: From::Typed {
                waiting: Waiting { one, many, next },
                scratch,
                encode,
            },
            fault,
        }
    }

    #[cold]
    fn overflowed(&mut self, overflow: Overflow) {
        let combines = matches!(self.from, From::Typed { .. });
        self.fault
            .get_or_insert_with(|| overflow.in_combiner(combines).into());
    }

    /// The values, one after the other.
    #[inline]
    pub(crate) fn values(&'a mut self) -> Values<'a, V> {
        Values { source: self }
    }
}

impl<V> Waiting<'_, V> {
    #[inline]
    fn next(&mut self) -> Option<V> {
        let many = || self.many.as_mut()?.next();
        self.one.take().or_else(many).or_else(|| self.next.take())
    }

    #[inline]
    fn fold<B>(&mut self, mut all: B, mut f: impl FnMut(B, V) -> B) -> B {
        if let Some(value) = self.one.take() {
            all = f(all, value);
        }
        for value in self.many.iter_mut().flatten() {
            all = f(all, value);
        }
        match self.next.take() {
            Some(value) => f(all, value),
            None => all,
        }
    }
}

impl Encoded<'_> {
    #[inline]
    fn next<'b, T: Deserialize<'b>>(&'b mut self) -> Result<Option<T>, BoxError> {
        self.arena.clear();
        match (self.bytes.next_value()?, self.codec) {
            (None, _) => Ok(None),
            (Some(bytes), ValueCodec::Compact) => Ok(Some(value::decode(bytes)?)),
            (Some(bytes), ValueCodec::Ordered) => Ok(Some(key::decode(bytes, self.arena)?)),
        }
    }
}

impl<V: DeserializeOwned> ValuesSource<'_, V> {
    #[inline]
    fn next(&mut self) -> Option<V> {
        match &mut self.from {
            From::Encoded(_) if self.fault.is_some() => None,
            From::Encoded(encoded) => encoded.next().unwrap_or_else(|error| {
                *self.fault = Some(error);
                None
            }),
            From::Typed { waiting, .. } => waiting.next(),
        }
    }

    #[inline]
    fn fold<B>(&mut self, init: B, mut f: impl FnMut(B, V) -> B) -> B {
        if let From::Typed { waiting, .. } = &mut self.from {
            return waiting.fold(init, f);
        }
        let mut all = init;
        while let Some(value) = self.next() {
            all = f(all, value);
        }
        all
    }
}

impl<V: DeserializeOwned> Iterator for Values<'_, V> {
    type Item = V;

    #[inline]
    fn next(&mut self) -> Option<V> {
        self.source.next()
    }

    #[inline]
    fn fold<B, F: FnMut(B, V) -> B>(self, init: B, f: F) -> B {
        self.source.fold(init, f)
    }
}

/// Values whose source is still needed when they are read.
struct Lent<'s, 'a, V>(&'s mut ValuesSource<'a, V>);

impl<V: DeserializeOwned> Iterator for Lent<'_, '_, V> {
    type Item = V;

    #[inline]
    fn next(&mut self) -> Option<V> {
        self.0.next()
    }

    #[inline]
    fn fold<B, F: FnMut(B, V) -> B>(self, init: B, f: F) -> B {
        self.0.fold(init, f)
    }
}

impl<V: DeserializeOwned> Values<'_, V> {
    /// Adds up all values.
    ///
    /// Integers are added exactly: a sum that its type can't hold fails the task when the method returns. Until then
    /// it is the type's largest or smallest number. Floats are added as floats are: too large a sum is infinity. A type
    /// of your own is added by its [`Sum`](std::iter::Sum).
    #[inline]
    pub fn sum<S>(self) -> S
    where
        V: SumsTo<S>,
    {
        let source = self.source;
        let (sum, overflow) = V::sum(Lent(source));
        if let Some(overflow) = overflow {
            source.overflowed(overflow);
        }
        sum
    }

    /// The next value in a form that borrows: `values.next_as::<&str, _>()`.
    pub fn next_as<'b, B, How>(&'b mut self) -> Option<B>
    where
        B: Deserialize<'b> + As<V, How>,
    {
        if self.source.fault.is_some() {
            return None;
        }
        let next = match &mut self.source.from {
            From::Encoded(encoded) => encoded.next(),
            From::Typed {
                waiting,
                scratch,
                encode,
            } => waiting.next().map_or(Ok(None), |value| {
                scratch.clear();
                encode(&value, scratch)?;
                Ok(Some(value::decode(scratch)?))
            }),
        };
        next.unwrap_or_else(|error| {
            *self.source.fault = Some(error);
            None
        })
    }
}

impl<V> fmt::Debug for Values<'_, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Values").finish_non_exhaustive()
    }
}
