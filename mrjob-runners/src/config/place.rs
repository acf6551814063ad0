//! A place in a file, and what is wrong there.

use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The longest part of a line that is shown, in characters.
const WIDEST: usize = 100;

/// Where something stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The line, from 1.
    pub(crate) line: u32,
    /// The column, from 1, in characters.
    pub(crate) column: u32,
    /// Characters, of this line.
    pub(crate) width: u32,
}

/// A file that has been read.
#[derive(PartialEq, Eq)]
pub(crate) struct Source {
    /// As the user or another file names it.
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// Without the text: there may be secrets in it.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Source").field(&self.path).finish()
    }
}

/// What is wrong in a file, or may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    at: Option<(Arc<Source>, Place)>,
    path: PathBuf,
    message: String,
    hint: Option<String>,
    shown: bool,
}

impl Problem {
    /// Something in `source`.
    pub(crate) fn at(source: &Arc<Source>, place: Place, message: impl Into<String>) -> Self {
        Problem {
            at: Some((Arc::clone(source), place)),
            path: source.path.clone(),
            message: message.into(),
            hint: None,
            shown: true,
        }
    }

    /// Something about a file as a whole.
    pub(crate) fn of(path: &Path, message: impl Into<String>) -> Self {
        Problem {
            at: None,
            path: path.to_owned(),
            message: message.into(),
            hint: None,
            shown: true,
        }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Problem {
            hint: Some(hint.into()),
            ..self
        }
    }

    pub(crate) fn maybe_hint(self, hint: Option<String>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// Doesn't show the line: there is a secret in it.
    pub(crate) fn without_line(self) -> Self {
        Problem {
            shown: false,
            ..self
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The line and the column, from 1.
    pub fn position(&self) -> Option<(u32, u32)> {
        self.at
            .as_ref()
            .map(|(_, place)| (place.line, place.column))
    }
}

/// `FILE:LINE:COLUMN: …`, the line with a mark under the place, the hint.
impl Display for Problem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.at {
            None => write!(f, "{path}: {}", self.message)?,
            Some((source, place)) => {
                let Place { line, column, .. } = place;
                write!(f, "{path}:{line}:{column}: {}", self.message)?;
                if self.shown {
                    excerpt(f, &source.text, *place)?;
                }
            }
        }
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

fn excerpt(f: &mut Formatter<'_>, text: &str, place: Place) -> fmt::Result {
    let Some(line) = text.lines().nth(place.line as usize - 1) else {
        return Ok(());
    };
    // A line that is too long is shown from a little before the place.
    let before = place.column as usize - 1;
    let from = if before + 20 > WIDEST { before - 20 } else { 0 };
    let shown: String = line
        .chars()
        .skip(from)
        .take(WIDEST)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let left = shown.chars().count().saturating_sub(before - from);
    let marks = "^".repeat((place.width as usize).clamp(1, left.max(1)));
    let number = place.line.to_string();
    let (margin, indent) = (" ".repeat(number.len()), " ".repeat(before - from));
    write!(
        f,
        "\n  {number} | {}\n  {margin} | {indent}{marks}",
        shown.trim_end()
    )
}
