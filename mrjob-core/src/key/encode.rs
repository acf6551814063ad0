//! Values to key bytes.

use std::fmt::{self, Display, Write};

use serde::ser::{self, Serialize};

use super::place::{END, MARK, NONE, Place, SOME, WIDE_VARIANT};
use super::short::is_plain;
use super::sink::{Chunk, Flipped};
use super::wrapper::DESC;
use super::{KeyError, KeySink};

/// Appends a key's bytes to `out`.
///
/// ```
/// use mrjob_core::key::encode;
///
/// let (mut nine, mut ten) = (Vec::new(), Vec::new());
/// encode(&("page", 9), &mut nine)?;
/// encode(&("page", 10), &mut ten)?;
/// assert!(nine < ten);
/// # Ok::<(), mrjob_core::key::KeyError>(())
/// ```
///
/// # Errors
///
/// [`KeyError`] says why the type can't be a key. A part of the key may have been appended.
#[inline]
pub fn encode<T: Serialize + ?Sized>(key: &T, out: &mut Vec<u8>) -> Result<(), KeyError> {
    encode_to(key, out)
}

/// Appends a key's bytes to a sink.
///
/// # Errors
///
/// As [`encode`].
#[inline]
pub fn encode_to<T: Serialize + ?Sized>(key: &T, sink: &mut impl KeySink) -> Result<(), KeyError> {
    let place = Place::Last;
    key.serialize(Encoder { sink, place })
}

struct Encoder<'a, S> {
    sink: &'a mut S,
    place: Place,
}

impl<'a, S: KeySink> Encoder<'a, S> {
    /// Marks a value that isn't a byte as an element, if it is one.
    #[inline]
    fn open(mut self) -> Self {
        if self.place.is_element() {
            self.sink.push(MARK);
            self.place = Place::Inner;
        }
        self
    }

    #[inline]
    fn fixed(self, bytes: &[u8]) -> Result<(), KeyError> {
        self.open().sink.extend(bytes);
        Ok(())
    }

    /// A string or bytes.
    #[inline]
    fn bytes(self, bytes: &[u8]) -> Result<(), KeyError> {
        let opened = self.open();
        match opened.place {
            Place::Last => opened.sink.extend(bytes),
            _ => {
                escape(bytes, opened.sink);
                opened.sink.push(END);
            }
        }
        Ok(())
    }

    #[inline]
    fn variant(self, index: u32) -> Self {
        let opened = self.open();
        match u8::try_from(index) {
            Ok(narrow) if narrow != WIDE_VARIANT => opened.sink.push(narrow),
            _ => {
                opened.sink.push(WIDE_VARIANT);
                opened.sink.extend(&index.to_be_bytes());
            }
        }
        opened
    }

    #[inline]
    fn fields(self, left: usize) -> Fields<'a, S> {
        let Encoder { sink, place } = self.open();
        Fields { sink, place, left }
    }
}

#[inline]
fn escape(bytes: &[u8], sink: &mut impl KeySink) {
    if is_plain(bytes) {
        sink.extend(bytes);
    } else {
        bytes.iter().for_each(|&byte| escape_byte(byte, sink));
    }
}

#[inline]
fn escape_byte(byte: u8, sink: &mut impl KeySink) {
    if byte > MARK {
        sink.push(byte);
    } else {
        sink.push(MARK);
        sink.push(byte + 1);
    }
}

macro_rules! integers {
    ($($method:ident $signed:ident $unsigned:ident,)*) => {$(
        #[inline]
        fn $method(self, value: $signed) -> Result<(), KeyError> {
            let ordered = (value ^ $signed::MIN) as $unsigned;
            self.fixed(&ordered.to_be_bytes())
        }
    )*};
}

