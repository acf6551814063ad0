//! From the text of one field to a type.

use serde::de::value::{BorrowedStrDeserializer, SeqDeserializer};
use serde::de::{Deserializer, Visitor};
use serde::forward_to_deserialize_any;

use crate::Arena;
use crate::protocol::ProtocolError;
use crate::protocol::error::excerpt;
use crate::protocol::line::Line;

/// The text of one field.
pub(in crate::protocol) struct Field<'de> {
    /// Nothing where the line has no such field.
    pub(in crate::protocol) line: Option<Line<'de>>,
    pub(in crate::protocol) arena: &'de Arena,
    /// Whether sequences of bytes are the field as it is.
    pub(in crate::protocol) raw: bool,
}

impl<'de> Field<'de> {
    #[inline]
    fn line(&self) -> Result<Line<'de>, ProtocolError> {
        self.line
            .ok_or_else(|| ProtocolError::Refused("the line has no value".into()))
    }

    #[inline]
    fn text(&self) -> Result<&'de str, ProtocolError> {
        self.line()?.text(self.arena)
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.line.is_none_or(|line| line.bytes().is_empty())
    }

    #[cold]
    fn refuse(&self, what: &'static str) -> ProtocolError {
        ProtocolError::NotA {
            text: self.excerpt(),
            what,
        }
    }

    #[cold]
    fn beyond(&self, what: &str) -> ProtocolError {
        let text = self.excerpt();
        ProtocolError::Refused(format!("`{text}` is beyond the range of {what}").into())
    }

    fn excerpt(&self) -> String {
        let line = self.line.map(|line| excerpt(line.bytes()));
        line.unwrap_or_default()
    }

    #[cold]
    fn composite(&self, what: &str) -> ProtocolError {
        let text = self.excerpt();
        let hint = match self.line.map(Line::bytes) {
            Some(bytes) if bytes.contains(&b'\t') => {
                "take it as `&str`, and parse what `split('\\t')` gives in the mapper"
            }
            _ => "take it as `&str` and parse it in the mapper; `Json` and `Csv` have fields",
        };
        let reason = format!("`{text}` is one text, and the type takes {what}\nhint: {hint}");
        ProtocolError::Refused(reason.into())
    }
}

macro_rules! parsed {
    ($($method:ident => $visit:ident($what:literal))+) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ProtocolError> {
            match self.text()?.parse() {
                Ok(parsed) => visitor.$visit(parsed),
                Err(_) => Err(self.refuse($what)),
            }
        }
    )+};
}

/// Floats: digits that stand for a number beyond the type's range aren't infinity, which is a word.
macro_rules! floats {
    ($($method:ident => $visit:ident($float:ident, $what:literal, $range:literal))+) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ProtocolError> {
            let text = self.text()?;
            match text.parse::<$float>() {
                Ok(parsed) if parsed.is_finite() || !text.contains(|c: char| c.is_ascii_digit()) => {
                    visitor.$visit(parsed)
                }
                Ok(_) => Err(self.beyond($range)),
                Err(_) => Err(self.refuse($what)),
            }
        }
    )+};
}

impl<'de> Deserializer<'de> for Field<'de> {
    type Error = ProtocolError;

    floats! {
        deserialize_f32 => visit_f32(f32, "a number (`f32`)", "a 32-bit float (`f32`)")
        deserialize_f64 => visit_f64(f64, "a number (`f64`)", "a 64-bit float (`f64`)")
    }

    parsed! {
        deserialize_bool => visit_bool("`true` or `false`")
        deserialize_i8 => visit_i8("an integer from -128 to 127 (`i8`)")
        deserialize_i16 => visit_i16("an integer from -32768 to 32767 (`i16`)")
        deserialize_i32 => visit_i32("a 32-bit integer (`i32`)")
        deserialize_i64 => visit_i64("a 64-bit integer (`i64`)")
        deserialize_i128 => visit_i128("a 128-bit integer (`i128`)")
        deserialize_u8 => visit_u8("an integer from 0 to 255 (`u8`)")
        deserialize_u16 => visit_u16("an integer from 0 to 65535 (`u16`)")
        deserialize_u32 => visit_u32("a 32-bit integer from 0 up (`u32`)")
        deserialize_u64 => visit_u64("a 64-bit integer from 0 up (`u64`)")
        deserialize_u128 => visit_u128("a 128-bit integer from 0 up (`u128`)")
        deserialize_char => visit_char("one character (`char`)")
    }

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ProtocolError> {
        visitor.visit_borrowed_str(self.text()?)
    }

    #[inline]
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ProtocolError> {
        visitor.visit_borrowed_bytes(self.line()?.bytes())
    }

    #[inline]
    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ProtocolError> {
        self.deserialize_bytes(visitor)
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ProtocolError> {
        match self.is_empty() {
            true => visitor.visit_none(),
            false => visitor.visit_some(self),
        }
    }

    #[inline]
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ProtocolError> {
        match self.is_empty() {
            true => visitor.visit_unit(),
            false => Err(self.refuse("empty, as `()` is")),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ProtocolError> {
        self.deserialize_unit(visitor)
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ProtocolError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ProtocolError> {
        if !self.raw {
            return Err(self.composite("a sequence"));
        }
        let mut bytes = SeqDeserializer::new(self.line()?.bytes().iter().copied());
        let value = visitor.visit_seq(&mut bytes)?;
        bytes.end()?;
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, ProtocolError> {
        if !self.raw {
            return Err(self.composite(&format!("a tuple of {len}")));
        }
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        _: V,
    ) -> Result<V::Value, ProtocolError> {
        Err(self.composite("a struct"))
    }

    fn deserialize_map<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ProtocolError> {
        Err(self.composite("a map"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, ProtocolError> {
        Err(self.composite("a struct"))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ProtocolError> {
        visitor.visit_enum(BorrowedStrDeserializer::new(self.text()?))
    }

    #[inline]
    fn deserialize_ignored_any<V: Visitor<'de>>(
        self,
        visitor: V,
    ) -> Result<V::Value, ProtocolError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { str string identifier }
}
