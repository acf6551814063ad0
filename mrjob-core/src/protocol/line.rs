//! What records are read from: a line that is known to be UTF-8, or one that isn't.

use std::{borrow::Cow, cell::Cell};

use crate::Arena;

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

    /// As text, with U+FFFD for what isn't UTF-8.
    #[inline]
    pub(super) fn text(self, arena: &'de Arena) -> &'de str {
        match self {
            Self::Text(text) => text,
            Self::Bytes(bytes) => match simdutf8::basic::from_utf8(bytes) {
                Ok(text) => text,
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
fn lossy<'de>(bytes: &'de [u8], arena: &'de Arena) -> &'de str {
    LOSSY.set(LOSSY.get() + 1);
    match String::from_utf8_lossy(bytes) {
        Cow::Borrowed(text) => text,
        Cow::Owned(text) => arena.keep_str(text),
    }
}
