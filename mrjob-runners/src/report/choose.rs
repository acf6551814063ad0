//! Which reporter a run gets.

use std::io::{IsTerminal, Write, stderr};

use super::{Bar, Json, Lines, clock};
use crate::event::Reporter;
use crate::report::{LogFormat, Messages, Verbosity};

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

/// The reporter of a process that ends, while the first one may have drawn a bar.
pub(crate) fn choose_anew(messages: Messages) -> Box<dyn Reporter> {
    if messages.format == LogFormat::Text && is_terminal_wanted() {
        // Nobody can be told that standard error is closed.
        let _ = stderr().write_all(CLEAR_LINE);
    }
    choose(messages)
}

/// What moves a terminal's cursor to the beginning of its line and clears that.
const CLEAR_LINE: &[u8] = b"\r\x1b[2K";

/// Whether standard error is a terminal that can move its cursor.
fn is_terminal_wanted() -> bool {
    stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}
