//! From columns to a type.

use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};

use super::row::Row;
use crate::protocol::{Part, ProtocolError};

type Result<T> = std::result::Result<T, ProtocolError>;

/// What a type takes columns from.
pub(super) struct Columns<'r, 'de> {
    row: &'r mut Row<'de>,
    /// The half of the record that is read as a whole; nothing for a part of it.
    whole: Option<Part>,
    /// How many elements are to come, where that is known.
    left: Option<usize>,
}

impl<'r, 'de> Columns<'r, 'de> {
    pub(super) fn of(row: &'r mut Row<'de>, part: Part) -> Self {
        Self {
            row,
            whole: Some(part),
            left: None,
        }
    }

    /// The elements of a sequence, or the fields of a struct.
    fn parts(&mut self, left: Option<usize>) -> Columns<'_, 'de> {
        Columns {
            row: self.row,
            whole: None,
            left,
        }
    }
}

#[cold]
fn refuse<T>(what: &str) -> Result<T> {
    Err(ProtocolError::custom(format_args!(
        "{what} can't be read from columns, which have no names\nhint: `JsonValue` has"
    )))
}

/// Counts what is still to come as columns that the row lacks.
#[cold]
fn with_more(mut error: ProtocolError, left: Option<usize>) -> ProtocolError {
    if let ProtocolError::FewerColumns { wanted, .. } = &mut error {
        *wanted += left.unwrap_or(0);
    }
    error
}

/// Types that take one column.
macro_rules! scalars {
    ($($method:ident($($name:ident: $type:ty),*))+) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, $($name: $type,)* visitor: V) -> Result<V::Value> {
            let field = self.row.next()?;
            field.$method($($name,)* visitor).map_err(|reason| ProtocolError::Column {
                column: self.row.taken(),
                reason: Box::new(reason),
            })
        }
    )+};
}

impl<'de> Deserializer<'de> for &mut Columns<'_, 'de> {
    type Error = ProtocolError;

    scalars! {
        deserialize_any() deserialize_bool()
        deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64() deserialize_i128()
        deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128()
        deserialize_f32() deserialize_f64() deserialize_char()
        deserialize_str() deserialize_string() deserialize_bytes() deserialize_byte_buf() deserialize_identifier()
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.row.next_is_empty() {
            self.row.next()?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    /// Takes no column, as writing it gives none.
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(&mut self.parts(None))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(&mut self.parts(Some(len)))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_seq(&mut self.parts(Some(len)))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_seq(&mut self.parts(Some(fields.len())))
    }

    fn deserialize_map<V: Visitor<'de>>(self, _: V) -> Result<V::Value> {
        refuse("a map or a struct with flattened fields")
    }

    /// An ignored key leaves every column to the value, an ignored value takes what is left.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.whole {
            Some(Part::Key) => {}
            Some(Part::Value) => self.row.skip_all(),
            None => {
                self.row.next()?;
            }
        }
        visitor.visit_unit()
    }
}

impl<'de> SeqAccess<'de> for &mut Columns<'_, 'de> {
    type Error = ProtocolError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        match &mut self.left {
            Some(0) => return Ok(None),
            Some(left) => *left -= 1,
            None if self.row.is_done() => return Ok(None),
            None => {}
        }
        let before = self.row.taken();
        let element = seed.deserialize(&mut self.parts(None));
        let element = element.map_err(|error| with_more(error, self.left))?;
        if self.left.is_none() && self.row.taken() == before {
            return refuse("a sequence of what takes no column");
        }
        Ok(Some(element))
    }

    fn size_hint(&self) -> Option<usize> {
        self.left
    }
}
