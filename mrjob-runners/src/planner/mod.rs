//! From what was typed and configured to a plan: everything is looked up, and everything that is wrong is said at once.
//!
//! | module | what is in it |
//! |---|---|
//! | `raw_options` | what was typed |
//! | `plan` | what every runner's plan begins with |
//! | `outputs` | where the output goes, and how it is compressed |
//! | `jobconf`, `cleanup` | properties that count everywhere; what is deleted at the end |
//! | `dry_run` | a plan for a person to read |

pub(crate) mod cleanup;
pub(crate) mod dry_run;
pub(crate) mod jobconf;
pub(crate) mod outputs;
pub(crate) mod plan;
pub(crate) mod raw_options;

pub(crate) use plan::files;
