//! Records as rows of columns: `record` has the protocol, `row` takes a row's columns apart, `read` and `write` turn
//! columns into a type and back.

mod read;
mod record;
mod row;
mod write;

pub use record::Csv;
