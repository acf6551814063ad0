//! The columns of a row, one after the other.

use crate::Arena;
use crate::protocol::ProtocolError;
use crate::protocol::line::Line;
use crate::protocol::text::Field;

/// Why a column in quotes can't be read.
pub(super) const UNCLOSED: &str = "the line ends within quotes";
pub(super) const BEHIND_QUOTE: &str = "text follows a closing quote";

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
            return Err(ProtocolError::FewerColumns {
                columns: self.taken,
                wanted: self.taken + 1,
            });
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
                return Err(self.wrong(UNCLOSED));
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
                Some(_) => return Err(self.wrong(BEHIND_QUOTE)),
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
            reason: Box::new(ProtocolError::Refused(reason.into())),
        }
    }
}
