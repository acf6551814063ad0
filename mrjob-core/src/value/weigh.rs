//! About how much memory a value takes, found out without encoding it.

use serde::ser::{Serialize, SerializeSeq, Serializer};

use super::compound::compounds;
use super::{ValueError, tag};

type Result<T = ()> = std::result::Result<T, ValueError>;

/// What an allocation takes beside its content.
const ALLOCATION: usize = 32;
/// The head of a sequence, a map or a string: a tag and a length.
const HEAD: usize = 6;
/// A string or a sequence in one, with the room that a vector has left.
const OWNER: usize = 2 * size_of::<String>();

/// Bytes of a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Weight {
    /// Its compact encoding has no more.
    pub(crate) encoded: usize,
    /// About what it owns elsewhere: twice what is in strings, sequences and maps, since a vector may have as much room again.
    pub(crate) owned: usize,
}

/// The weight of `value`, as far as it can be serialized.
#[inline]
pub(crate) fn weigh<T: Serialize + ?Sized>(value: &T) -> Weight {
    let mut scale = Scale {
        weight: Weight::default(),
        owners: 0,
        depth: tag::MAX_DEPTH,
    };
    // What can't be encoded is refused when it is written; here it only isn't counted.
    let _ = value.serialize(&mut scale);
    scale.weight
}

struct Scale {
    weight: Weight,
    /// Sequences and maps around what is weighed.
    owners: u8,
    depth: u8,
}

impl Scale {
    #[inline]
    fn number(&mut self, bytes: usize) {
        self.weight.encoded += 1 + bytes;
        if self.owners > 0 {
            self.weight.owned += 2 * bytes;
        }
    }

    #[inline]
    fn text(&mut self, bytes: usize) {
        self.weight.encoded += HEAD + bytes;
        if self.owners > 0 {
            self.weight.owned += OWNER;
        }
        if bytes > 0 {
            self.weight.owned += ALLOCATION + 2 * bytes;
        }
    }

    #[inline]
    fn name(&mut self, name: &str) {
        self.weight.encoded += HEAD + name.len();
    }

    #[inline]
    fn enter(&mut self) -> Result {
        self.depth = self.depth.checked_sub(1).ok_or(ValueError::Depth)?;
        Ok(())
    }

    /// Begins what is elsewhere.
    #[inline]
    fn own(&mut self, len: Option<usize>) -> Result<Level<'_>> {
        self.enter()?;
        self.weight.encoded += HEAD;
        if self.owners > 0 {
            self.weight.owned += OWNER;
        }
        if len != Some(0) {
            self.weight.owned += ALLOCATION;
        }
        self.owners += 1;
        Ok(Level {
            scale: self,
            owners: 1,
        })
    }

    /// Begins what is in the value itself.
    #[inline]
    fn hold(&mut self) -> Result<Level<'_>> {
        self.enter()?;
        self.weight.encoded += HEAD;
        Ok(Level {
            scale: self,
            owners: 0,
        })
    }
}

/// A sequence or something like it, whose elements are weighed.
struct Level<'s> {
    scale: &'s mut Scale,
    owners: u8,
}

impl Level<'_> {
    #[inline]
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        value.serialize(&mut *self.scale)
    }

    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.value(value)
    }

    #[inline]
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result {
        self.scale.name(name);
        self.value(value)
    }

    #[inline]
    fn finish(self) -> Result {
        self.scale.owners -= self.owners;
        self.scale.depth += 1;
        Ok(())
    }
}

macro_rules! numbers {
    ($($method:ident: $type:ty)+) => {$(
        #[inline]
        fn $method(self, _: $type) -> Result {
            self.number(size_of::<$type>());
            Ok(())
        }
    )+};
}

impl<'s> Serializer for &'s mut Scale {
    type Ok = ();
    type Error = ValueError;
    type SerializeSeq = Level<'s>;
    type SerializeTuple = Level<'s>;
    type SerializeTupleStruct = Level<'s>;
    type SerializeTupleVariant = Level<'s>;
    type SerializeMap = Level<'s>;
    type SerializeStruct = Level<'s>;
    type SerializeStructVariant = Level<'s>;

