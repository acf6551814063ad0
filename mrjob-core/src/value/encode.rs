//! From a type to bytes.

use serde::ser::{Serialize, Serializer};

use super::compound::compounds;
use super::{ValueError, bytes, tag};

type Result<T = ()> = std::result::Result<T, ValueError>;

/// Appends the compact encoding of a value.
///
/// It describes itself, so that every serde type can be read back: untagged and flattened ones, maps with any keys,
/// options of options. What is there on an error is to be thrown away.
///
/// ```
/// # use mrjob_core::value;
/// let mut bytes = Vec::new();
/// value::encode(&("the", 3_u64), &mut bytes)?;
/// assert_eq!(bytes, b"\xea\x83the\x03");
/// assert_eq!(value::decode::<(&str, u64)>(&bytes)?, ("the", 3));
/// # Ok::<(), value::ValueError>(())
/// ```
///
/// # Errors
///
/// What the type's own `Serialize` refuses, and values nested deeper than 255 levels.
#[inline]
pub fn encode<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) -> Result {
    value.serialize(&mut Encoder {
        out,
        depth: tag::MAX_DEPTH,
    })
}

pub(super) struct Encoder<'o> {
    pub(super) out: &'o mut Vec<u8>,
    depth: u8,
}

impl Encoder<'_> {
    /// A tag and a number of fixed width, in one append. `N` is one more than the number's width.
    #[inline]
    fn tagged<const W: usize, const N: usize>(&mut self, tag: u8, number: [u8; W]) {
        const { assert!(N == W + 1) };
        let mut both = [tag; N];
        both[1..].copy_from_slice(&number);
        self.out.extend_from_slice(&both);
    }

    /// An integer by its least width. Of integers of several widths no branch can be foreseen, so eight bytes are written, and what
    /// is too much is taken back.
    #[inline]
    pub(super) fn unsigned(&mut self, n: u64) {
        if n <= 0x7f {
            return self.out.push(n as u8);
        }
        let class = u8::from(n > 0xff) + u8::from(n > 0xffff) + u8::from(n > 0xffff_ffff);
        self.tagged::<8, 9>(tag::U8 + class, n.to_le_bytes());
        self.out.truncate(self.out.len() - 8 + (1 << class));
    }

    #[inline]
    fn signed(&mut self, n: i64) {
        if n >= 0 {
            return self.unsigned(n as u64);
        }
        if n >= -16 {
            self.out.push((n + 16) as u8 | tag::SMALL_NEGATIVE);
        } else if let Ok(n) = i8::try_from(n) {
            self.tagged::<1, 2>(tag::I8, n.to_le_bytes());
        } else if let Ok(n) = i16::try_from(n) {
            self.tagged::<2, 3>(tag::I16, n.to_le_bytes());
        } else if let Ok(n) = i32::try_from(n) {
            self.tagged::<4, 5>(tag::I32, n.to_le_bytes());
        } else {
            self.tagged::<8, 9>(tag::I64, n.to_le_bytes());
        }
    }

    #[inline]
    pub(super) fn length(&mut self, mut n: usize) {
        while n >= 0x80 {
            self.out.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.out.push(n as u8);
    }

    #[inline]
    fn str(&mut self, s: &str) {
        if s.len() <= tag::SHORT_STR_MAX {
            self.out.push(tag::SHORT_STR | s.len() as u8);
        } else {
            self.out.push(tag::STR);
            self.length(s.len());
        }
        self.out.extend_from_slice(s.as_bytes());
    }

    /// The head of a sequence or map with `len` entries.
    #[inline]
    pub(super) fn head(&mut self, short: u8, long: u8, len: usize) {
        if len <= tag::SHORT_MAX {
            self.out.push(short + len as u8);
        } else {
            self.out.push(long);
            self.length(len);
        }
    }

    #[inline]
    fn enter(&mut self) -> Result {
        self.depth = self.depth.checked_sub(1).ok_or(ValueError::Depth)?;
        Ok(())
    }

    /// Begins an enum's variant with data: a map of one entry.
    #[inline]
    fn variant(&mut self, name: &str) -> Result {
        self.enter()?;
        self.out.push(tag::SHORT_MAP + 1);
        self.str(name);
        Ok(())
    }
}

