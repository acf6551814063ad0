//! What can go wrong with an encoded value.

use std::fmt::Display;

/// Why a value couldn't be encoded or decoded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ValueError {
    /// The type itself said no: a wrong type, a missing field, what its own `Serialize` refuses.
    #[error("{0}")]
    Refused(Box<str>),
    /// The bytes end before the value does.
    #[error("the encoded value ends in the middle")]
    Truncated,
    /// The value ends before the bytes do.
    #[error("{0} bytes are left after the encoded value")]
    Trailing(usize),
    /// A byte that begins no value.
    #[error("no encoded value begins with the byte {0:#04x}")]
    Tag(u8),
    /// A length that no memory could hold.
    #[error("an encoded length is out of range")]
    Length,
    /// A string that isn't UTF-8.
    #[error("an encoded string is not UTF-8")]
    Utf8,
    /// More levels than a stack can safely take.
    #[error(
        "the value is nested too deeply\nhint: the limit is {} levels",
        super::tag::MAX_DEPTH
    )]
    Depth,
    /// A sequence or map whose `Serialize` announced another number of elements than it wrote.
    #[error("a sequence or map has fewer or more elements than its `Serialize` announced")]
    Count,
}

impl serde::ser::Error for ValueError {
    fn custom<T: Display>(message: T) -> Self {
        Self::Refused(message.to_string().into())
    }
}

impl serde::de::Error for ValueError {
    fn custom<T: Display>(message: T) -> Self {
        Self::Refused(message.to_string().into())
    }
}
