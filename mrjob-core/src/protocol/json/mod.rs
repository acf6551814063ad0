//! Records as JSON: `record` has the protocols, `lend` lends their strings, `write` and `finite` refuse what JSON
//! would lose.

mod finite;
mod lend;
mod record;
mod write;

pub use record::{Json, JsonValue};