impl<'e, 'o> Encoder<'o> {
    #[inline]
    fn seq(&'e mut self, len: Option<usize>) -> Result<Parts<'e, 'o>> {
        self.enter()?;
        match len {
            Some(len) => self.head(tag::SHORT_SEQ, tag::SEQ, len),
            None => self.out.push(tag::OPEN_SEQ),
        }
        Ok(Parts::new(self, len, 1))
    }

    #[inline]
    fn map(&'e mut self, len: Option<usize>) -> Result<Parts<'e, 'o>> {
        self.enter()?;
        match len {
            Some(len) => self.head(tag::SHORT_MAP, tag::MAP, len),
            None => self.out.push(tag::OPEN_MAP),
        }
        Ok(Parts::new(self, len, 1))
    }
}

impl<'e, 'o> Serializer for &'e mut Encoder<'o> {
    type Ok = ();
    type Error = ValueError;
    type SerializeSeq = bytes::Elements<'e, 'o>;
    type SerializeTuple = Parts<'e, 'o>;
    type SerializeTupleStruct = Parts<'e, 'o>;
    type SerializeTupleVariant = Parts<'e, 'o>;
    type SerializeMap = Parts<'e, 'o>;
    type SerializeStruct = Parts<'e, 'o>;
    type SerializeStructVariant = Parts<'e, 'o>;

    #[inline]
    fn serialize_bool(self, v: bool) -> Result {
        self.out.push(if v { tag::TRUE } else { tag::FALSE });
        Ok(())
    }

    #[inline]
    fn serialize_i8(self, v: i8) -> Result {
        self.serialize_i64(v.into())
    }

    #[inline]
    fn serialize_i16(self, v: i16) -> Result {
        self.serialize_i64(v.into())
    }

    #[inline]
    fn serialize_i32(self, v: i32) -> Result {
        self.serialize_i64(v.into())
    }

    #[inline]
    fn serialize_i64(self, v: i64) -> Result {
        self.signed(v);
        Ok(())
    }

    fn serialize_i128(self, v: i128) -> Result {
        match (i64::try_from(v), u128::try_from(v)) {
            (Ok(v), _) => self.signed(v),
            (_, Ok(v)) => return self.serialize_u128(v),
            _ => self.tagged::<16, 17>(tag::I128, v.to_le_bytes()),
        }
        Ok(())
    }

    #[inline]
    fn serialize_u8(self, v: u8) -> Result {
        self.serialize_u64(v.into())
    }

    #[inline]
    fn serialize_u16(self, v: u16) -> Result {
        self.serialize_u64(v.into())
    }

    #[inline]
    fn serialize_u32(self, v: u32) -> Result {
        self.serialize_u64(v.into())
    }

    #[inline]
    fn serialize_u64(self, v: u64) -> Result {
        self.unsigned(v);
        Ok(())
    }

    fn serialize_u128(self, v: u128) -> Result {
        match u64::try_from(v) {
            Ok(v) => self.unsigned(v),
            Err(_) => self.tagged::<16, 17>(tag::U128, v.to_le_bytes()),
        }
        Ok(())
    }

    #[inline]
    fn serialize_f32(self, v: f32) -> Result {
        self.tagged::<4, 5>(tag::F32, v.to_le_bytes());
        Ok(())
    }

    #[inline]
    fn serialize_f64(self, v: f64) -> Result {
        self.tagged::<8, 9>(tag::F64, v.to_le_bytes());
        Ok(())
    }

