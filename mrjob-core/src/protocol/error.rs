//! Why a record couldn't be read or written.

use std::fmt::{self, Display};

use crate::visible;

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
    /// Nothing, where a record was wanted.
    #[error("the {what} is empty{}", Hint(*hint))]
    Empty {
        /// The line, the key or the value.
        what: &'static str,
        /// What to do, where we know it.
        hint: Option<&'static str>,
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
    #[error("the {part} can't be read from JSON at byte {at} of `{text}`: {reason}{}", Hint(*hint))]
    ReadJson {
        /// Key or value.
        part: Part,
        /// What is wrong.
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
    /// A row that can't be read.
    #[error("{reason}, in the row `{line}`{}", Hint(*hint))]
    Row {
        /// Why not.
        reason: Box<ProtocolError>,
        /// The row, or how it begins.
        line: String,
        /// What to do, where we know it.
        hint: Option<&'static str>,
    },
    /// More columns than something reads.
    #[error("the row has {columns}, and its type takes {taken}", columns = Columns(*columns))]
    MoreColumns {
        /// How many the row has.
        columns: usize,
        /// How many were read.
        taken: usize,
    },
    /// Fewer columns than the type reads.
    #[error("the row has {columns}, and its type takes at least {wanted}", columns = Columns(*columns))]
    FewerColumns {
        /// How many the row has.
        columns: usize,
        /// How many the type takes, or more.
        wanted: usize,
    },
    /// A column that can't be read.
    #[error("column {column}: {reason}")]
    Column {
        /// Which one, from 1.
        column: usize,
        /// Why not.
        reason: Box<ProtocolError>,
    },
    /// A text that isn't a number, or another scalar.
    #[error("{} not {what}", Is(text))]
    NotA {
        /// The text, or how it begins.
        text: String,
        /// What was wanted.
        what: &'static str,
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

/// How many columns a row has.
struct Columns(usize);

impl Display for Columns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("1 column"),
            many => write!(f, "{many} columns"),
        }
    }
}

/// A text, and "is".
struct Is<'a>(&'a str);

impl Display for Is<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            "" => f.write_str("it is empty, and"),
            text => write!(f, "`{text}` is"),
        }
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

/// Ways out that several protocols name. `FILE` is replaced by the file's name where that is known.
pub(crate) mod hints {
    /// For line 1 of a file alone.
    pub(crate) const HEADER: &str = "is line 1 a header? `tail -n +2 < FILE | … -` leaves it out";
    pub(in crate::protocol) const NO_EMPTY_LINES: &str =
        "`sed '/^[[:space:]]*$/d' < FILE | … -` leaves empty lines out";
}

/// How many characters of a text a message shows.
const SHOWN: usize = 80;

/// How a text begins, for a message.
pub(super) fn excerpt(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * SHOWN)]);
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", visible::line(&text[..end])),
        None => visible::line(&text).into_owned(),
    }
}

/// The part of a text around a byte, for a message.
pub(super) fn excerpt_around(bytes: &[u8], at: usize) -> String {
    const BEFORE: usize = SHOWN * 3 / 4;
    if at <= BEFORE {
        return excerpt(bytes);
    }
    let is_inside = |byte: &u8| byte & 0xc0 == 0x80;
    let from = at.min(bytes.len()) - BEFORE;
    let cut = bytes[from..]
        .iter()
        .take_while(|byte| is_inside(byte))
        .count();
    format!("…{}", excerpt(&bytes[from + cut..]))
}
