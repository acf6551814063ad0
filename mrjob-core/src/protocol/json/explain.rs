//! What a text that can't be read as JSON looks like, and a way out.

use serde_json::error::Category;

use super::path::path_at;
use crate::protocol::error::{excerpt_around, hints, shortened};
use crate::protocol::{Part, ProtocolError};

/// What is read.
#[derive(Clone, Copy)]
pub(super) enum What {
    /// A line that is JSON alone.
    Line,
    /// The key or the value of a line.
    Part(Part),
}

impl What {
    pub(super) fn part(self) -> Part {
        match self {
            Self::Line => Part::Value,
            Self::Part(part) => part,
        }
    }
}

const A_LINE_EACH: &str = "`jq -c . < FILE | … -` puts each value on a line of its own (jq 1.7 and later keep long integers as they are)";
const AN_ELEMENT_A_LINE: &str = "`jq -c '.[]' < FILE | … -` puts each element of an array on a line of its own (jq 1.7 and \
                                 later keep long integers as they are)";

const NO_HALVES: &str = "`sed -E 's/(\\\\u[dD][89abAB]..\\\\u[dD][c-fC-F]..)|\\\\u[dD][89a-fA-F]../\\1/g' < FILE | … -` leaves \
                         such halves out";
const WITH_KEY: &str = "a key, a TAB and a value are read with `input = Json`";

