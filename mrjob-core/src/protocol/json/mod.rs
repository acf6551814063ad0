//! Records as JSON: `record` has the protocols, `lend` lends their strings, `rounded`, `write` and `finite` refuse what
//! JSON would lose.

mod finite;
mod lend;
mod record;
mod rounded;
mod write;

pub use record::{Json, JsonValue};
