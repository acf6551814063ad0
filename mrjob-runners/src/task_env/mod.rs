//! What tasks find around them: variables, files, and what shell lines have made.
//!
//! | module | what is in it |
//! |---|---|
//! | `files` | files, folders and archives, each with its name in a task's working directory |
//! | `job_files` | the job's arguments as tasks elsewhere need them, and the files that they name |
//! | `setup` | shell lines, with the files that they name |
//! | `script` | the lines as what runs before a worker or task |
//! | `pack` | folders as archives, for machines that have only those |
//! | `resolve` | from options to all of it, checked |
//! | `unpack` | archives on this machine |

mod files;
pub mod job_files;
#[cfg(feature = "cluster")]
mod pack;
mod resolve;
mod script;
mod setup;
mod unpack;

use std::env;
use std::ffi::OsString;
use std::fmt::{self, Debug, Formatter};

use serde::{Serialize, Serializer};

#[cfg(feature = "cluster")]
pub(crate) use files::is_unpacked_by_hadoop;
pub(crate) use files::plain;
pub use files::{FileKind, NamedFile};
#[cfg(feature = "cluster")]
pub(crate) use pack::pack;
pub use resolve::lines;
pub(crate) use resolve::resolve;
pub(crate) use script::{failed_at, script};
pub use setup::{SetupLine, quoted};
pub(crate) use unpack::unpack;

use crate::config::is_secret;

/// What tasks find around them.
#[derive(Debug, Clone, Default, Serialize)]
#[non_exhaustive]
pub struct Surroundings {
    /// Environment variables.
    pub variables: Variables,
    /// What is in the working directory.
    pub files: Vec<NamedFile>,
    /// Those files there which arguments of the job name, each under its own name.
    pub own_files: Vec<NamedFile>,
    /// Shell lines that run in the working directory before the first task there. What they export, tasks find.
    pub setup: Vec<SetupLine>,
    /// The shell that runs them and the commands of steps, with its options.
    pub sh_bin: Vec<String>,
}

impl Surroundings {
    /// Whether there is nothing but what arguments of the job name.
    pub fn is_empty(&self) -> bool {
        self.variables.0.is_empty() && self.files.is_empty() && self.setup.is_empty()
    }
}

/// Environment variables. They are shown without the values of those that sound like secrets.
#[derive(Clone, Default)]
pub struct Variables(Vec<(String, String)>);

impl Variables {
    pub(crate) fn new(variables: Vec<(String, String)>) -> Self {
        Variables(variables)
    }

    /// The value of a variable where it has one already: paths go before those that there are.
    pub(crate) fn joined(name: &str, value: &str) -> OsString {
        let mut joined = OsString::from(value);
        if let (true, Some(before)) = (name.ends_with("PATH"), env::var_os(name)) {
            joined.push(":");
            joined.push(before);
        }
        joined
    }

    /// Names and values, in the order in which they were said.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Names, and the values that may be seen.
    pub fn shown(&self) -> impl Iterator<Item = (&str, &str)> {
        self.iter()
            .map(|(name, value)| (name, if is_secret(name) { "…" } else { value }))
    }
}

impl Debug for Variables {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.shown()).finish()
    }
}

impl Serialize for Variables {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.shown())
    }
}
