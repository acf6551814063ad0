//! What methods are given: a record's line, a group's key; and what they give back.

use crate::error::StepError;
use serde::Deserialize;

use crate::protocol::{Framing, Protocol};
use crate::{Arena, BoxError};

/// A record of a mapper's input, not decoded yet.
#[derive(Debug, Clone, Copy)]
pub struct Record<'r> {
    line: Line<'r>,
    arena: &'r Arena,
}

#[derive(Debug, Clone, Copy)]
enum Line<'r> {
    Text(&'r str),
    Bytes(&'r [u8]),
}

impl<'r> Record<'r> {
    /// A line of text, without its end.
    #[inline]
    pub fn text(line: &'r str, arena: &'r Arena) -> Self {
        Record {
            line: Line::Text(line),
            arena,
        }
    }

    /// A line of bytes that may not be UTF-8, without its end.
    #[inline]
    pub fn bytes(line: &'r [u8], arena: &'r Arena) -> Self {
        Record {
            line: Line::Bytes(line),
            arena,
        }
    }

    /// Its key and value.
    ///
    /// # Errors
    ///
    /// When the record isn't in the protocol `P`, or isn't a `K` and a `V`.
    #[inline]
    pub fn pair<P: Protocol, K: Deserialize<'r>, V: Deserialize<'r>>(
        &self,
    ) -> Result<(K, V), StepError> {
        match self.line {
            Line::Text(line) => P::read_text(line, self.arena),
            Line::Bytes(line) => P::read(line, self.arena),
        }
        .map_err(|error| self.unreadable(P::FRAMING, error))
    }

    /// Says what the protocol can't know: that the line may be many.
    #[cold]
    fn unreadable(&self, framing: Framing, error: BoxError) -> StepError {
        let line = match self.line {
            Line::Text(line) => line.as_bytes(),
            Line::Bytes(line) => line,
        };
        let returns = memchr::memchr_iter(b'\r', line).count();
        if framing == Framing::Lengths || returns == 0 {
            return StepError::Record(error);
        }
        let message = error.to_string();
        let (reason, _) = message.split_once("\nhint: ").unwrap_or((&message, ""));
        let many = if returns == 1 { "" } else { "s" };
        StepError::Record(
            format!(
                "the line has {returns} carriage return{many} (`\\r`) in it: are they its line ends? As one line, {reason}\n\
                 hint: `tr '\\r' '\\n' < FILE | … -` makes line ends of them"
            )
            .into(),
        )
    }

    /// Its value; the key, if the protocol has one, is skipped.
    ///
    /// # Errors
    ///
    /// When the record isn't in the protocol `P`, or its value isn't a `V`.
    #[inline]
    pub fn value<P: Protocol, V: Deserialize<'r>>(&self) -> Result<V, StepError> {
        let (serde::de::IgnoredAny, value) = self.pair::<P, _, V>()?;
        Ok(value)
    }
}

/// The key of a group, not decoded yet.
#[derive(Debug, Clone, Copy)]
pub struct GroupKey<'g> {
    bytes: &'g [u8],
    arena: &'g Arena,
}

impl<'g> GroupKey<'g> {
    /// The key with these encoded bytes.
    #[inline]
    pub fn new(bytes: &'g [u8], arena: &'g Arena) -> Self {
        GroupKey { bytes, arena }
    }

    /// The key as a `K`, which may borrow from the group.
    ///
    /// # Errors
    ///
    /// When the bytes aren't those of a `K`.
    #[inline]
    pub fn decode<K: Deserialize<'g>>(&self) -> Result<K, StepError> {
        crate::key::decode(self.bytes, self.arena).map_err(|e| StepError::Record(e.into()))
    }
}

/// What a method of a job may return: nothing, or a `Result` with any error.
#[diagnostic::on_unimplemented(
    message = "a method of a job cannot return `{Self}`",
    label = "expected `()` or `Result<(), E>`",
    note = "`E` is any error: `E: Into<Box<dyn std::error::Error + Send + Sync>>`"
)]
pub trait Returns {
    /// As a result.
    ///
    /// # Errors
    ///
    /// When the method returned one.
    fn returned(self) -> Result<(), StepError>;
}

impl Returns for () {
    #[inline]
    fn returned(self) -> Result<(), StepError> {
        Ok(())
    }
}

impl<E: Into<BoxError>> Returns for Result<(), E> {
    #[inline]
    fn returned(self) -> Result<(), StepError> {
        self.map_err(|e| StepError::User(e.into()))
    }
}
