//! All options of a runner, for `--help=RUNNER`.

use std::fmt::Write;

use super::row::{RunnerKind, Status};

/// The options of `runner` for a person to read.
pub(crate) fn help(runner: RunnerKind) -> String {
    let name = runner.name();
    let mut text = format!(
        "Options of the runner {name}: keys of a configuration file, under `runners: {{{name}: …}}`. Those with a switch can \
         be typed, too.\n"
    );
    let rows = runner
        .rows()
        .filter(|row| row.runners.contain(runner) && !matches!(row.status, Status::Ignored(_)));
    for row in rows {
        let switch = row.switch().map(|switch| format!(", --{switch}"));
        let default = match row.default {
            "" => String::new(),
            default => format!(" [default: {default}]"),
        };
        write!(
            text,
            "\n  {}{}\n          {}: {}{default}\n",
            row.name,
            switch.unwrap_or_default(),
            row.help,
            row.kind,
        )
        .expect("a String takes all text");
    }
    text
}
