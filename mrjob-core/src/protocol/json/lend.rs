//! A deserializer that lends every string.
//!
//! serde_json lends the strings that stand in the text as they are, and shows those with escapes for a moment only, so
//! that `&str` can't be read from them. Here these are kept in an arena first.

use std::cell::{Ref, RefCell};
use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use crate::Arena;

/// What is kept while a text is read.
pub(super) struct Reading<'de> {
    arena: &'de Arena,
    /// Floats without a type of their own that may have been integers beyond 64 bits, which serde_json rounds.
    rounded: RefCell<Vec<f64>>,
}

impl<'de> Reading<'de> {
    #[inline]
    pub(super) fn new(arena: &'de Arena) -> Self {
        Self {
            arena,
            rounded: RefCell::new(Vec::new()),
        }
    }

    #[inline]
    pub(super) fn rounded(&self) -> Ref<'_, [f64]> {
        Ref::map(self.rounded.borrow(), Vec::as_slice)
    }

    #[inline]
    fn note(&self, float: f64) {
        const BEYOND: f64 = u64::MAX as f64;
        const BELOW: f64 = i64::MIN as f64;
        if float >= BEYOND || float <= BELOW {
            self.rounded.borrow_mut().push(float);
        }
    }
}

/// A deserializer, visitor, seed or access of serde's, and what is kept of what passes through it.
pub(super) struct Lend<'c, 'de, T> {
    inner: T,
    kept: &'c Reading<'de>,
}

impl<'c, 'de, T> Lend<'c, 'de, T> {
    #[inline]
    pub(super) fn new(inner: T, kept: &'c Reading<'de>) -> Self {
        Self { inner, kept }
    }
}

macro_rules! lending {
    ($($method:ident($($name:ident: $type:ty),*))+) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, $($name: $type,)* visitor: V) -> Result<V::Value, D::Error> {
            self.inner.$method($($name,)* Lend::new(visitor, self.kept))
        }
    )+};
}

/// Types with nothing to lend, and owned ones: a copy in the arena would be wasted on them.
macro_rules! direct {
    ($($method:ident)+) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.inner.$method(visitor)
        }
    )+};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Lend<'_, 'de, D> {
    type Error = D::Error;

    direct! {
        deserialize_bool
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64 deserialize_char
        deserialize_string deserialize_byte_buf deserialize_unit deserialize_ignored_any
    }

    lending! {
        deserialize_any()
        deserialize_str()
        deserialize_option()
        deserialize_unit_struct(name: &'static str)
        deserialize_newtype_struct(name: &'static str)
        deserialize_seq()
        deserialize_tuple(len: usize)
        deserialize_tuple_struct(name: &'static str, len: usize)
        deserialize_map()
        deserialize_struct(name: &'static str, fields: &'static [&'static str])
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
        deserialize_identifier()
    }

    #[inline]
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner
            .deserialize_bytes(LendBytes(Lend::new(visitor, self.kept)))
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

macro_rules! visit {
    ($($method:ident($type:ty))+) => {$(
        #[inline]
        fn $method<E: Error>(self, v: $type) -> Result<V::Value, E> {
            self.inner.$method(v)
        }
    )+};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Lend<'_, 'de, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    visit! {
        visit_bool(bool)
        visit_i8(i8) visit_i16(i16) visit_i32(i32) visit_i64(i64) visit_i128(i128)
        visit_u8(u8) visit_u16(u16) visit_u32(u32) visit_u64(u64) visit_u128(u128)
        visit_f32(f32) visit_char(char)
        visit_string(String) visit_borrowed_str(&'de str)
        visit_byte_buf(Vec<u8>) visit_borrowed_bytes(&'de [u8])
    }

    #[inline]
    fn visit_f64<E: Error>(self, v: f64) -> Result<V::Value, E> {
        self.kept.note(v);
        self.inner.visit_f64(v)
    }

    #[inline]
    fn visit_str<E: Error>(self, v: &str) -> Result<V::Value, E> {
        self.inner
            .visit_borrowed_str(self.kept.arena.keep_str(v.to_owned()))
    }

    #[inline]
    fn visit_bytes<E: Error>(self, v: &[u8]) -> Result<V::Value, E> {
        self.inner
            .visit_borrowed_bytes(self.kept.arena.keep_bytes(v.to_owned()))
    }

    #[inline]
    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none()
    }

    #[inline]
    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<V::Value, D::Error> {
        self.inner.visit_some(Lend::new(d, self.kept))
    }

    #[inline]
    fn visit_newtype_struct<D: Deserializer<'de>>(self, d: D) -> Result<V::Value, D::Error> {
        self.inner.visit_newtype_struct(Lend::new(d, self.kept))
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, a: A) -> Result<V::Value, A::Error> {
        self.inner.visit_seq(Lend::new(a, self.kept))
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, a: A) -> Result<V::Value, A::Error> {
        self.inner.visit_map(Lend::new(a, self.kept))
    }

    #[inline]
    fn visit_enum<A: EnumAccess<'de>>(self, a: A) -> Result<V::Value, A::Error> {
        self.inner.visit_enum(Lend::new(a, self.kept))
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Lend<'_, 'de, S> {
    type Value = S::Value;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<S::Value, D::Error> {
        self.inner.deserialize(Lend::new(d, self.kept))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Lend<'_, 'de, A> {
    type Error = A::Error;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.inner.next_element_seed(Lend::new(seed, self.kept))
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Lend<'_, 'de, A> {
    type Error = A::Error;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.inner.next_key_seed(Lend::new(seed, self.kept))
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.inner.next_value_seed(Lend::new(seed, self.kept))
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

impl<'c, 'de, A: EnumAccess<'de>> EnumAccess<'de> for Lend<'c, 'de, A> {
    type Error = A::Error;
    type Variant = Lend<'c, 'de, A::Variant>;

    #[inline]
    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), A::Error> {
        let (value, variant) = self.inner.variant_seed(Lend::new(seed, self.kept))?;
        Ok((value, Lend::new(variant, self.kept)))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Lend<'_, 'de, A> {
    type Error = A::Error;

    #[inline]
    fn unit_variant(self) -> Result<(), A::Error> {
        self.inner.unit_variant()
    }

    #[inline]
    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        self.inner.newtype_variant_seed(Lend::new(seed, self.kept))
    }

    #[inline]
    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.inner.tuple_variant(len, Lend::new(visitor, self.kept))
    }

    #[inline]
    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.inner
            .struct_variant(fields, Lend::new(visitor, self.kept))
    }
}

/// A visitor of bytes, which takes an array of numbers too: a `Vec<u8>` is written as one, and may be read as `&[u8]`.
struct LendBytes<'c, 'de, V>(Lend<'c, 'de, V>);

impl<'de, V: Visitor<'de>> Visitor<'de> for LendBytes<'_, 'de, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_bytes<E: Error>(self, v: &[u8]) -> Result<V::Value, E> {
        self.0.visit_bytes(v)
    }

    fn visit_borrowed_bytes<E: Error>(self, v: &'de [u8]) -> Result<V::Value, E> {
        self.0.visit_borrowed_bytes(v)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut a: A) -> Result<V::Value, A::Error> {
        let mut bytes = Vec::new();
        while let Some(byte) = a.next_element()? {
            bytes.push(byte);
        }
        let Lend { inner, kept } = self.0;
        inner.visit_borrowed_bytes(kept.arena.keep_bytes(bytes))
    }
}
