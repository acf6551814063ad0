//! The protocols `Json` and `JsonValue`.

use serde::de::IntoDeserializer;
use serde::de::value::UnitDeserializer;
use serde::{Deserialize, Serialize};
use serde_json::de::{Read, SliceRead, StrRead};

use super::explain::{What, explain};
use super::lend::{Lend, Reading};
use super::{rounded, write};
use crate::protocol::error::excerpt;
use crate::protocol::line::Line;
use crate::protocol::{Part, Protocol, ProtocolError};
use crate::{Arena, BoxError};

/// Key TAB value, both JSON: the default between steps and for output.
///
/// Borrowed strings always work: one with escapes is copied to the arena. Strings are written as UTF-8. NaN and
/// infinities are refused, because JSON has none. What mrjob for Python wrote is read too.
///
/// ```
/// # use mrjob_core::{Arena, protocol::{Json, Protocol}};
/// let mut out = Vec::new();
/// Json::write(&("a\tb", 1), &[0.5], &mut out)?;
/// assert_eq!(out, b"[\"a\\tb\",1]\t[0.5]");
/// let arena = Arena::new();
/// let ((word, _), values): ((&str, u8), Vec<f64>) = Json::read(&out, &arena)?;
/// assert_eq!((word, values), ("a\tb", vec![0.5]));
/// # Ok::<(), mrjob_core::BoxError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Json;

impl Protocol for Json {
    #[inline]
    fn read<'de, K: Deserialize<'de>, V: Deserialize<'de>>(
        line: &'de [u8],
        arena: &'de Arena,
    ) -> Result<(K, V), BoxError> {
        pair(Line::Bytes(line), arena)
    }

    #[inline]
    fn read_text<'de, K: Deserialize<'de>, V: Deserialize<'de>>(
        line: &'de str,
        arena: &'de Arena,
    ) -> Result<(K, V), BoxError> {
        pair(Line::Text(line), arena)
    }

    #[inline]
    fn write<K: Serialize, V: Serialize>(
        key: &K,
        value: &V,
        out: &mut Vec<u8>,
    ) -> Result<(), BoxError> {
        write::append(key, Part::Key, out)?;
        out.push(b'\t');
        write::append(value, Part::Value, out)?;
        Ok(())
    }
}

/// JSON alone, a value a line. Its records have no key; one that is written is left out.
///
/// ```
/// # use mrjob_core::{Arena, protocol::{JsonValue, Protocol}};
/// #[derive(serde::Deserialize)]
/// struct Click<'a> {
///     url: &'a str,
/// }
///
/// let arena = Arena::new();
/// let line = br#"{"url": "http:\/\/a.example\/", "time": 1700000000}"#;
/// let ((), click): ((), Click) = JsonValue::read(line, &arena)?;
/// assert_eq!(click.url, "http://a.example/");
/// # Ok::<(), mrjob_core::BoxError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct JsonValue;

impl Protocol for JsonValue {
    const HAS_KEY: bool = false;

    #[inline]
    fn read<'de, K: Deserialize<'de>, V: Deserialize<'de>>(
        line: &'de [u8],
        arena: &'de Arena,
    ) -> Result<(K, V), BoxError> {
        Ok((no_key()?, field(Line::Bytes(line), What::Line, arena)?))
    }

    #[inline]
    fn read_text<'de, K: Deserialize<'de>, V: Deserialize<'de>>(
        line: &'de str,
        arena: &'de Arena,
    ) -> Result<(K, V), BoxError> {
        Ok((no_key()?, field(Line::Text(line), What::Line, arena)?))
    }

    #[inline]
    fn write<K: Serialize, V: Serialize>(
        _: &K,
        value: &V,
        out: &mut Vec<u8>,
    ) -> Result<(), BoxError> {
        Ok(write::append(value, Part::Value, out)?)
    }
}

#[inline]
fn no_key<'de, K: Deserialize<'de>>() -> Result<K, ProtocolError> {
    let unit: UnitDeserializer<ProtocolError> = ().into_deserializer();
    K::deserialize(unit).map_err(|_| ProtocolError::NoKey {
        protocol: "JsonValue",
        with_key: "Json",
    })
}

#[inline]
fn pair<'de, K: Deserialize<'de>, V: Deserialize<'de>>(
    line: Line<'de>,
    arena: &'de Arena,
) -> Result<(K, V), BoxError> {
    let (key, Some(value)) = line.split(b'\t') else {
        return Err(Box::new(ProtocolError::NoTab {
            protocol: "Json",
            line: excerpt(line.bytes()),
            hint: "lines of JSON without a key are read with `JsonValue`",
        }));
    };
    Ok((
        field(key, What::Part(Part::Key), arena)?,
        field(value, What::Part(Part::Value), arena)?,
    ))
}

#[inline]
fn field<'de, T: Deserialize<'de>>(
    text: Line<'de>,
    what: What,
    arena: &'de Arena,
) -> Result<T, ProtocolError> {
    let reading = Reading::new(arena);
    let value = match text {
        Line::Text(text) => parse(StrRead::new(text), &reading),
        Line::Bytes(bytes) => parse(SliceRead::new(bytes), &reading),
    }
    .map_err(|error| explain(&error, what, text.bytes()))?;
    let floats = reading.rounded();
    if !floats.is_empty() {
        rounded::check(&floats, what.part(), text.bytes())?;
    }
    Ok(value)
}

#[inline]
fn parse<'de, T: Deserialize<'de>, R: Read<'de>>(
    read: R,
    reading: &Reading<'de>,
) -> serde_json::Result<T> {
    let mut json = serde_json::Deserializer::new(read);
    let value = T::deserialize(Lend::new(&mut json, reading))?;
    json.end()?;
    Ok(value)
}
