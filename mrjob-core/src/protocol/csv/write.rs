//! From a type to columns.

use serde::ser::{self, Error, Impossible, Serialize, Serializer};

use crate::protocol::ProtocolError;
use crate::protocol::text::FieldWriter;

type Result<T = ()> = std::result::Result<T, ProtocolError>;
type Never = Impossible<(), ProtocolError>;

/// Appends the columns of a row.
pub(super) struct RowWriter<'o> {
    out: &'o mut Vec<u8>,
    is_first: bool,
}

impl<'o> RowWriter<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>) -> Self {
        Self {
            out,
            is_first: true,
        }
    }

    fn column<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        if !self.is_first {
            self.out.push(b',');
        }
        self.is_first = false;
        let start = self.out.len();
        value.serialize(FieldWriter {
            out: &mut *self.out,
            raw: true,
        })?;
        self.quote(start)
    }

    /// Puts the column that begins here in quotes where it needs them.
    fn quote(&mut self, start: usize) -> Result {
        let column = &self.out[start..];
        if memchr::memchr(b'\n', column).is_some() {
            return Err(ProtocolError::custom(
                "a column has a line end in it, and a row is one line\nhint: `Json` can write it",
            ));
        }
        if memchr::memchr3(b',', b'"', b'\r', column).is_none() {
            return Ok(());
        }
        let column = self.out.split_off(start);
        self.out.push(b'"');
        for &byte in &column {
            if byte == b'"' {
                self.out.push(b'"');
            }
            self.out.push(byte);
        }
        self.out.push(b'"');
        Ok(())
    }
}

#[cold]
fn refuse<T>(what: &str) -> Result<T> {
    Err(ProtocolError::custom(format_args!(
        "{what} can't be written as columns, which have no names\nhint: `Json` can write it"
    )))
}

macro_rules! scalars {
    ($($method:ident($type:ty))+) => {$(
        fn $method(self, v: $type) -> Result {
            self.column(&v)
        }
    )+};
}

impl<'w, 'o> Serializer for &'w mut RowWriter<'o> {
    type Ok = ();
    type Error = ProtocolError;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Self;
    type SerializeStructVariant = Never;

    scalars! {
        serialize_bool(bool)
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64) serialize_i128(i128)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64) serialize_u128(u128)
        serialize_f32(f32) serialize_f64(f64) serialize_char(char) serialize_str(&str)
    }

    fn serialize_bytes(self, v: &[u8]) -> Result {
        // A slice of `u8` is a sequence to serde, which the field's writer takes for what it is.
        self.column(v)
    }

    fn serialize_none(self) -> Result {
        self.column("")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result {
        self.column(variant)
    }

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
        refuse("an enum's variant with data")
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never> {
        refuse("an enum's variant with data")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Never> {
        refuse("a map or a struct with flattened fields")
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never> {
        refuse("an enum's variant with data")
    }
}

macro_rules! parts {
    ($($kind:ident::$method:ident)+) => {$(
        impl ser::$kind for &mut RowWriter<'_> {
            type Ok = ();
            type Error = ProtocolError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
                value.serialize(&mut **self)
            }

            fn end(self) -> Result {
                Ok(())
            }
        }
    )+};
}

parts! {
    SerializeSeq::serialize_element
    SerializeTuple::serialize_element
    SerializeTupleStruct::serialize_field
}

impl ser::SerializeStruct for &mut RowWriter<'_> {
    type Ok = ();
    type Error = ProtocolError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result {
        value.serialize(&mut **self)
    }

    /// A field that is left out keeps its place.
    fn skip_field(&mut self, _: &'static str) -> Result {
        self.column("")
    }

    fn end(self) -> Result {
        Ok(())
    }
}
