//! Key bytes to values.

use std::borrow::Cow;

use serde::de::value::U32Deserializer;
use serde::de::{self, Deserialize, DeserializeSeed, IntoDeserializer, Visitor};

use super::place::{END, MARK, NONE, Place, SOME, WIDE_VARIANT};
use super::wrapper::DESC;
use super::{KeyError, short};
use crate::Arena;

/// Reads a key. Strings and bytes are lent from `bytes`; those with escapes in them from `arena`.
///
/// ```
/// use mrjob_core::{Arena, key};
///
/// let (mut bytes, arena) = (Vec::new(), Arena::default());
/// key::encode(&(String::from("page"), 9), &mut bytes)?;
/// let (page, number): (&str, i32) = key::decode(&bytes, &arena)?;
/// assert_eq!((page, number), ("page", 9));
/// # Ok::<(), key::KeyError>(())
/// ```
///
/// # Errors
///
/// [`KeyError`] if `bytes` isn't exactly one key of the type.
#[inline]
pub fn decode<'de, T: Deserialize<'de>>(
    mut bytes: &'de [u8],
    arena: &'de Arena,
) -> Result<T, KeyError> {
    let (input, place) = (&mut bytes, Place::Last);
    let key = T::deserialize(Decoder {
        input,
        arena,
        place,
        flip: 0,
    })?;
    match bytes.len() {
        0 => Ok(key),
        left => Err(KeyError::Trailing(left)),
    }
}

struct Decoder<'a, 'de> {
    input: &'a mut &'de [u8],
    arena: &'de Arena,
    place: Place,
    /// What each byte is combined with: all bits inside an odd number of [`Desc`](super::Desc), else none.
    flip: u8,
}

impl<'a, 'de> Decoder<'a, 'de> {
    #[inline]
    fn byte(&mut self) -> Result<u8, KeyError> {
        let (&byte, rest) = self.input.split_first().ok_or(KeyError::Truncated)?;
        *self.input = rest;
        Ok(byte ^ self.flip)
    }

    #[inline]
    fn chunk<const N: usize>(&mut self) -> Result<[u8; N], KeyError> {
        let (&chunk, rest) = self.input.split_first_chunk().ok_or(KeyError::Truncated)?;
        *self.input = rest;
        Ok(chunk.map(|byte| byte ^ self.flip))
    }

    /// Takes the mark of an element that isn't a byte, if this is an element.
    #[inline]
    fn open(mut self) -> Result<Self, KeyError> {
        if self.place.is_element() {
            match self.byte()? {
                MARK => self.place = Place::Inner,
                _ => return Err(KeyError::Malformed("a sequence of the type's elements")),
            }
        }
        Ok(self)
    }

    #[inline]
    fn fixed<const N: usize>(self) -> Result<[u8; N], KeyError> {
        self.open()?.chunk()
    }

    /// A string's bytes, or bytes.
    #[inline]
    fn bytes(self) -> Result<Cow<'de, [u8]>, KeyError> {
        let opened = self.open()?;
        match opened.place {
            Place::Last => Ok(Cow::Borrowed(std::mem::take(opened.input))),
            _ if opened.flip == 0 => terminated(opened.input),
            _ => unescape(opened.input, opened.flip).map(Cow::Owned),
        }
    }

    #[inline]
    fn text(self) -> Result<Cow<'de, str>, KeyError> {
        const INVALID: KeyError = KeyError::Malformed("UTF-8 where a string stands");
        match self.bytes()? {
            Cow::Borrowed(bytes) => short::text(bytes).map(Cow::Borrowed).ok_or(INVALID),
            Cow::Owned(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Ok(Cow::Owned(text)),
                Err(_) => Err(INVALID),
            },
        }
    }

    #[inline]
    fn variant_number(&mut self) -> Result<u32, KeyError> {
        match self.byte()? {
            WIDE_VARIANT => match u32::from_be_bytes(self.chunk()?) {
                narrow if narrow < WIDE_VARIANT.into() => {
                    Err(KeyError::Malformed("an enum's variant"))
                }
                wide => Ok(wide),
            },
            narrow => Ok(narrow.into()),
        }
    }

    #[inline]
    fn fields(self, left: usize) -> Result<Fields<'a, 'de>, KeyError> {
        let within = self.open()?;
        Ok(Fields { within, left })
    }

    /// Passes the content of an option, a newtype or a variant on.
    #[inline]
    fn again(&mut self, place: Place) -> Decoder<'_, 'de> {
        Decoder {
            input: self.input,
            arena: self.arena,
            place,
            flip: self.flip,
        }
    }
}

