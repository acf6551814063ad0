//! What records are read from: a line that is known to be UTF-8, or one that isn't.

use std::cell::Cell;

use crate::Arena;
use crate::protocol::ProtocolError;

thread_local! {
    static LOSSY: Cell<u64> = const { Cell::new(0) };
}

/// How many texts weren't UTF-8 and were read on this thread, since the last call, with U+FFFD in place of what isn't.
///
/// A line counts once for its key and once for its value.
pub fn take_lossy() -> u64 {
    LOSSY.take()
}

/// A line or a part of one.
#[derive(Clone, Copy)]
pub(super) enum Line<'de> {
    Text(&'de str),
    Bytes(&'de [u8]),
}

impl<'de> Line<'de> {
    #[inline]
    pub(super) fn bytes(self) -> &'de [u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }

    /// As text, with U+FFFD for what isn't UTF-8, if the arena has room for it.
    #[inline]
    pub(super) fn text(self, arena: &'de Arena) -> Result<&'de str, ProtocolError> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Bytes(bytes) => match simdutf8::basic::from_utf8(bytes) {
                Ok(text) => Ok(text),
                Err(_) => lossy(bytes, arena),
            },
        }
    }

    /// What stands before and after the first of these ASCII characters.
    #[inline]
    pub(super) fn split(self, at: u8) -> (Self, Option<Self>) {
        debug_assert!(at.is_ascii());
        match memchr::memchr(at, self.bytes()) {
            Some(index) => (
                self.part(0, index),
                Some(self.part(index + 1, self.bytes().len())),
            ),
            None => (self, None),
        }
    }

    /// A part, whose ends are beside ASCII characters.
    #[inline]
    pub(super) fn part(self, from: usize, to: usize) -> Self {
        match self {
            Self::Text(text) => Self::Text(&text[from..to]),
            Self::Bytes(bytes) => Self::Bytes(&bytes[from..to]),
        }
    }
}

#[cold]
fn lossy<'de>(bytes: &'de [u8], arena: &'de Arena) -> Result<&'de str, ProtocolError> {
    let length = lossy_length(bytes);
    arena
        .take_room(length)
        .map_err(|room| ProtocolError::NoRoom {
            bytes: length,
            room,
        })?;
    LOSSY.set(LOSSY.get() + 1);
    let mut text = String::with_capacity(length);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    Ok(arena.keep_str(text))
}

/// How long these bytes are as text, with U+FFFD in it.
pub(crate) fn lossy_length(bytes: &[u8]) -> usize {
    let replaced = |invalid: &[u8]| match invalid {
        [] => 0,
        _ => char::REPLACEMENT_CHARACTER.len_utf8(),
    };
    let chunks = bytes.utf8_chunks();
    chunks
        .map(|chunk| chunk.valid().len() + replaced(chunk.invalid()))
        .sum()
}
