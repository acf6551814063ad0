//! Configuration files, `mrjob.conf`: which there are, what they say, and what is wrong in them.
//!
//! Each file is read by itself, so that what is wrong in it is said with its place; then they are combined, for one
//! runner, option by option.
//!
//! | module | what is in it |
//! |---|---|
//! | `files` | which files are read, and in which order they count |
//! | `source`, `events`, `node` | a file as text, as events of YAML, as a tree; `serde_yaml` behind them |
//! | `document`, `check` | what a file says, checked by the table of options |
//! | `settings`, `origin` | the values in force, and where each comes from |
//! | `expand` | variables, the home folder, patterns |
//! | `show` | the values in force as text |
//! | `place` | a place in a file, and what is wrong there |

mod check;
mod document;
mod events;
mod expand;
mod files;
mod node;
mod origin;
mod place;
pub(crate) mod problems;
mod settings;
mod show;
mod source;

pub(crate) use check::{Entry, Item, Layer, OptionValue, cleanup_problem};
pub(crate) use expand::{path as expand_path, pattern as expand_pattern};
pub use files::{Choice, ConfigError, Files};
pub use origin::{At, Origin};
pub use place::Problem;
pub use problems::UsageError;
pub(crate) use problems::{Problems, said};
pub use settings::Settings;
pub use show::Shown;
pub(crate) use show::is_secret;

/// Looks up an environment variable.
pub type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The environment of this process. What isn't UTF-8 isn't there.
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