/// Takes what goes up to an [`END`], and that.
#[inline]
fn terminated<'de>(input: &mut &'de [u8]) -> Result<Cow<'de, [u8]>, KeyError> {
    let end = memchr::memchr2(END, MARK, input).ok_or(KeyError::Truncated)?;
    if input[end] == MARK {
        return unescape(input, 0).map(Cow::Owned);
    }
    let (bytes, rest) = input.split_at(end);
    *input = &rest[1..];
    Ok(Cow::Borrowed(bytes))
}

#[cold]
fn unescape(input: &mut &[u8], flip: u8) -> Result<Vec<u8>, KeyError> {
    let mut bytes = Vec::new();
    loop {
        let at = memchr::memchr2(END ^ flip, MARK ^ flip, input).ok_or(KeyError::Truncated)?;
        bytes.extend(input[..at].iter().map(|byte| byte ^ flip));
        let special = input[at] ^ flip;
        *input = &input[at + 1..];
        if special == END {
            return Ok(bytes);
        }
        bytes.push(escaped_byte(input, flip)?);
    }
}

/// The byte whose [`MARK`] has just been taken.
#[inline]
fn escaped_byte(input: &mut &[u8], flip: u8) -> Result<u8, KeyError> {
    let (&byte, rest) = input.split_first().ok_or(KeyError::Truncated)?;
    *input = rest;
    match byte ^ flip {
        escaped @ (1 | 2) => Ok(escaped - 1),
        _ => Err(KeyError::Malformed("an escaped string")),
    }
}

macro_rules! integers {
    ($($method:ident $visit:ident $signed:ident $unsigned:ident,)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, KeyError> {
            let ordered = $unsigned::from_be_bytes(self.fixed()?);
            visitor.$visit(ordered as $signed ^ $signed::MIN)
        }
    )*};
}

macro_rules! floats {
    ($($method:ident $visit:ident $float:ident $bits:ident,)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, KeyError> {
            let sign = 1 << ($bits::BITS - 1);
            let ordered = $bits::from_be_bytes(self.fixed()?);
            let bits = if ordered & sign == 0 { !ordered } else { ordered ^ sign };
            visitor.$visit($float::from_bits(bits))
        }
    )*};
}

