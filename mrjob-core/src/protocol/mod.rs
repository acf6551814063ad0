//! Records as lines, and back.
//!
//! | file | protocols | a record |
//! |---|---|---|
//! | `json` | [`Json`], [`JsonValue`] | key TAB value, both JSON; or JSON alone |
//! | `text` | [`Text`], [`TextValue`], [`Bytes`], [`BytesValue`] | key TAB value as they are; or the line alone |
//! | `csv` | [`Csv`] | a row, first the key's columns, then the value's |
//! | `compact` | [`Compact`] | key and value as [`value`](crate::value) encodes them |
//!
//! `contract` has what a protocol is, `error` what can go wrong, `line` what all of them read from.

mod compact;
mod contract;
mod csv;
mod error;
mod json;
mod line;
mod text;

pub use compact::Compact;
pub use contract::{Framing, Protocol};
pub use csv::Csv;
pub(crate) use error::hints;
pub use error::{Part, ProtocolError};
pub use json::{Json, JsonValue};
pub(crate) use line::lossy_length;
pub use line::take_lossy;
pub use text::{Bytes, BytesValue, Text, TextValue};
