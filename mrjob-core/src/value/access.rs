//! The elements, entries and variants of a value that is being decoded.

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};

use super::decode::Decoder;
use super::{ValueError, tag};

type Result<T = (), E = ValueError> = std::result::Result<T, E>;

/// The elements of a sequence, or the entries of a map.
pub(super) struct Elements<'a, 'de> {
    decoder: &'a mut Decoder<'de>,
    /// How many are to come; nothing where the end is marked instead.
    left: Option<usize>,
}

impl<'a, 'de> Elements<'a, 'de> {
    #[inline]
    pub(super) fn new(decoder: &'a mut Decoder<'de>, left: Option<usize>) -> Self {
        Self { decoder, left }
    }

    /// Whether another one follows. It counts as read then.
    #[inline]
    fn more(&mut self) -> Result<bool> {
        match &mut self.left {
            Some(0) => Ok(false),
            Some(left) => {
                *left -= 1;
                Ok(true)
            }
            None if self.decoder.peek()? == tag::END => {
                self.decoder.skip_byte();
                self.left = Some(0);
                Ok(false)
            }
            None => Ok(true),
        }
    }

    /// Each takes a byte at least, so a false length can't make anyone reserve more than the input's size.
    #[inline]
    fn expected(&self) -> Option<usize> {
        self.left.map(|left| left.min(self.decoder.left()))
    }

    /// Makes sure that all were read.
    #[inline]
    pub(super) fn end(mut self) -> Result {
        if self.more()? {
            return Err(ValueError::custom(
                "the encoded value has more elements than the type",
            ));
        }
        Ok(())
    }
}

impl<'de> SeqAccess<'de> for &mut Elements<'_, 'de> {
    type Error = ValueError;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if !self.more()? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.decoder).map(Some)
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        self.expected()
    }
}

impl<'de> MapAccess<'de> for &mut Elements<'_, 'de> {
    type Error = ValueError;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        SeqAccess::next_element_seed(self, seed)
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        seed.deserialize(&mut *self.decoder)
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        self.expected()
    }
}

/// The elements of a sequence that is kept as plain bytes.
pub(super) struct Bytes<'de>(&'de [u8]);

impl<'de> Bytes<'de> {
    #[inline]
    pub(super) fn new(bytes: &'de [u8]) -> Self {
        Self(bytes)
    }

    #[inline]
    pub(super) fn end(self) -> Result {
        match self.0 {
            [] => Ok(()),
            _ => Err(ValueError::custom(
                "the encoded value has more elements than the type",
            )),
        }
    }
}

impl<'de> SeqAccess<'de> for &mut Bytes<'de> {
    type Error = ValueError;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some((&byte, rest)) = self.0.split_first() else {
            return Ok(None);
        };
        self.0 = rest;
        seed.deserialize(byte.into_deserializer()).map(Some)
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// A variant's name, and what follows it.
pub(super) struct Variant<'a, 'de> {
    decoder: &'a mut Decoder<'de>,
    has_data: bool,
}

impl<'a, 'de> Variant<'a, 'de> {
    pub(super) fn unit(decoder: &'a mut Decoder<'de>) -> Self {
        Self {
            decoder,
            has_data: false,
        }
    }

    pub(super) fn with_data(decoder: &'a mut Decoder<'de>) -> Self {
        Self {
            decoder,
            has_data: true,
        }
    }

    /// The data, which must be there.
    #[inline]
    fn data(self, expected: &str) -> Result<&'a mut Decoder<'de>> {
        if self.has_data {
            return Ok(self.decoder);
        }
        Err(ValueError::invalid_type(Unexpected::UnitVariant, &expected))
    }
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = ValueError;
    type Variant = Self;

    #[inline]
    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self)> {
        let variant = seed.deserialize(&mut *self.decoder)?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = ValueError;

    #[inline]
    fn unit_variant(self) -> Result {
        if self.has_data {
            return serde::Deserialize::deserialize(self.decoder);
        }
        Ok(())
    }

    #[inline]
    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        seed.deserialize(self.data("newtype variant")?)
    }

    #[inline]
    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.data("tuple variant")?.deserialize_seq(visitor)
    }

    #[inline]
    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.data("struct variant")?.deserialize_any(visitor)
    }
}
