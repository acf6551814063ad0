//! What serde asks of tuples, structs, variants and maps, by a few methods.

/// Implements it for a type with the methods `element`, `field` (which has a name), `value` (which is behind a key) and `finish`.
/// Sequences aren't among it.
macro_rules! compounds {
    ($type:ty) => {
        compounds! {
            $type:
            SerializeTuple { serialize_element => element() }
            SerializeTupleStruct { serialize_field => element() }
            SerializeTupleVariant { serialize_field => element() }
            SerializeStruct { serialize_field => field(name: &'static str) }
            SerializeStructVariant { serialize_field => field(name: &'static str) }
        }

        impl serde::ser::SerializeMap for $type {
            type Ok = ();
            type Error = ValueError;

            #[inline]
            fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result {
                self.element(key)
            }

            #[inline]
            fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
                self.value(value)
            }

            #[inline]
            fn end(self) -> Result {
                self.finish()
            }
        }
    };
    ($type:ty: $($kind:ident { $method:ident => $with:ident($($name:ident: $named:ty)?) })+) => {$(
        impl serde::ser::$kind for $type {
            type Ok = ();
            type Error = ValueError;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, $($name: $named,)? value: &T) -> Result {
                self.$with($($name,)? value)
            }

            #[inline]
            fn end(self) -> Result {
                self.finish()
            }
        }
    )+};
}

pub(super) use compounds;
