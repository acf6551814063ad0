//! Which reporter a run gets.

use std::io::{IsTerminal, stderr};

use super::{Bar, Json, Lines, clock};
use crate::cli::given::{LogFormat, Messages, Verbosity};
use crate::event::Reporter;

/// The reporter for `messages` on this process's standard error.
pub(crate) fn choose(messages: Messages) -> Box<dyn Reporter> {
    let verbosity = messages.verbosity;
    match messages.format {
        LogFormat::Json => Box::new(Json::new(stderr(), verbosity, clock())),
        LogFormat::Text if verbosity > Verbosity::Quiet && is_terminal_wanted() => {
            Box::new(Bar::new(verbosity, clock()))
        }
        LogFormat::Text => Box::new(Lines::new(stderr(), verbosity, clock())),
    }
}

/// Whether standard error is a terminal that can move its cursor.
fn is_terminal_wanted() -> bool {
    stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}