/// Why a text can't be read, where, and what to do.
type Reason = (String, Option<&'static str>);

#[cold]
pub(super) fn explain(error: &serde_json::Error, what: What, text: &[u8]) -> ProtocolError {
    if text.trim_ascii().is_empty() {
        return match what {
            What::Line => ProtocolError::Empty {
                what: "line",
                hint: Some(hints::NO_EMPTY_LINES),
            },
            What::Part(Part::Key) => ProtocolError::Empty {
                what: "key",
                hint: None,
            },
            What::Part(Part::Value) => ProtocolError::Empty {
                what: "value",
                hint: None,
            },
        };
    }
    // The parser counts bytes from 1, and 0 is before the first.
    let at = error.column().max(1);
    let message = message(error);
    let (reason, hint) = match error.classify() {
        Category::Data => mismatch(&message, at, text),
        Category::Eof => cut(text),
        Category::Syntax | Category::Io => syntax(&message, at, text),
    };
    ProtocolError::ReadJson {
        part: what.part(),
        reason,
        at,
        text: excerpt_around(text, at),
        hint,
    }
}

/// What serde_json says, without the place.
fn message(error: &serde_json::Error) -> String {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = error.to_string();
    message.strip_suffix(&place).unwrap_or(&message).to_owned()
}

/// A text that ends too early.
fn cut(text: &[u8]) -> Reason {
    let reason = "the line ends in the middle of a value: is the file printed over several lines?";
    let hint = match text.trim_ascii().first() {
        Some(b'[') => AN_ELEMENT_A_LINE,
        _ => A_LINE_EACH,
    };
    (reason.to_owned(), Some(hint))
}

/// JSON that isn't of the type.
fn mismatch(message: &str, at: usize, text: &[u8]) -> Reason {
    if let Some(field) = message.strip_prefix("missing field ") {
        let hint = "a field of type `Option`, or with `#[serde(default)]`, may be missing";
        return (format!("there is no field {field}"), Some(hint));
    }
    if let Some(field) = message.strip_prefix("duplicate field ") {
        let hint = "`jq -c . < FILE | … -` keeps the last one (jq 1.7 and later keep long integers as they are)";
        return (format!("the field {field} stands there twice"), Some(hint));
    }
    let mismatch = ["invalid type: ", "invalid value: "]
        .into_iter()
        .find_map(|prefix| message.strip_prefix(prefix))
        .and_then(|message| message.rsplit_once(", expected "));
    let Some((there, wanted)) = mismatch else {
        return (shortened(message.to_owned()), None);
    };
    let path = path_at(text, at);
    let rest = text.get(at..).unwrap_or_default();
    if path.is_none() && rest.trim_ascii_start().starts_with(b":") {
        return part();
    }
    let subject = match &path {
        Some(path) => format!("`{path}` is"),
        None => "it is".to_owned(),
    };
    let is_element = text.trim_ascii().starts_with(b"[") && there == "map";
    let hint = match there {
        _ if path.is_none() && matches!(rest, [b'\t', _, ..]) => Some(WITH_KEY),
        _ if is_element => Some(AN_ELEMENT_A_LINE),
        "null" => Some("an `Option` takes `null` as `None`"),
        _ if there.starts_with("floating point") && is_integer(wanted) => {
            Some(match number_before(at, text).contains(['.', 'e', 'E']) {
                true => "an `f64` takes it",
                false => "a `u128` or `i128` takes integers beyond 64 bits",
            })
        }
        _ if there.starts_with("string") && (is_integer(wanted) || is_float(wanted)) => {
            Some("take it as `&str`, and parse it in the mapper")
        }
        _ => None,
    };
    let reason = format!(
        "{subject} {}, and the type takes {}",
        shortened(found(there, at, text)),
        expected(wanted)
    );
    (reason, hint)
}

/// What is there, in JSON's words.
fn found(there: &str, at: usize, text: &[u8]) -> String {
    match there {
        "map" => "an object".to_owned(),
        "sequence" => "an array".to_owned(),
        "null" => "null".to_owned(),
        _ if there.starts_with("string ") => format!("the {there}"),
        _ if there.starts_with("floating point ") || there.starts_with("integer ") => {
            format!("the number {}", number_before(at, text))
        }
        _ => match there.strip_prefix("boolean ") {
            Some(word) => word.trim_matches('`').to_owned(),
            None => there.to_owned(),
        },
    }
}

/// The number that ends at a place, or near it, as it is written.
fn number_before(at: usize, text: &[u8]) -> String {
    let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    let at = at.min(text.len());
    let end = text[..at]
        .iter()
        .rposition(is_part)
        .map_or(at, |last| last + 1);
    let length = text[..end]
        .iter()
        .rev()
        .take_while(|byte| is_part(byte))
        .count();
    String::from_utf8_lossy(&text[end - length..end]).into_owned()
}

/// What the type takes, in Rust's words.
fn expected(wanted: &str) -> String {
    if wanted == "a borrowed string" {
        return "a string".to_owned();
    }
    if is_integer(wanted) || is_float(wanted) {
        return format!("`{wanted}`");
    }
    match wanted.strip_prefix("struct ") {
        Some(name) if !name.contains(' ') => format!("an object, `{name}`"),
        _ => wanted.to_owned(),
    }
}

fn is_integer(wanted: &str) -> bool {
    let bits = wanted.strip_prefix(['u', 'i']);
    bits.is_some_and(|bits| matches!(bits, "8" | "16" | "32" | "64" | "128" | "size"))
}

fn is_float(wanted: &str) -> bool {
    matches!(wanted, "f32" | "f64")
}

/// Words that other languages write, and JSON doesn't have.
const FOREIGN: [(&str, &str); 7] = [
    ("-Infinity", NO_NUMBER),
    ("Infinity", NO_NUMBER),
    ("NaN", NO_NUMBER),
    ("undefined", "have it written as `null`"),
    ("None", PYTHON),
    ("True", PYTHON),
    ("False", PYTHON),
];
const NO_NUMBER: &str = "have it written as `null`, and read an `Option<f64>`";
const PYTHON: &str = "if this is what Python prints of a `dict`, `python3 -c 'import ast, json, sys; [print(json.dumps(ast.literal_eval(line))) for line in sys.stdin]' < FILE | … -` makes JSON of it";

/// What isn't JSON.
fn syntax(message: &str, at: usize, text: &[u8]) -> Reason {
    let foreign = FOREIGN
        .into_iter()
        .find(|(word, _)| stands_near(text, word, at));
    if let Some((word, hint)) = foreign {
        return (format!("`{word}` is not JSON"), Some(hint));
    }
    let start = text.trim_ascii_start();
    let there = text.get(at - 1).copied();
    match message {
        _ if start.starts_with(b"\x1e") => (
            "a record separator (0x1e), as RFC 7464 has it, stands before the value".to_owned(),
            Some("`tr -d '\\036' < FILE | … -` leaves them out"),
        ),
        _ if start.starts_with("\u{feff}".as_bytes()) => (
            "a byte order mark stands before the value".to_owned(),
            Some("`LC_ALL=C sed 's/^\\xef\\xbb\\xbf//' < FILE | … -` leaves it out"),
        ),
        _ if matches!(start, [b'}' | b']', ..]) => (
            "the line begins with the end of a value: is the file printed over several lines?"
                .to_owned(),
            Some(A_LINE_EACH),
        ),
        "trailing characters" => trailing(at, text),
        "expected ident" => ("expected `null`, `true` or `false`".to_owned(), None),
        "expected value" => ("no JSON value begins there".to_owned(), None),
        "trailing comma" => ("a comma stands before the closing bracket".to_owned(), None),
        "key must be a string" => (
            "a field's name is not in double quotes".to_owned(),
            (there == Some(b'\'')).then_some(PYTHON),
        ),
        "number out of range" => (
            "a number is beyond the range of a 64-bit float (`f64`)".to_owned(),
            None,
        ),
        _ if message.starts_with("control character") => control(there),
        _ if message == "invalid unicode code point" && str::from_utf8(text).is_err() => (
            "a string isn't UTF-8".to_owned(),
            Some(
                "if the file is Latin-1 as Windows has it, `iconv -f WINDOWS-1252 -t UTF-8 < FILE | … -` makes UTF-8 of it",
            ),
        ),
        "unexpected end of hex escape"
        | "lone leading surrogate in hex escape"
        | "invalid unicode code point" => (
            "a string has one half of a character that takes two `\\u` escapes".to_owned(),
            Some(NO_HALVES),
        ),
        _ => (shortened(message.to_owned()), None),
    }
}

/// A control character in a string.
fn control(there: Option<u8>) -> Reason {
    match there {
        Some(b'\t') => (
            "a string has a TAB in it, which JSON writes as `\\t`".to_owned(),
            Some("`tr '\\t' ' ' < FILE | … -` makes spaces of TABs"),
        ),
        other => (
            format!(
                "a string has the control character U+{:04X} in it, which JSON writes as `\\u{:04x}`",
                other.unwrap_or(0),
                other.unwrap_or(0)
            ),
            Some(
                "`tr '\\000-\\010\\013-\\037' ' ' < FILE | … -` makes spaces of control characters",
            ),
        ),
    }
}

/// What comes behind a value.
fn trailing(at: usize, text: &[u8]) -> Reason {
    let (before, rest) = text.split_at((at - 1).min(text.len()));
    match rest.first() {
        Some(b',') if rest[1..].trim_ascii().is_empty() => (
            "a comma follows the value".to_owned(),
            Some(
                "`sed 's/,[[:space:]]*$//' < FILE | … -` leaves the comma out at the end of each line",
            ),
        ),
        Some(b',') => (
            "a comma and more follow the value".to_owned(),
            Some(
                "if they are values, `sed 's/,[[:space:]]*$//; s/.*/[&]/' < FILE | jq -c '.[]' | … -` puts each on a line of \
                 its own (jq 1.7 and later keep long integers as they are)",
            ),
        ),
        Some(b':') => part(),
        Some(b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {
            let hint = match before.trim_ascii_end().len() {
                end if before[end..] == *b"\t" => WITH_KEY,
                _ => A_LINE_EACH,
            };
            ("a second value begins".to_owned(), Some(hint))
        }
        _ => ("text follows the value".to_owned(), None),
    }
}

/// A line from the middle of a value.
fn part() -> Reason {
    (
        "the line goes on behind a value: is the file printed over several lines?".to_owned(),
        Some(A_LINE_EACH),
    )
}

/// Whether a word stands around a place where the parser stopped, which may be its beginning or its second letter.
fn stands_near(text: &[u8], word: &str, at: usize) -> bool {
    (at.saturating_sub(3)..=at).any(|from| {
        text.get(from..)
            .is_some_and(|rest| rest.starts_with(word.as_bytes()))
    })
}