macro_rules! floats {
    ($($method:ident $float:ident $bits:ident,)*) => {$(
        #[inline]
        fn $method(self, value: $float) -> Result<(), KeyError> {
            let sign = 1 << ($bits::BITS - 1);
            // All NaNs are one key: their signs and payloads are accidents of how they came about.
            let value = if value.is_nan() { $float::NAN } else { value };
            let bits = value.to_bits();
            let ordered = if bits & sign == 0 { bits | sign } else { !bits };
            self.fixed(&ordered.to_be_bytes())
        }
    )*};
}

impl<'a, S: KeySink> ser::Serializer for Encoder<'a, S> {
    type Ok = ();
    type Error = KeyError;
    type SerializeSeq = Elements<'a, S>;
    type SerializeTuple = Fields<'a, S>;
    type SerializeTupleStruct = Fields<'a, S>;
    type SerializeTupleVariant = Fields<'a, S>;
    type SerializeMap = ser::Impossible<(), KeyError>;
    type SerializeStruct = Fields<'a, S>;
    type SerializeStructVariant = Fields<'a, S>;

    // `MIN` is 0 where there is no sign to flip.
    integers! {
        serialize_i8 i8 u8, serialize_i16 i16 u16, serialize_i32 i32 u32, serialize_i64 i64 u64,
        serialize_i128 i128 u128, serialize_u16 u16 u16, serialize_u32 u32 u32, serialize_u64 u64 u64,
        serialize_u128 u128 u128,
    }
    floats! { serialize_f32 f32 u32, serialize_f64 f64 u64, }

    #[inline]
    fn serialize_u8(self, value: u8) -> Result<(), KeyError> {
        match self.place {
            Place::InnerElement => escape_byte(value, self.sink),
            _ => self.sink.push(value),
        }
        Ok(())
    }

    #[inline]
    fn serialize_bool(self, value: bool) -> Result<(), KeyError> {
        self.fixed(&[value.into()])
    }

    #[inline]
    fn serialize_char(self, value: char) -> Result<(), KeyError> {
        self.fixed(&u32::from(value).to_be_bytes())
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<(), KeyError> {
        self.bytes(value.as_bytes())
    }

    #[inline]
    fn serialize_bytes(self, value: &[u8]) -> Result<(), KeyError> {
        self.bytes(value)
    }

    #[inline]
    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), KeyError> {
        let mut text = Text(self.open());
        write!(text, "{value}").map_err(ser::Error::custom)?;
        if text.0.place != Place::Last {
            text.0.sink.push(END);
        }
        Ok(())
    }

    #[inline]
    fn serialize_none(self) -> Result<(), KeyError> {
        self.fixed(&[NONE])
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), KeyError> {
        let opened = self.open();
        opened.sink.push(SOME);
        value.serialize(opened)
    }

    #[inline]
    fn serialize_unit(self) -> Result<(), KeyError> {
        self.fixed(&[])
    }

    #[inline]
    fn serialize_unit_struct(self, _: &'static str) -> Result<(), KeyError> {
        self.fixed(&[])
    }

    #[inline]
    fn serialize_newtype_struct<T>(self, name: &'static str, value: &T) -> Result<(), KeyError>
    where
        T: Serialize + ?Sized,
    {
        if name != DESC {
            return value.serialize(self);
        }
        // No encoding that isn't in last place begins another, so flipped bits are the opposite order.
        let sink = &mut Flipped::new(self.open().sink);
        let place = Place::Inner;
        value.serialize(Encoder { sink, place })
    }

    #[inline]
    fn serialize_unit_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
    ) -> Result<(), KeyError> {
        self.variant(index);
        Ok(())
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), KeyError> {
        value.serialize(self.variant(index))
    }

