//! From bytes to a type.

use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

use super::access::{Bytes, Elements, Variant};
use super::{ValueError, tag};

type Result<T = (), E = ValueError> = std::result::Result<T, E>;

/// What serde_json calls its `RawValue`, JSON that is kept as text: it is written as a struct with one field, and asked for as
/// a newtype whose visitor takes a map.
const RAW_VALUE: &str = "$serde_json::private::RawValue";

/// Decodes what [`encode`](super::encode) wrote. Strings and bytes are lent.
///
/// # Errors
///
/// Bytes that aren't exactly one encoded value, or not one of this type.
#[inline]
pub fn decode<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T> {
    let mut decoder = Decoder::new(bytes);
    let value = T::deserialize(&mut decoder)?;
    decoder.end()?;
    Ok(value)
}

/// Decodes values that stand one after the other.
pub(crate) struct Decoder<'de> {
    rest: &'de [u8],
    depth: u8,
}

impl<'de> Decoder<'de> {
    #[inline]
    pub(crate) fn new(bytes: &'de [u8]) -> Self {
        Self {
            rest: bytes,
            depth: tag::MAX_DEPTH,
        }
    }

    /// Makes sure that nothing is left.
    #[inline]
    pub(crate) fn end(&self) -> Result {
        match self.rest {
            [] => Ok(()),
            rest => Err(ValueError::Trailing(rest.len())),
        }
    }

    #[inline]
    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    #[inline]
    pub(super) fn peek(&self) -> Result<u8> {
        self.rest.first().copied().ok_or(ValueError::Truncated)
    }

    #[inline]
    pub(super) fn skip_byte(&mut self) {
        self.rest = self.rest.get(1..).unwrap_or_default();
    }

    #[inline]
    fn byte(&mut self) -> Result<u8> {
        let (&byte, rest) = self.rest.split_first().ok_or(ValueError::Truncated)?;
        self.rest = rest;
        Ok(byte)
    }

    #[inline]
    fn take(&mut self, len: usize) -> Result<&'de [u8]> {
        let (taken, rest) = self
            .rest
            .split_at_checked(len)
            .ok_or(ValueError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(ValueError::Truncated)?;
        self.rest = rest;
        Ok(*taken)
    }

    #[inline]
    fn length(&mut self) -> Result<usize> {
        let first = self.byte()?;
        if first < 0x80 {
            return Ok(first.into());
        }
        self.long_length(first)
    }

    fn long_length(&mut self, first: u8) -> Result<usize> {
        let mut n = usize::from(first & 0x7f);
        for shift in (7..usize::BITS).step_by(7) {
            let byte = self.byte()?;
            let part = usize::from(byte & 0x7f);
            if part << shift >> shift != part {
                return Err(ValueError::Length);
            }
            n |= part << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        Err(ValueError::Length)
    }

    #[inline]
    fn sized(&mut self) -> Result<&'de [u8]> {
        let len = self.length()?;
        self.take(len)
    }

