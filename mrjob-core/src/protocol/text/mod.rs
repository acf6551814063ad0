//! Records as text: `record` has the protocols, `read` and `write` turn one field into a type and back.

mod read;
mod record;
mod write;

pub(super) use read::Field;
pub use record::{Bytes, BytesValue, Text, TextValue};
pub(super) use write::FieldWriter;