    #[inline]
    fn serialize_seq(self, _: Option<usize>) -> Result<Elements<'a, S>, KeyError> {
        let Encoder { sink, place } = self.open();
        let place = place.elements();
        Ok(Elements { sink, place })
    }

    #[inline]
    fn collect_seq<I>(self, elements: I) -> Result<(), KeyError>
    where
        I: IntoIterator<Item: Serialize>,
    {
        let Encoder { sink, place } = self.open();
        let place = place.elements();
        let mut chunk = Chunk::new(sink);
        for element in elements {
            let sink = &mut chunk;
            element.serialize(Encoder { sink, place })?;
        }
        if place == Place::InnerElement {
            chunk.push(END);
        }
        chunk.flush();
        Ok(())
    }

    #[inline]
    fn serialize_tuple(self, len: usize) -> Result<Fields<'a, S>, KeyError> {
        Ok(self.fields(len))
    }

    #[inline]
    fn serialize_tuple_struct(
        self,
        _: &'static str,
        len: usize,
    ) -> Result<Fields<'a, S>, KeyError> {
        Ok(self.fields(len))
    }

    #[inline]
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        len: usize,
    ) -> Result<Fields<'a, S>, KeyError> {
        Ok(self.variant(index).fields(len))
    }

    #[cold]
    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, KeyError> {
        Err(KeyError::Map)
    }

    #[inline]
    fn serialize_struct(self, _: &'static str, len: usize) -> Result<Fields<'a, S>, KeyError> {
        Ok(self.fields(len))
    }

    #[inline]
    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        len: usize,
    ) -> Result<Fields<'a, S>, KeyError> {
        Ok(self.variant(index).fields(len))
    }

    #[inline]
    fn is_human_readable(&self) -> bool {
        false
    }
}

/// A string that comes in pieces.
struct Text<'a, S>(Encoder<'a, S>);

impl<S: KeySink> Write for Text<'_, S> {
    #[inline]
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        match self.0.place {
            Place::Last => self.0.sink.extend(piece.as_bytes()),
            _ => escape(piece.as_bytes(), self.0.sink),
        }
        Ok(())
    }
}

/// The elements of a sequence.
struct Elements<'a, S> {
    sink: &'a mut S,
    place: Place,
}

impl<S: KeySink> ser::SerializeSeq for Elements<'_, S> {
    type Ok = ();
    type Error = KeyError;

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), KeyError> {
        let (sink, place) = (&mut *self.sink, self.place);
        value.serialize(Encoder { sink, place })
    }

    #[inline]
    fn end(self) -> Result<(), KeyError> {
        if self.place == Place::InnerElement {
            self.sink.push(END);
        }
        Ok(())
    }
}

/// The fields of a tuple or struct.
struct Fields<'a, S> {
    sink: &'a mut S,
    place: Place,
    left: usize,
}

impl<S: KeySink> Fields<'_, S> {
    #[inline]
    fn field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), KeyError> {
        self.left = self.left.checked_sub(1).ok_or(KeyError::FieldCount)?;
        let (sink, place) = (&mut *self.sink, self.place.field(self.left));
        value.serialize(Encoder { sink, place })
    }

    #[inline]
    fn finish(self) -> Result<(), KeyError> {
        match self.left {
            0 => Ok(()),
            _ => Err(KeyError::FieldCount),
        }
    }
}

macro_rules! fields {
    ($($compound:ident $method:ident,)*) => {$(
        impl<S: KeySink> ser::$compound for Fields<'_, S> {
            type Ok = ();
            type Error = KeyError;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), KeyError> {
                self.field(value)
            }

            #[inline]
            fn end(self) -> Result<(), KeyError> {
                self.finish()
            }
        }
    )*};
}

macro_rules! named_fields {
    ($($compound:ident,)*) => {$(
        impl<S: KeySink> ser::$compound for Fields<'_, S> {
            type Ok = ();
            type Error = KeyError;

            #[inline]
            fn serialize_field<T>(&mut self, _: &'static str, value: &T) -> Result<(), KeyError>
            where
                T: Serialize + ?Sized,
            {
                self.field(value)
            }

            #[cold]
            fn skip_field(&mut self, field: &'static str) -> Result<(), KeyError> {
                Err(KeyError::SkippedField { field })
            }

            #[inline]
            fn end(self) -> Result<(), KeyError> {
                self.finish()
            }
        }
    )*};
}

fields! {
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field,
}
named_fields! { SerializeStruct, SerializeStructVariant, }