    /// Runs something one level further down.
    #[inline]
    pub(super) fn nested<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.depth = self.depth.checked_sub(1).ok_or(ValueError::Depth)?;
        let result = f(self);
        self.depth += 1;
        result
    }

    /// The bytes of a string, if `tag` begins one.
    #[inline]
    fn str_bytes(&mut self, tag: u8) -> Option<Result<&'de [u8]>> {
        match tag {
            tag::SHORT_STR..tag::SMALL_NEGATIVE => Some(self.take(usize::from(tag & 0x3f))),
            tag::STR => Some(self.sized()),
            _ => None,
        }
    }

    /// How many elements or entries follow, if `tag` begins a sequence or map: `None` in it means until the end's mark.
    #[inline]
    fn count(&mut self, tag: u8) -> Option<Result<Option<usize>>> {
        match tag {
            tag::SHORT_SEQ..=tag::SHORT_MAP_LAST => Some(Ok(Some(usize::from(tag & 7)))),
            tag::SEQ | tag::MAP => Some(self.length().map(Some)),
            tag::OPEN_SEQ | tag::OPEN_MAP => Some(Ok(None)),
            _ => None,
        }
    }

    #[inline]
    fn seq<V: Visitor<'de>>(&mut self, count: Option<usize>, visitor: V) -> Result<V::Value> {
        self.nested(|decoder| {
            let mut elements = Elements::new(decoder, count);
            let value = visitor.visit_seq(&mut elements)?;
            elements.end()?;
            Ok(value)
        })
    }

    #[inline]
    fn map<V: Visitor<'de>>(&mut self, count: Option<usize>, visitor: V) -> Result<V::Value> {
        self.nested(|decoder| {
            let mut entries = Elements::new(decoder, count);
            let value = visitor.visit_map(&mut entries)?;
            entries.end()?;
            Ok(value)
        })
    }

    #[inline]
    fn some<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        self.nested(|decoder| visitor.visit_some(decoder))
    }

    /// The integer behind one of the tags from `U8` to `U64`. Of integers of several widths no branch can be foreseen, so where
    /// there are eight bytes they are read, and what is too much is masked.
    #[inline]
    fn unsigned(&mut self, tag: u8) -> Result<u64> {
        let width = 1 << (tag - tag::U8);
        let Some(&eight) = self.rest.first_chunk() else {
            let mut eight = [0; 8];
            eight[..width].copy_from_slice(self.take(width)?);
            return Ok(u64::from_le_bytes(eight));
        };
        self.rest = self.rest.get(width..).unwrap_or_default();
        Ok(u64::from_le_bytes(eight) & (u64::MAX >> (64 - 8 * width)))
    }

    /// An integer, float or whatever else begins with `tag`.
    #[inline(never)]
    fn tagged<V: Visitor<'de>>(&mut self, tag: u8, visitor: V) -> Result<V::Value> {
        if let Some(bytes) = self.str_bytes(tag) {
            return visitor.visit_borrowed_str(utf8(bytes?)?);
        }
        if let Some(count) = self.count(tag) {
            let count = count?;
            return match tag {
                tag::MAP | tag::OPEN_MAP | tag::SHORT_MAP..=tag::SHORT_MAP_LAST => {
                    self.map(count, visitor)
                }
                _ => self.seq(count, visitor),
            };
        }
        match tag {
            0..tag::SHORT_STR => visitor.visit_u64(tag.into()),
            tag::SMALL_NEGATIVE..=tag::SMALL_NEGATIVE_LAST => {
                visitor.visit_i64(i64::from(tag & 0xf) - 16)
            }
            tag::NULL => visitor.visit_unit(),
            tag::FALSE => visitor.visit_bool(false),
            tag::TRUE => visitor.visit_bool(true),
            tag::SOME => self.some(visitor),
            tag::U8..=tag::U64 => visitor.visit_u64(self.unsigned(tag)?),
            tag::U128 => visitor.visit_u128(u128::from_le_bytes(self.array()?)),
            tag::I8 => visitor.visit_i64(i8::from_le_bytes(self.array()?).into()),
            tag::I16 => visitor.visit_i64(i16::from_le_bytes(self.array()?).into()),
            tag::I32 => visitor.visit_i64(i32::from_le_bytes(self.array()?).into()),
            tag::I64 => visitor.visit_i64(i64::from_le_bytes(self.array()?)),
            tag::I128 => visitor.visit_i128(i128::from_le_bytes(self.array()?)),
            tag::F32 => visitor.visit_f32(f32::from_le_bytes(self.array()?)),
            tag::F64 => visitor.visit_f64(f64::from_le_bytes(self.array()?)),
            tag::BYTES => visitor.visit_borrowed_bytes(self.sized()?),
            tag::BYTE_SEQ => {
                let mut bytes = Bytes::new(self.sized()?);
                let value = visitor.visit_seq(&mut bytes)?;
                bytes.end()?;
                Ok(value)
            }
            tag => Err(ValueError::Tag(tag)),
        }
    }

    /// Passes over one value. Strings aren't looked into.
    pub(super) fn skip(&mut self) -> Result {
        let tag = self.byte()?;
        if let Some(bytes) = self.str_bytes(tag) {
            return bytes.map(drop);
        }
        if let Some(count) = self.count(tag) {
            let values = match tag {
                tag::MAP | tag::OPEN_MAP | tag::SHORT_MAP..=tag::SHORT_MAP_LAST => 2,
                _ => 1,
            };
            let count = count?;
            return self.nested(|decoder| decoder.skip_parts(count, values));
        }
        let width = match tag {
            0..tag::SHORT_STR | tag::SMALL_NEGATIVE..=tag::TRUE => 0,
            tag::SOME => return self.nested(Self::skip),
            tag::U8 | tag::I8 => 1,
            tag::U16 | tag::I16 => 2,
            tag::U32 | tag::I32 | tag::F32 => 4,
            tag::U64 | tag::I64 | tag::F64 => 8,
            tag::U128 | tag::I128 => 16,
            tag::BYTES | tag::BYTE_SEQ => self.length()?,
            tag => return Err(ValueError::Tag(tag)),
        };
        self.take(width).map(drop)
    }

    /// Passes over `count` elements, or over all until the end's mark, of so many values each.
    fn skip_parts(&mut self, count: Option<usize>, values: usize) -> Result {
        let Some(count) = count else {
            while self.peek()? != tag::END {
                (0..values).try_for_each(|_| self.skip())?;
            }
            self.skip_byte();
            return Ok(());
        };
        (0..count).try_for_each(|_| (0..values).try_for_each(|_| self.skip()))
    }
}

