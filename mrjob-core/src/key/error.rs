//! What can be wrong with a key.

use std::fmt::Display;

/// Why a type can't be a key, or why bytes aren't one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The type is or has a map, or flattens a field.
    #[error(
        "a map can't be a key, since its order isn't its own\nhint: take a sorted `Vec` of pairs; a flattened field \
         counts as a map, write its fields out"
    )]
    Map,

    /// The type is or has a `HashSet`.
    #[error(
        "a `HashSet` can't be a key, since its order isn't its own: equal sets would be several keys\n\
         hint: take a `BTreeSet`, or a sorted `Vec`"
    )]
    Set,

    /// The type reads itself by looking at what is there, and keys don't say what they are.
    #[error(
        "an untagged or internally tagged enum, or a type like `serde_json::Value`, can't be a key, since a key's bytes \
         don't say what they are\nhint: take an enum without `untagged` and `tag`"
    )]
    Untyped,

    /// A field was left out by `skip_serializing_if`.
    #[error(
        "the field `{field}` can't be left out of a key\nhint: remove its `skip_serializing_if`"
    )]
    SkippedField {
        /// The field's name.
        field: &'static str,
    },

    /// A struct or tuple has other fields than its `Serialize` announced.
    #[error(
        "a key's `Serialize` writes more or fewer fields than it says\nhint: give `serialize_struct` their number"
    )]
    FieldCount,

    /// The type's `Serialize` and `Deserialize` don't match.
    #[error(
        "`{type_name}` can't be a key, since it isn't read back as it was written\nhint: in its enums, move variants \
         with `#[serde(skip)]` to the end; in its structs, skip a field both ways or not at all"
    )]
    OneWay {
        /// The key's type.
        type_name: &'static str,
    },

    /// The bytes end within a value.
    #[error("the key ends too early")]
    Truncated,

    /// Bytes are left when the key is complete.
    #[error("{0} bytes follow the key")]
    Trailing(usize),

    /// A byte stands where it can't.
    #[error("the key's bytes aren't {0}")]
    Malformed(&'static str),

    /// What a type's own `Serialize` or `Deserialize` has to say.
    #[error("{0}")]
    Custom(String),
}

impl serde::ser::Error for KeyError {
    #[cold]
    fn custom<T: Display>(message: T) -> Self {
        KeyError::Custom(message.to_string())
    }
}

impl serde::de::Error for KeyError {
    #[cold]
    fn custom<T: Display>(message: T) -> Self {
        KeyError::Custom(message.to_string())
    }
}
