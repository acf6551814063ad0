//! JSON that reads back as what was written.

use std::io;

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use super::finite::Finite;
use crate::protocol::{Part, ProtocolError};

/// Appends a key or value. No raw TAB or line end is in it.
#[inline]
pub(super) fn append<T: Serialize>(
    value: &T,
    part: Part,
    out: &mut Vec<u8>,
) -> Result<(), ProtocolError> {
    let refused = |error: String| ProtocolError::WriteJson {
        part,
        reason: error,
    };
    let mut has_null = false;
    let watch = Watch {
        has_null: &mut has_null,
    };
    value
        .serialize(&mut Serializer::with_formatter(out, watch))
        .map_err(|error| refused(error.to_string()))?;
    if has_null {
        // serde_json writes NaN as null too, so a second look is needed, but only here.
        value
            .serialize(Finite)
            .map_err(|error| refused(error.to_string()))?;
    }
    Ok(())
}

/// Compact JSON, watched for what needs a second look.
struct Watch<'a> {
    has_null: &'a mut bool,
}

impl Formatter for Watch<'_> {
    #[inline]
    fn write_null<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        *self.has_null = true;
        writer.write_all(b"null")
    }

    /// A `RawValue`, the only text that isn't serde_json's own.
    fn write_raw_fragment<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        if fragment.contains(['\t', '\n', '\r']) {
            return Err(io::Error::other(
                "a raw value has a TAB or a line end in it",
            ));
        }
        writer.write_all(fragment.as_bytes())
    }
}
