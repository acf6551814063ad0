//! The columns of a row, one after the other.

use serde::de::Error;

use crate::{
    Arena,
    protocol::{ProtocolError, line::Line, text::Field},
};

/// What is left of a row.
pub(super) struct Row<'de> {
    rest: Option<Line<'de>>,
    arena: &'de Arena,
    taken: usize,
}

impl<'de> Row<'de> {
    pub(super) fn new(line: Line<'de>, arena: &'de Arena) -> Self {
        Self {
            rest: Some(line),
            arena,
            taken: 0,
        }
    }

    /// Whether nothing is left. An empty line is a row of nothing, where nobody takes a column from it.
    pub(super) fn is_done(&self) -> bool {
        match self.rest {
            Some(rest) => self.taken == 0 && rest.bytes().is_empty(),
            None => true,
        }
    }

    /// How many columns were taken.
    pub(super) fn taken(&self) -> usize {
        self.taken
    }

    /// Lets go of what is left.
    pub(super) fn skip_all(&mut self) {
        self.rest = None;
    }

    pub(super) fn next_is_empty(&self) -> bool {
        self.rest
            .is_some_and(|rest| matches!(rest.bytes(), [] | [b',', ..]))
    }

    /// Takes the next column.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Field<'de>, ProtocolError> {
        let Some(rest) = self.rest else {
            return Err(ProtocolError::custom(format_args!(
                "the row has fewer columns than its type takes: it ends after {}",
                self.taken
            )));
        };
        let column = match rest.bytes() {
            [b'"', ..] => self.quoted(rest)?,
            _ => {
                let (column, rest) = rest.split(b',');
                self.rest = rest;
                column
            }
        };
        self.taken += 1;
        Ok(Field {
            line: Some(column),
            arena: self.arena,
            raw: false,
        })
    }

    /// Takes a column in quotes; doubled ones in it stand for one.
    fn quoted(&mut self, line: Line<'de>) -> Result<Line<'de>, ProtocolError> {
        let bytes = line.bytes();
        let (mut end, mut doubled) = (1, false);
        loop {
            let Some(quote) = memchr::memchr(b'"', &bytes[end..]) else {
                return Err(self.wrong(
                    "a quote is opened and not closed on its line\n\
                     hint: a row is one line here; write line ends in fields in another way",
                ));
            };
            end += quote;
            match bytes.get(end + 1) {
                Some(b'"') => (end, doubled) = (end + 2, true),
                Some(b',') => {
                    self.rest = Some(line.part(end + 2, bytes.len()));
                    break;
                }
                None => {
                    self.rest = None;
                    break;
                }
                Some(_) => return Err(self.wrong("text follows a closing quote")),
            }
        }
        let column = line.part(1, end);
        Ok(if doubled { self.single(column) } else { column })
    }

    /// Makes one quote of two.
    fn single(&self, column: Line<'de>) -> Line<'de> {
        match column {
            Line::Text(text) => Line::Text(self.arena.keep_str(text.replace("\"\"", "\""))),
            Line::Bytes(bytes) => {
                let mut after_quote = false;
                let mut kept = bytes.to_owned();
                kept.retain(|&byte| {
                    after_quote = byte == b'"' && !after_quote;
                    byte != b'"' || after_quote
                });
                Line::Bytes(self.arena.keep_bytes(kept))
            }
        }
    }

    #[cold]
    fn wrong(&self, reason: &str) -> ProtocolError {
        ProtocolError::Column {
            column: self.taken + 1,
            reason: Box::new(ProtocolError::custom(reason)),
        }
    }
}
