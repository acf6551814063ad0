//! Why a record couldn't be read or written.

use std::fmt::{self, Display};

/// Why a record couldn't be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// A line without a TAB, where key TAB value was wanted.
    #[error(
        "the line has no TAB, and a record of `{protocol}` is key TAB value: `{line}`\nhint: {hint}"
    )]
    NoTab {
        /// The protocol's name.
        protocol: &'static str,
        /// The line, or how it begins.
        line: String,
        /// What to do.
        hint: &'static str,
    },
    /// A key was asked for where records have none.
    #[error(
        "the records of `{protocol}` have no key\nhint: take the value alone, or use a protocol with keys: `{with_key}`"
    )]
    NoKey {
        /// The protocol's name.
        protocol: &'static str,
        /// Its sibling with keys.
        with_key: &'static str,
    },
    /// Not JSON, or not JSON of the type.
    #[error("the {part} can't be read from JSON: {reason} at byte {at} of `{text}`{}", Hint(*hint))]
    ReadJson {
        /// Key or value.
        part: Part,
        /// What serde_json says.
        reason: String,
        /// Where in the key or value, from 1.
        at: usize,
        /// The key or value, or how it begins.
        text: String,
        /// What to do, where we know it.
        hint: Option<&'static str>,
    },
    /// What JSON can't hold.
    #[error("the {part} can't be written as JSON: {reason}")]
    WriteJson {
        /// Key or value.
        part: Part,
        /// Why not.
        reason: String,
    },
    /// What would come back as something else.
    #[error(
        "the {part} has {what}, which would split the record: `{text}`\nhint: `Json` can write it"
    )]
    Splits {
        /// Key or value.
        part: Part,
        /// A TAB or a line end.
        what: &'static str,
        /// The key or value, or how it begins.
        text: String,
    },
    /// Columns that nothing reads.
    #[error(
        "the row has more than the {taken} columns that its type takes: `{line}`\n\
         hint: a last field of type `Vec<serde::de::IgnoredAny>` takes the rest"
    )]
    MoreColumns {
        /// How many were read.
        taken: usize,
        /// The line, or how it begins.
        line: String,
    },
    /// A column that can't be read.
    #[error("column {column}: {reason}")]
    Column {
        /// Which one, from 1.
        column: usize,
        /// Why not.
        reason: Box<ProtocolError>,
    },
    /// Text that isn't UTF-8, and is too long with U+FFFD in it.
    #[error(
        "the text isn't UTF-8: with U+FFFD in it, it takes {bytes} bytes, and there is room for {room}\n\
         hint: take it as `&[u8]`; or more `--memory` or fewer workers (`--num-cores`) make room"
    )]
    NoRoom {
        /// How long it would be.
        bytes: usize,
        /// How long it may be.
        room: usize,
    },
    /// The type itself said no, or the text isn't one of it.
    #[error("{0}")]
    Refused(Box<str>),
}

/// Which half of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// What comes first.
    Key,
    /// What comes second, or alone.
    Value,
}

impl Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Key => "key",
            Self::Value => "value",
        })
    }
}

struct Hint(Option<&'static str>);

impl Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |hint| write!(f, "\nhint: {hint}"))
    }
}

impl serde::ser::Error for ProtocolError {
    fn custom<T: Display>(message: T) -> Self {
        Self::Refused(shortened(message.to_string()).into())
    }
}

impl serde::de::Error for ProtocolError {
    fn custom<T: Display>(message: T) -> Self {
        Self::Refused(shortened(message.to_string()).into())
    }
}

/// What a library says, without the middle where it repeats a long value.
pub(super) fn shortened(message: String) -> String {
    const BEGIN: usize = 200;
    const END: usize = 100;
    if message.len() <= BEGIN + END {
        return message;
    }
    let begin = message.floor_char_boundary(BEGIN);
    let end = message.ceil_char_boundary(message.len() - END);
    format!("{}…{}", &message[..begin], &message[end..])
}

/// How a text begins, for a message.
pub(super) fn excerpt(bytes: &[u8]) -> String {
    const MOST: usize = 80;
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * MOST)]);
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}
