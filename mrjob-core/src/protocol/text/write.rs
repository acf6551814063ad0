//! From a type to the text of one field.

use std::fmt::Display;
use std::io::Write;

use serde::ser::{Error, Impossible, Serialize, SerializeSeq, Serializer};

use crate::protocol::ProtocolError;

type Result<T = bool> = std::result::Result<T, ProtocolError>;
type Never = Impossible<bool, ProtocolError>;

/// Appends a scalar as it is displayed. The result is whether there was one: `()` and `None` are nothing.
pub(in crate::protocol) struct FieldWriter<'o> {
    pub(in crate::protocol) out: &'o mut Vec<u8>,
    /// Whether bytes are written as they are.
    pub(in crate::protocol) raw: bool,
}

impl FieldWriter<'_> {
    fn display(self, v: impl Display) -> Result {
        write!(self.out, "{v}").expect("writing to memory can't fail");
        Ok(true)
    }
}

#[cold]
fn composite<T>(what: &str) -> Result<T> {
    Err(ProtocolError::custom(format_args!(
        "{what} can't be written as one text\nhint: `Json` can write it, `Csv` rows of columns"
    )))
}

#[cold]
fn bytes<T>() -> Result<T> {
    Err(ProtocolError::custom(
        "a sequence can't be written as one text\nhint: `Json` can write it; bytes are written as they are by `Bytes`",
    ))
}

macro_rules! integers {
    ($($method:ident($type:ty))+) => {$(
        #[inline]
        fn $method(self, v: $type) -> Result {
            self.out.extend_from_slice(itoa::Buffer::new().format(v).as_bytes());
            Ok(true)
        }
    )+};
}

impl<'o> Serializer for FieldWriter<'o> {
    type Ok = bool;
    type Error = ProtocolError;
    type SerializeSeq = RawBytes<'o>;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Never;
    type SerializeStructVariant = Never;

    integers! {
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64) serialize_i128(i128)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64) serialize_u128(u128)
    }

    fn serialize_bool(self, v: bool) -> Result {
        self.display(v)
    }

    fn serialize_f32(self, v: f32) -> Result {
        self.display(v)
    }

    fn serialize_f64(self, v: f64) -> Result {
        self.display(v)
    }

    fn serialize_char(self, v: char) -> Result {
        self.display(v)
    }

    #[inline]
    fn serialize_str(self, v: &str) -> Result {
        self.out.extend_from_slice(v.as_bytes());
        Ok(true)
    }

    #[inline]
    fn serialize_bytes(self, v: &[u8]) -> Result {
        if !self.raw {
            return bytes();
        }
        self.out.extend_from_slice(v);
        Ok(true)
    }

    #[inline]
    fn serialize_none(self) -> Result {
        Ok(false)
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        value.serialize(self)
    }

    #[inline]
    fn serialize_unit(self) -> Result {
        Ok(false)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result {
        Ok(false)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result {
        self.serialize_str(variant)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result {
        composite("an enum's variant with data")
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<RawBytes<'o>> {
        if !self.raw {
            return bytes();
        }
        Ok(RawBytes(self.out))
    }

    fn serialize_tuple(self, _: usize) -> Result<Never> {
        composite("a tuple")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Never> {
        composite("a struct")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never> {
        composite("an enum's variant with data")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Never> {
        composite("a map")
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Never> {
        composite("a struct")
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never> {
        composite("an enum's variant with data")
    }
}

/// A sequence of bytes, written as they are.
pub(in crate::protocol) struct RawBytes<'o>(&'o mut Vec<u8>);

impl SerializeSeq for RawBytes<'_> {
    type Ok = bool;
    type Error = ProtocolError;

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        match crate::value::byte(value) {
            Some(byte) => self.0.push(byte),
            None => return composite("a sequence of anything but bytes"),
        }
        Ok(())
    }

    fn end(self) -> Result {
        Ok(true)
    }
}
