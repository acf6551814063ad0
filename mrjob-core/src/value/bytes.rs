//! Sequences of `u8`, which are kept as plain bytes.
//!
//! serde sees a `Vec<u8>` as any other sequence. Kept as bytes it is smaller, faster, and can be lent as `&[u8]`.

use std::fmt::{self, Display, Formatter};

use serde::ser::{Error, Impossible, Serialize, SerializeSeq, Serializer};

use super::encode::Parts;
use super::{ValueError, tag};

type Result<T = (), E = ValueError> = std::result::Result<T, E>;

/// The byte, if the value is a plain `u8`.
#[inline]
pub(crate) fn byte<T: Serialize + ?Sized>(value: &T) -> Option<u8> {
    value.serialize(ByteOnly).ok()
}

/// The elements of a sequence that is being written.
pub(super) struct Elements<'e, 'o> {
    parts: Parts<'e, 'o>,
    state: State,
}

enum State {
    /// Nothing but the head is written, which begins here.
    Empty(usize),
    /// Plain bytes, which begin here.
    Bytes {
        head: usize,
        bytes: usize,
    },
    Mixed,
}

impl<'e, 'o> Elements<'e, 'o> {
    #[inline]
    pub(super) fn new(parts: Parts<'e, 'o>, head: usize) -> Self {
        let state = match parts.left() {
            Some(_) => State::Empty(head),
            None => State::Mixed,
        };
        Self { parts, state }
    }

    /// Writes a byte after nothing but bytes.
    #[inline]
    fn byte(&mut self, byte: u8) -> Result {
        self.parts.count()?;
        if let State::Empty(head) = self.state {
            let len = 1 + self.parts.left().unwrap_or_default();
            self.parts.encoder.out.truncate(head);
            self.parts.encoder.out.push(tag::BYTE_SEQ);
            self.parts.encoder.length(len);
            let bytes = self.parts.encoder.out.len();
            self.state = State::Bytes { head, bytes };
        }
        self.parts.encoder.out.push(byte);
        Ok(())
    }

    /// Turns what was taken for bytes into a sequence of integers, because something else follows.
    #[cold]
    fn spell_out(&mut self, head: usize, bytes: usize) {
        let numbers = self.parts.encoder.out.split_off(bytes);
        self.parts.encoder.out.truncate(head);
        let len = numbers.len() + self.parts.left().unwrap_or_default();
        self.parts.encoder.head(tag::SHORT_SEQ, tag::SEQ, len);
        for number in numbers {
            self.parts.encoder.unsigned(number.into());
        }
    }
}

impl SerializeSeq for Elements<'_, '_> {
    type Ok = ();
    type Error = ValueError;

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        if let State::Mixed = self.state {
            return self.parts.element(value);
        }
        if let Some(byte) = byte(value) {
            return self.byte(byte);
        }
        if let State::Bytes { head, bytes } = self.state {
            self.spell_out(head, bytes);
        }
        self.state = State::Mixed;
        self.parts.element(value)
    }

    #[inline]
    fn end(self) -> Result {
        self.parts.finish()
    }
}

/// Takes a plain `u8` and nothing else. No newtype either: what is inside one may ask for it by name when it is read.
struct ByteOnly;

#[derive(Debug)]
struct NotAByte;

impl Display for NotAByte {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("not a byte")
    }
}

impl std::error::Error for NotAByte {}

impl Error for NotAByte {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

macro_rules! refuse {
    ($($method:ident($($type:ty),*) -> $ok:ty)+) => {$(
        #[inline]
        fn $method(self, $(_: $type),*) -> Result<$ok, NotAByte> {
            Err(NotAByte)
        }
    )+};
}

type Never = Impossible<u8, NotAByte>;

impl Serializer for ByteOnly {
    type Ok = u8;
    type Error = NotAByte;
    type SerializeSeq = Never;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Never;
    type SerializeStructVariant = Never;

    #[inline]
    fn serialize_u8(self, v: u8) -> Result<u8, NotAByte> {
        Ok(v)
    }

    refuse! {
        serialize_bool(bool) -> u8
        serialize_i8(i8) -> u8
        serialize_i16(i16) -> u8
        serialize_i32(i32) -> u8
        serialize_i64(i64) -> u8
        serialize_u16(u16) -> u8
        serialize_u32(u32) -> u8
        serialize_u64(u64) -> u8
        serialize_f32(f32) -> u8
        serialize_f64(f64) -> u8
        serialize_char(char) -> u8
        serialize_str(&str) -> u8
        serialize_bytes(&[u8]) -> u8
        serialize_none() -> u8
        serialize_unit() -> u8
        serialize_unit_struct(&'static str) -> u8
        serialize_unit_variant(&'static str, u32, &'static str) -> u8
        serialize_seq(Option<usize>) -> Never
        serialize_tuple(usize) -> Never
        serialize_tuple_struct(&'static str, usize) -> Never
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Never
        serialize_map(Option<usize>) -> Never
        serialize_struct(&'static str, usize) -> Never
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Never
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<u8, NotAByte> {
        Err(NotAByte)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: &T,
    ) -> Result<u8, NotAByte> {
        Err(NotAByte)
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<u8, NotAByte> {
        Err(NotAByte)
    }
}
