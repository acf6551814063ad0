//! Records as JSON: `record` has the protocols, `lend` lends their strings, `rounded`, `write` and `finite` refuse what
//! JSON would lose, `explain` says what is wrong with a text, and `path` where in its value.

mod explain;
mod finite;
mod lend;
mod path;
mod record;
mod rounded;
mod write;

pub use record::{Json, JsonValue};