macro_rules! refused {
    ($($method:ident $error:ident,)*) => {$(
        #[cold]
        fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, KeyError> {
            Err(KeyError::$error)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Decoder<'_, 'de> {
    type Error = KeyError;

    integers! {
        deserialize_i8 visit_i8 i8 u8, deserialize_i16 visit_i16 i16 u16, deserialize_i32 visit_i32 i32 u32,
        deserialize_i64 visit_i64 i64 u64, deserialize_i128 visit_i128 i128 u128,
        deserialize_u16 visit_u16 u16 u16, deserialize_u32 visit_u32 u32 u32, deserialize_u64 visit_u64 u64 u64,
        deserialize_u128 visit_u128 u128 u128,
    }
    floats! { deserialize_f32 visit_f32 f32 u32, deserialize_f64 visit_f64 f64 u64, }
    refused! {
        deserialize_any Untyped, deserialize_ignored_any Untyped, deserialize_identifier Untyped,
        deserialize_map Map,
    }

    #[inline]
    fn deserialize_u8<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, KeyError> {
        let byte = match (self.byte()?, self.place) {
            (MARK, Place::InnerElement) => escaped_byte(self.input, self.flip)?,
            (byte, _) => byte,
        };
        visitor.visit_u8(byte)
    }

    #[inline]
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, KeyError> {
        match self.fixed()? {
            [0] => visitor.visit_bool(false),
            [1] => visitor.visit_bool(true),
            _ => Err(KeyError::Malformed("a `bool`")),
        }
    }

    #[inline]
    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, KeyError> {
        match char::from_u32(u32::from_be_bytes(self.fixed()?)) {
            Some(char) => visitor.visit_char(char),
            None => Err(KeyError::Malformed("a `char`")),
        }
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, KeyError> {
        let arena = self.arena;
        visitor.visit_borrowed_str(match self.text()? {
            Cow::Borrowed(text) => text,
            Cow::Owned(text) => arena.keep_str(text),
        })
    }

    #[inline]
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, KeyError> {
        match self.text()? {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    #[inline]
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, KeyError> {
        let arena = self.arena;
        visitor.visit_borrowed_bytes(match self.bytes()? {
            Cow::Borrowed(bytes) => bytes,
            Cow::Owned(bytes) => arena.keep_bytes(bytes),
        })
    }

    #[inline]
    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, KeyError> {
        match self.bytes()? {
            Cow::Borrowed(bytes) => visitor.visit_borrowed_bytes(bytes),
            Cow::Owned(bytes) => visitor.visit_byte_buf(bytes),
        }
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, KeyError> {
        let mut opened = self.open()?;
        match opened.byte()? {
            NONE => visitor.visit_none(),
            SOME => visitor.visit_some(opened),
            _ => Err(KeyError::Malformed("an `Option`")),
        }
    }

    #[inline]
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, KeyError> {
        self.open()?;
        visitor.visit_unit()
    }

    #[inline]
    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, KeyError> {
        self.deserialize_unit(visitor)
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, KeyError> {
        if name != DESC {
            return visitor.visit_newtype_struct(self);
        }
        let opened = self.open()?;
        visitor.visit_newtype_struct(Decoder {
            place: Place::Inner,
            flip: !opened.flip,
            ..opened
        })
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, KeyError> {
        let mut opened = self.open()?;
        let place = opened.place.elements();
        let mut elements = Elements {
            within: opened.again(place),
        };
        let value = visitor.visit_seq(&mut elements)?;
        elements.finish()?;
        Ok(value)
    }

    #[inline]
    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, KeyError> {
        visitor.visit_seq(self.fields(len)?)
    }

    #[inline]
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, KeyError> {
        self.deserialize_tuple(len, visitor)
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, KeyError> {
        self.deserialize_tuple(fields.len(), visitor)
    }

    #[inline]
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, KeyError> {
        visitor.visit_enum(self.open()?)
    }

    #[inline]
    fn is_human_readable(&self) -> bool {
        false
    }
}

/// The elements of a sequence.
struct Elements<'a, 'de> {
    within: Decoder<'a, 'de>,
}

impl Elements<'_, '_> {
    #[inline]
    fn at_end(&self) -> Result<bool, KeyError> {
        match (self.within.input.first(), self.within.place) {
            (None, Place::LastElement) => Ok(true),
            (None, _) => Err(KeyError::Truncated),
            (Some(&byte), place) => {
                Ok(byte ^ self.within.flip == END && place == Place::InnerElement)
            }
        }
    }

    /// Takes the end of the sequence, whose elements must all have been taken.
    #[inline]
    fn finish(mut self) -> Result<(), KeyError> {
        if !self.at_end()? {
            return Err(KeyError::Malformed("a sequence as long as the type's"));
        }
        if self.within.place == Place::InnerElement {
            self.within.byte()?;
        }
        Ok(())
    }
}

impl<'de> de::SeqAccess<'de> for &mut Elements<'_, 'de> {
    type Error = KeyError;

    #[inline]
    fn next_element_seed<T>(&mut self, seed: T) -> Result<Option<T::Value>, KeyError>
    where
        T: DeserializeSeed<'de>,
    {
        if self.at_end()? {
            return Ok(None);
        }
        let place = self.within.place;
        seed.deserialize(self.within.again(place)).map(Some)
    }
}

/// The fields of a tuple or struct.
struct Fields<'a, 'de> {
    within: Decoder<'a, 'de>,
    left: usize,
}

impl<'de> de::SeqAccess<'de> for Fields<'_, 'de> {
    type Error = KeyError;

    #[inline]
    fn next_element_seed<T>(&mut self, seed: T) -> Result<Option<T::Value>, KeyError>
    where
        T: DeserializeSeed<'de>,
    {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        let place = self.within.place.field(left);
        seed.deserialize(self.within.again(place)).map(Some)
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'de> de::EnumAccess<'de> for Decoder<'_, 'de> {
    type Error = KeyError;
    type Variant = Self;

    #[inline]
    fn variant_seed<T>(mut self, seed: T) -> Result<(T::Value, Self), KeyError>
    where
        T: DeserializeSeed<'de>,
    {
        let number: U32Deserializer<KeyError> = self.variant_number()?.into_deserializer();
        Ok((seed.deserialize(number)?, self))
    }
}

impl<'de> de::VariantAccess<'de> for Decoder<'_, 'de> {
    type Error = KeyError;

    #[inline]
    fn unit_variant(self) -> Result<(), KeyError> {
        Ok(())
    }

    #[inline]
    fn newtype_variant_seed<T>(self, seed: T) -> Result<T::Value, KeyError>
    where
        T: DeserializeSeed<'de>,
    {
        seed.deserialize(self)
    }

    #[inline]
    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, KeyError> {
        visitor.visit_seq(self.fields(len)?)
    }

    #[inline]
    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, KeyError> {
        self.tuple_variant(fields.len(), visitor)
    }
}
