//! The protocols `Text`, `TextValue`, `Bytes` and `BytesValue`.

use serde::de::IntoDeserializer;
use serde::de::value::UnitDeserializer;
use serde::{Deserialize, Serialize};

use super::{Field, FieldWriter};
use crate::protocol::error::{excerpt, hints};
use crate::protocol::line::Line;
use crate::protocol::{Part, Protocol, ProtocolError};
use crate::{Arena, BoxError};

/// Key TAB value, both plain text.
///
/// Strings are as they are, other scalars as they are displayed; what has parts is refused. The key ends at the first
/// TAB. Where there is no TAB the line is all key, and the value can be nothing but `None` or `()`. Empty text is `None`
/// too. A key or value that is `None` or `()` is left out when written, with its TAB.
///
/// ```
/// # use mrjob_core::{Arena, protocol::{Text, Protocol}};
/// let mut out = Vec::new();
/// Text::write(&"the", &3_u64, &mut out)?;
/// assert_eq!(out, b"the\t3");
/// let arena = Arena::new();
/// assert_eq!(Text::read::<&str, u64>(&out, &arena)?, ("the", 3));
/// assert_eq!(Text::read::<&str, Option<u64>>(b"the", &arena)?, ("the", None));
/// assert!(Text::write(&"a\tb", &3_u64, &mut out).is_err());
/// # Ok::<(), mrjob_core::BoxError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Text;

/// The line as it is: the default input. Its records have no key; one that is written is left out.
///
/// ```
/// # use mrjob_core::{Arena, protocol::{TextValue, Protocol}};
/// let arena = Arena::new();
/// let ((), line): ((), &str) = TextValue::read(b"to be\tor not", &arena)?;
/// assert_eq!(line, "to be\tor not");
/// // What isn't UTF-8 is replaced, and counted.
/// let ((), line): ((), &str) = TextValue::read(b"caf\xe9", &arena)?;
/// assert_eq!(line, "caf\u{fffd}");
/// # Ok::<(), mrjob_core::BoxError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct TextValue;

/// Key TAB value as [`Text`] has them, and `&[u8]` and `Vec<u8>` as the bytes they are.
///
/// ```
/// # use mrjob_core::{Arena, protocol::{Bytes, Protocol}};
/// let mut out = Vec::new();
/// Bytes::write(&"id", &vec![0xff_u8, 0x00], &mut out)?;
/// assert_eq!(out, b"id\t\xff\x00");
/// assert_eq!(Bytes::read::<&str, &[u8]>(&out, &Arena::new())?, ("id", &[0xff, 0x00][..]));
/// # Ok::<(), mrjob_core::BoxError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Bytes;

/// The line's bytes as they are. Its records have no key; one that is written is left out.
///
/// ```
/// # use mrjob_core::{Arena, protocol::{BytesValue, Protocol}};
/// let arena = Arena::new();
/// let ((), line): ((), &[u8]) = BytesValue::read(b"caf\xe9", &arena)?;
/// assert_eq!(line, b"caf\xe9");
/// # Ok::<(), mrjob_core::BoxError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct BytesValue;

macro_rules! reading {
    ($read:ident) => {
        #[inline]
        fn read<'de, K: Deserialize<'de>, V: Deserialize<'de>>(
            line: &'de [u8],
            arena: &'de Arena,
        ) -> Result<(K, V), BoxError> {
            Ok(Self::$read(Line::Bytes(line), arena)?)
        }

        #[inline]
        fn read_text<'de, K: Deserialize<'de>, V: Deserialize<'de>>(
            line: &'de str,
            arena: &'de Arena,
        ) -> Result<(K, V), BoxError> {
            Ok(Self::$read(Line::Text(line), arena)?)
        }
    };
}

macro_rules! keyed {
    ($protocol:ident, raw: $raw:literal) => {
        impl $protocol {
            #[inline]
            fn pair<'de, K: Deserialize<'de>, V: Deserialize<'de>>(
                line: Line<'de>,
                arena: &'de Arena,
            ) -> Result<(K, V), ProtocolError> {
                let (key, value) = line.split(b'\t');
                let key = field(Some(key), $raw, arena)?;
                let value = field(value, $raw, arena).map_err(|error| match value {
                    Some(_) => error,
                    None => no_value(stringify!($protocol), line),
                })?;
                Ok((key, value))
            }
        }

        impl Protocol for $protocol {
            const ONE_TEXT: bool = !$raw;

            reading!(pair);

            #[inline]
            fn write<K: Serialize, V: Serialize>(
                key: &K,
                value: &V,
                out: &mut Vec<u8>,
            ) -> Result<(), BoxError> {
                let start = out.len();
                if append(key, $raw, Part::Key, out)? {
                    out.push(b'\t');
                }
                let tab = out.len();
                if !append(value, $raw, Part::Value, out)? && tab > start {
                    out.truncate(tab - 1);
                }
                Ok(())
            }
        }
    };
}

macro_rules! keyless {
    ($protocol:ident, raw: $raw:literal, with_key: $with_key:literal) => {
        impl $protocol {
            #[inline]
            fn value<'de, K: Deserialize<'de>, V: Deserialize<'de>>(
                line: Line<'de>,
                arena: &'de Arena,
            ) -> Result<(K, V), ProtocolError> {
                let unit: UnitDeserializer<ProtocolError> = ().into_deserializer();
                let key = K::deserialize(unit).map_err(|_| ProtocolError::NoKey {
                    protocol: stringify!($protocol),
                    with_key: $with_key,
                })?;
                Ok((key, field(Some(line), $raw, arena)?))
            }
        }

        impl Protocol for $protocol {
            const HAS_KEY: bool = false;
            const ONE_TEXT: bool = !$raw;

            reading!(value);

            #[inline]
            fn write<K: Serialize, V: Serialize>(
                _: &K,
                value: &V,
                out: &mut Vec<u8>,
            ) -> Result<(), BoxError> {
                append(value, $raw, Part::Value, out)?;
                Ok(())
            }
        }
    };
}

keyed!(Text, raw: false);
keyed!(Bytes, raw: true);
keyless!(TextValue, raw: false, with_key: "Text");
keyless!(BytesValue, raw: true, with_key: "Bytes");

#[inline]
fn field<'de, T: Deserialize<'de>>(
    line: Option<Line<'de>>,
    raw: bool,
    arena: &'de Arena,
) -> Result<T, ProtocolError> {
    T::deserialize(Field { line, arena, raw })
}

#[cold]
fn no_value(protocol: &'static str, line: Line<'_>) -> ProtocolError {
    match line.bytes() {
        [] => ProtocolError::Empty {
            what: "line",
            hint: Some(hints::NO_EMPTY_LINES),
        },
        bytes => ProtocolError::NoTab {
            protocol,
            line: excerpt(bytes),
            hint: "an `Option` takes a missing value as `None`; lines as they are are read with `TextValue`",
        },
    }
}

/// Appends a key or value that reads back as one.
#[inline]
fn append<T: Serialize>(
    value: &T,
    raw: bool,
    part: Part,
    out: &mut Vec<u8>,
) -> Result<bool, ProtocolError> {
    let start = out.len();
    let written = value.serialize(FieldWriter { out, raw })?;
    let text = &out[start..];
    let what = match part {
        _ if memchr::memchr(b'\n', text).is_some() => "a line end in it",
        _ if text.ends_with(b"\r") => "a carriage return at its end",
        Part::Key if memchr::memchr(b'\t', text).is_some() => "a TAB in it",
        _ => return Ok(written),
    };
    Err(ProtocolError::Splits {
        part,
        what,
        text: excerpt(text),
    })
}
