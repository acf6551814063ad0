//! A serializer that writes nothing and refuses floats that JSON doesn't have.

use std::fmt::Display;

use serde::ser::{self, Serialize, Serializer};

pub(super) struct Finite;

/// Why a value was refused.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Refused(String);

impl ser::Error for Refused {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

type Result<T = ()> = std::result::Result<T, Refused>;

macro_rules! fine {
    ($($method:ident($($type:ty),*) -> $ok:expr, $ret:ty;)+) => {$(
        fn $method(self, $(_: $type),*) -> Result<$ret> {
            Ok($ok)
        }
    )+};
}

macro_rules! parts {
    ($($kind:ident::$method:ident($($name:ty)?);)+) => {$(
        impl ser::$kind for Finite {
            type Ok = ();
            type Error = Refused;

            fn $method<T: Serialize + ?Sized>(&mut self, $(_: $name,)? value: &T) -> Result {
                value.serialize(Finite)
            }

            fn end(self) -> Result {
                Ok(())
            }
        }
    )+};
}

parts! {
    SerializeSeq::serialize_element();
    SerializeTuple::serialize_element();
    SerializeTupleStruct::serialize_field();
    SerializeTupleVariant::serialize_field();
    SerializeStruct::serialize_field(&'static str);
    SerializeStructVariant::serialize_field(&'static str);
}

impl ser::SerializeMap for Finite {
    type Ok = ();
    type Error = Refused;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> Result {
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        value.serialize(Finite)
    }

    fn end(self) -> Result {
        Ok(())
    }
}

impl Serializer for Finite {
    type Ok = ();
    type Error = Refused;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fn serialize_f32(self, v: f32) -> Result {
        self.serialize_f64(v.into())
    }

    fn serialize_f64(self, v: f64) -> Result {
        if v.is_finite() {
            return Ok(());
        }
        let reason = format!(
            "JSON has no `{v}`\n\
             hint: emit an `Option<f64>`, whose `None` is `null`; as output, `Text` and `Csv` can write it; between steps, \
             `Compact`"
        );
        Err(Refused(reason))
    }

    fine! {
        serialize_bool(bool) -> (), ();
        serialize_i8(i8) -> (), ();
        serialize_i16(i16) -> (), ();
        serialize_i32(i32) -> (), ();
        serialize_i64(i64) -> (), ();
        serialize_i128(i128) -> (), ();
        serialize_u8(u8) -> (), ();
        serialize_u16(u16) -> (), ();
        serialize_u32(u32) -> (), ();
        serialize_u64(u64) -> (), ();
        serialize_u128(u128) -> (), ();
        serialize_char(char) -> (), ();
        serialize_str(&str) -> (), ();
        serialize_bytes(&[u8]) -> (), ();
        serialize_none() -> (), ();
        serialize_unit() -> (), ();
        serialize_unit_struct(&'static str) -> (), ();
        serialize_unit_variant(&'static str, u32, &'static str) -> (), ();
        serialize_seq(Option<usize>) -> Finite, Self;
        serialize_tuple(usize) -> Finite, Self;
        serialize_tuple_struct(&'static str, usize) -> Finite, Self;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Finite, Self;
        serialize_map(Option<usize>) -> Finite, Self;
        serialize_struct(&'static str, usize) -> Finite, Self;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Finite, Self;
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result {
        value.serialize(self)
    }
}
