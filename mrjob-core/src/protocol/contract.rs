//! What a protocol is.

use serde::{Deserialize, Serialize};

use crate::{Arena, BoxError};

/// Turns a record into bytes and back, where a step reads its input or writes its output.
///
/// A type that implements it is never made: it is named, in `#[mrjob(input = …, internal = …, output = …)]`.
///
/// ```
/// use mrjob_core::{Arena, BoxError, protocol::Protocol};
/// use serde::{Deserialize, Serialize, de::IntoDeserializer, de::value::Error};
///
/// /// Lines of `value|key`.
/// struct Piped;
///
/// impl Protocol for Piped {
///     fn read<'de, K: Deserialize<'de>, V: Deserialize<'de>>(
///         line: &'de [u8],
///         _: &'de Arena,
///     ) -> Result<(K, V), BoxError> {
///         let (value, key) = std::str::from_utf8(line)?.split_once('|').ok_or("the line has no `|`")?;
///         let field = serde::de::value::BorrowedStrDeserializer::<Error>::new;
///         Ok((K::deserialize(field(key))?, V::deserialize(field(value))?))
///     }
///
///     fn write<K: Serialize, V: Serialize>(key: &K, value: &V, out: &mut Vec<u8>) -> Result<(), BoxError> {
///         serde_json::to_writer(&mut *out, value)?;
///         out.push(b'|');
///         Ok(serde_json::to_writer(out, key)?)
///     }
/// }
///
/// let arena = Arena::new();
/// assert_eq!(Piped::read::<&str, &str>(b"1|the", &arena)?, ("the", "1"));
/// # Ok::<(), BoxError>(())
/// ```
pub trait Protocol: 'static {
    /// Whether records have a key. A mapper of two arguments is refused where they have none.
    const HAS_KEY: bool = true;

    /// How records are told apart.
    const FRAMING: Framing = Framing::Lines;

    /// Whether a key is one text and a value is one text. Tuples, sequences and maps, which have several parts, are refused as
    /// output then, where the job is compiled.
    const ONE_TEXT: bool = false;

    /// Reads a record from a line without its line end.
    ///
    /// What fields borrow and isn't in the line as it stands is kept in the arena, which lives as long as the record. A
    /// mapper of one argument reads [`IgnoredAny`](serde::de::IgnoredAny) for a key.
    ///
    /// # Errors
    ///
    /// A line that isn't a record, or not one of these types.
    fn read<'de, K: Deserialize<'de>, V: Deserialize<'de>>(
        line: &'de [u8],
        arena: &'de Arena,
    ) -> Result<(K, V), BoxError>;

    /// The same for a line that is known to be UTF-8, because a whole block was checked at once.
    ///
    /// # Errors
    ///
    /// As for [`read`](Self::read).
    #[inline]
    fn read_text<'de, K: Deserialize<'de>, V: Deserialize<'de>>(
        line: &'de str,
        arena: &'de Arena,
    ) -> Result<(K, V), BoxError> {
        Self::read(line.as_bytes(), arena)
    }

    /// Appends one record, without a line end.
    ///
    /// # Errors
    ///
    /// What the protocol can't write such that it reads back as one record. What was appended is to be thrown away.
    fn write<K: Serialize, V: Serialize>(
        key: &K,
        value: &V,
        out: &mut Vec<u8>,
    ) -> Result<(), BoxError>;
}

/// How a protocol's records are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Framing {
    /// Each ends with a line end, and has none in it.
    Lines,
    /// Each has its length before it, and any bytes in it.
    Lengths,
}
