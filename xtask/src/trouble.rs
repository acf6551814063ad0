//! Why something that was asked for can't be had.

use std::fmt;

/// What a person at the terminal is told.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// This machine lacks something; how to get it.
    Missing(String),
    /// Something went wrong.
    Failed(String),
}

impl Trouble {
    /// A failure of `action`, for `map_err`: "write `x`".
    pub(crate) fn failed<E: fmt::Display>(action: impl Into<String>) -> impl FnOnce(E) -> Trouble {
        let action = action.into();
        move |error| Trouble::Failed(format!("failed to {action}: {error}"))
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Missing(text) | Trouble::Failed(text) => f.write_str(text),
        }
    }
}
