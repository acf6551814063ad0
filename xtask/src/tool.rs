//! Programs beside cargo that a stage needs, installed where that is quick.

use crate::command::{self, succeeds};

/// A cargo subcommand that may be missing.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tool {
    Rustfmt,
    Clippy,
    Deny,
}

/// Why a tool isn't there.
#[derive(Debug)]
pub(crate) enum Missing {
    /// The checks can do without it.
    Optional(&'static str),
    /// They can't.
    Required(&'static str),
}

impl Tool {
    /// Sees to it that the tool can be run.
    pub(crate) fn prepare(self) -> Result<(), Missing> {
        if succeeds(command::cargo([self.subcommand(), "--version"])) {
            return Ok(());
        }
        match self {
            Self::Rustfmt => component(
                "rustfmt",
                "rustfmt is not installed; hint: `rustup component add rustfmt`",
            ),
            Self::Clippy => component(
                "clippy",
                "clippy is not installed; hint: `rustup component add clippy`",
            ),
            Self::Deny => Err(Missing::Optional(
                "cargo-deny is not installed; hint: `cargo install --locked cargo-deny`",
            )),
        }
    }

    fn subcommand(self) -> &'static str {
        match self {
            Self::Rustfmt => "fmt",
            Self::Clippy => "clippy",
            Self::Deny => "deny",
        }
    }
}

fn component(name: &str, otherwise: &'static str) -> Result<(), Missing> {
    if succeeds(command::program("rustup", ["component", "add", name])) {
        Ok(())
    } else {
        Err(Missing::Required(otherwise))
    }
}