    numbers! {
        serialize_bool: bool
        serialize_i8: i8
        serialize_i16: i16
        serialize_i32: i32
        serialize_i64: i64
        serialize_i128: i128
        serialize_u8: u8
        serialize_u16: u16
        serialize_u32: u32
        serialize_u64: u64
        serialize_u128: u128
        serialize_f32: f32
        serialize_f64: f64
        serialize_char: char
    }

    #[inline]
    fn serialize_str(self, v: &str) -> Result {
        self.text(v.len());
        Ok(())
    }

    #[inline]
    fn serialize_bytes(self, v: &[u8]) -> Result {
        self.text(v.len());
        Ok(())
    }

    #[inline]
    fn serialize_none(self) -> Result {
        self.serialize_unit()
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        self.enter()?;
        self.weight.encoded += 1;
        value.serialize(&mut *self)?;
        self.depth += 1;
        Ok(())
    }

    #[inline]
    fn serialize_unit(self) -> Result {
        self.number(0);
        Ok(())
    }

    #[inline]
    fn serialize_unit_struct(self, _: &'static str) -> Result {
        self.serialize_unit()
    }

    #[inline]
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result {
        self.name(variant);
        self.number(size_of::<u32>());
        Ok(())
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
        self.enter()?;
        self.serialize_unit_variant("", 0, variant)?;
        value.serialize(&mut *self)?;
        self.depth += 1;
        Ok(())
    }

    #[inline]
    fn serialize_seq(self, len: Option<usize>) -> Result<Level<'s>> {
        self.own(len)
    }

    #[inline]
    fn serialize_tuple(self, _: usize) -> Result<Level<'s>> {
        self.hold()
    }

    #[inline]
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Level<'s>> {
        self.hold()
    }

    #[inline]
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Level<'s>> {
        self.serialize_unit_variant("", 0, variant)?;
        self.hold()
    }

    #[inline]
    fn serialize_map(self, len: Option<usize>) -> Result<Level<'s>> {
        self.own(len)
    }

    #[inline]
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Level<'s>> {
        self.hold()
    }

    #[inline]
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Level<'s>> {
        self.serialize_unit_variant("", 0, variant)?;
        self.hold()
    }
}

compounds!(Level<'_>);

impl SerializeSeq for Level<'_> {
    type Ok = ();
    type Error = ValueError;

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.value(value)
    }

    #[inline]
    fn end(self) -> Result {
        self.finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::value::encode;

    fn weighed(value: &impl Serialize) -> Weight {
        let mut encoded = Vec::new();
        encode(value, &mut encoded).unwrap();
        let weight = weigh(value);
        assert!(weight.encoded >= encoded.len(), "{weight:?}: {encoded:?}");
        weight
    }

    #[test]
    fn an_encoding_has_no_more() {
        weighed(&(true, 'ü', -1_i8, u64::MAX, i128::MIN, 0.5_f32));
        weighed(&(None::<Option<u8>>, Some(None::<u8>), Some(Some(()))));
        weighed(&"x".repeat(1_000_000));
        weighed(&json!({"a": [1, -2.5, null, {"b": "c"}], "d": true}));
        weighed(&(0..100_000_u32).collect::<Vec<_>>());
        weighed(&std::io::ErrorKind::NotFound.to_string());
        weighed(&Some(vec![Err::<u8, _>("e"), Ok(255)]));
    }

    #[test]
    fn what_is_owned_has_room() {
        assert_eq!(weighed(&(1, 2.5, [3_u8; 9])).owned, 0);
        assert_eq!(weighed(&(1.0, Vec::<u32>::new(), String::new())).owned, 0);
        let numbers: Vec<u64> = (0..1000).collect();
        assert!((16_000..17_000).contains(&weighed(&numbers).owned));
        let words = vec!["word".to_owned(); 100];
        let least = 100 * (size_of::<String>() + 4);
        assert!((least..4 * least).contains(&weighed(&words).owned));
        let map: BTreeMap<u64, u64> = (0..1000).map(|n| (n, n)).collect();
        assert!(weighed(&map).owned >= 2 * 16_000);
    }

    #[test]
    fn nesting_has_an_end() {
        let mut deep = json!(1);
        for _ in 0..10_000 {
            deep = serde_json::Value::Array(vec![deep]);
        }
        assert!(weigh(&deep).encoded < 10_000);
        // It would be dropped level by level, on the stack.
        std::mem::forget(deep);
    }
}
