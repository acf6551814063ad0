//! Records as rows of columns: `record` has the protocol, `row` takes a row's columns apart, `read` and `write` turn
//! columns into a type and back, `explain` says what is wrong with a row.

mod explain;
mod read;
mod record;
mod row;
mod write;

pub use record::Csv;