    #[inline]
    fn serialize_char(self, v: char) -> Result {
        self.str(v.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    #[inline]
    fn serialize_str(self, v: &str) -> Result {
        self.str(v);
        Ok(())
    }

    #[inline]
    fn serialize_bytes(self, v: &[u8]) -> Result {
        self.out.push(tag::BYTES);
        self.length(v.len());
        self.out.extend_from_slice(v);
        Ok(())
    }

    #[inline]
    fn serialize_none(self) -> Result {
        self.serialize_unit()
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        self.enter()?;
        let start = self.out.len();
        value.serialize(&mut *self)?;
        self.depth += 1;
        if matches!(self.out.get(start), Some(&(tag::NULL | tag::SOME))) {
            // Cheap: what follows can only be more of the same tags and one null.
            self.out.insert(start, tag::SOME);
        }
        Ok(())
    }

    #[inline]
    fn serialize_unit(self) -> Result {
        self.out.push(tag::NULL);
        Ok(())
    }

    #[inline]
    fn serialize_unit_struct(self, _: &'static str) -> Result {
        self.serialize_unit()
    }

    #[inline]
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result {
        self.serialize_str(variant)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result {
        value.serialize(self)
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result {
        self.variant(variant)?;
        value.serialize(&mut *self)?;
        self.depth += 1;
        Ok(())
    }

    #[inline]
    fn serialize_seq(self, len: Option<usize>) -> Result<Self::SerializeSeq> {
        let start = self.out.len();
        Ok(bytes::Elements::new(self.seq(len)?, start))
    }

    #[inline]
    fn serialize_tuple(self, len: usize) -> Result<Parts<'e, 'o>> {
        self.seq(Some(len))
    }

    #[inline]
    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Parts<'e, 'o>> {
        self.seq(Some(len))
    }

    #[inline]
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Parts<'e, 'o>> {
        self.variant(variant)?;
        Ok(self.seq(Some(len))?.within_variant())
    }

    #[inline]
    fn serialize_map(self, len: Option<usize>) -> Result<Parts<'e, 'o>> {
        self.map(len)
    }

    #[inline]
    fn serialize_struct(self, _: &'static str, len: usize) -> Result<Parts<'e, 'o>> {
        self.map(Some(len))
    }

    #[inline]
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Parts<'e, 'o>> {
        self.variant(variant)?;
        Ok(self.map(Some(len))?.within_variant())
    }
}

/// A sequence or map that is being written.
pub(super) struct Parts<'e, 'o> {
    pub(super) encoder: &'e mut Encoder<'o>,
    /// How many are to come; nothing where the end is marked instead.
    left: Option<usize>,
    levels: u8,
}

impl<'e, 'o> Parts<'e, 'o> {
    #[inline]
    fn new(encoder: &'e mut Encoder<'o>, left: Option<usize>, levels: u8) -> Self {
        Self {
            encoder,
            left,
            levels,
        }
    }

    #[inline]
    fn within_variant(self) -> Self {
        Self { levels: 2, ..self }
    }

    /// How many elements are still to come.
    #[inline]
    pub(super) fn left(&self) -> Option<usize> {
        self.left
    }

    /// Counts one element or entry.
    #[inline]
    pub(super) fn count(&mut self) -> Result {
        if let Some(left) = &mut self.left {
            *left = left.checked_sub(1).ok_or(ValueError::Count)?;
        }
        Ok(())
    }

    #[inline]
    pub(super) fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.count()?;
        self.value(value)
    }

    #[inline]
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result {
        self.count()?;
        self.encoder.str(name);
        self.value(value)
    }

    /// The value behind a key.
    #[inline]
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        value.serialize(&mut *self.encoder)
    }

    #[inline]
    pub(super) fn finish(self) -> Result {
        match self.left {
            None => self.encoder.out.push(tag::END),
            Some(0) => {}
            Some(_) => return Err(ValueError::Count),
        }
        self.encoder.depth += self.levels;
        Ok(())
    }
}

compounds!(Parts<'_, '_>);
