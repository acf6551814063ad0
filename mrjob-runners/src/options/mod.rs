//! Every option there is, in one table.
//!
//! A file's keys, the command line's options, `configs/REFERENCE.md` and the JSON Schema are all made of it.
//!
//! | module | what is in it |
//! |---|---|
//! | `row` | what is said of an option |
//! | `all`, `machine`, `hadoop`, `emr`, `absent` | the rows: for all runners, for this machine, for clusters; those that only mrjob has |
//! | `find` | a row by its name; what was meant by a name that isn't one |
//! | `size` | sizes as people write them |
//! | `reference`, `schema`, `help` | the table as a page, as a JSON Schema, and for `--help=RUNNER` |

mod absent;
mod all;
mod emr;
mod find;
mod hadoop;
mod help;
mod machine;
mod reference;
mod row;
mod schema;
pub(crate) mod size;

pub(crate) use find::{CLUSTERS, nearest, new_name};
pub use find::{find, rows};
pub(crate) use help::help;
pub use reference::reference;
pub use row::{InMrjob, Kind, OptionRow, Refusal, Rule, RunnerKind, Runners, Status};
pub use schema::schema;
pub use size::parse_size;