#[inline]
fn utf8(bytes: &[u8]) -> Result<&str> {
    let text = match bytes.len() {
        ..64 => str::from_utf8(bytes).ok(),
        _ => simdutf8::basic::from_utf8(bytes).ok(),
    };
    text.ok_or(ValueError::Utf8)
}

macro_rules! integers {
    ($($method:ident)+) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            let n = match self.byte()? {
                tag @ 0..tag::SHORT_STR => tag.into(),
                tag @ tag::U8..=tag::U64 => self.unsigned(tag)?,
                tag => return self.tagged(tag, visitor),
            };
            visitor.visit_u64(n)
        }
    )+};
}

macro_rules! strings {
    ($($method:ident)+) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            let bytes = match self.byte()? {
                tag @ tag::SHORT_STR..tag::SMALL_NEGATIVE => self.take(usize::from(tag & 0x3f))?,
                tag::STR => self.sized()?,
                tag => return self.tagged(tag, visitor),
            };
            visitor.visit_borrowed_str(utf8(bytes)?)
        }
    )+};
}

impl<'de> Deserializer<'de> for &mut Decoder<'de> {
    type Error = ValueError;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let tag = self.byte()?;
        self.tagged(tag, visitor)
    }

    integers! {
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
    }

    strings! { deserialize_str deserialize_string deserialize_identifier deserialize_char }

    #[inline]
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.byte()? {
            tag::F64 => visitor.visit_f64(f64::from_le_bytes(self.array()?)),
            tag => self.tagged(tag, visitor),
        }
    }

    #[inline]
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.byte()? {
            tag::BYTES | tag::BYTE_SEQ => visitor.visit_borrowed_bytes(self.sized()?),
            // An empty `Vec<u8>` was written as any empty sequence is.
            tag::SHORT_SEQ => visitor.visit_borrowed_bytes(&[]),
            tag => self.tagged(tag, visitor),
        }
    }

    #[inline]
    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_bytes(visitor)
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek()? {
            tag::NULL => {
                self.skip_byte();
                visitor.visit_none()
            }
            tag::SOME => {
                self.skip_byte();
                self.some(visitor)
            }
            _ => self.some(visitor),
        }
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        if name == RAW_VALUE {
            return self.deserialize_map(visitor);
        }
        visitor.visit_newtype_struct(self)
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.byte()? {
            tag::BYTES | tag::BYTE_SEQ => {
                let mut bytes = Bytes::new(self.sized()?);
                let value = visitor.visit_seq(&mut bytes)?;
                bytes.end()?;
                Ok(value)
            }
            tag @ tag::SHORT_SEQ..tag::SHORT_MAP => self.seq(Some(usize::from(tag & 7)), visitor),
            tag::SEQ => {
                let count = self.length()?;
                self.seq(Some(count), visitor)
            }
            tag => self.tagged(tag, visitor),
        }
    }

    #[inline]
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.byte()? {
            tag @ tag::SHORT_MAP..=tag::SHORT_MAP_LAST => {
                self.map(Some(usize::from(tag & 7)), visitor)
            }
            tag => self.tagged(tag, visitor),
        }
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_map(visitor)
    }

    #[inline]
    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    #[inline]
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        const ONE_ENTRY: u8 = tag::SHORT_MAP + 1;
        match self.peek()? {
            ONE_ENTRY => {
                self.skip_byte();
                self.nested(|decoder| visitor.visit_enum(Variant::with_data(decoder)))
            }
            tag::SHORT_STR..tag::SMALL_NEGATIVE | tag::STR => {
                visitor.visit_enum(Variant::unit(self))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    #[inline]
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.skip()?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { bool i128 u128 f32 unit unit_struct }
}
