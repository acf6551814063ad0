//! What a row that can't be read looks like, and a way out.

use super::row::{BEHIND_QUOTE, UNCLOSED};
use crate::protocol::ProtocolError;
use crate::protocol::error::{excerpt, hints};

const ONE_LINE: &str = "a record is one line: `python3 -c 'import csv, sys; csv.writer(sys.stdout, lineterminator=\"\\n\").\
                        writerows([\" \".join(c.split(\"\\n\")) for c in r] for r in csv.reader(sys.stdin))' < FILE | … -` \
                        makes a space of each line end within quotes";

/// A command that writes commas instead of another delimiter.
macro_rules! delimited {
    ($delimiter:literal) => {
        concat!(
            "`python3 -c 'import csv, sys; csv.writer(sys.stdout, lineterminator=\"\\n\")",
            ".writerows(csv.reader(sys.stdin, delimiter=\"",
            $delimiter,
            "\"))' < FILE | … -` writes commas"
        )
    };
}

/// Says what stands in the row.
#[cold]
pub(super) fn explain(error: ProtocolError, line: &[u8]) -> ProtocolError {
    if line.trim_ascii().is_empty() {
        return ProtocolError::Empty {
            what: "line",
            hint: Some(hints::NO_EMPTY_LINES),
        };
    }
    let (reason, hint) = match other_delimiter(&error, line) {
        Some((reason, hint)) => (ProtocolError::Refused(reason.into()), Some(hint)),
        None => match error {
            // It is the type that can't be read, or its own text says what to do.
            ProtocolError::NoRoom { .. } => return error,
            ProtocolError::Refused(text) if text.contains("\nhint: ") => {
                return ProtocolError::Refused(text);
            }
            error => {
                let hint = hint(&error, line);
                (error, hint)
            }
        },
    };
    ProtocolError::Row {
        reason: Box::new(reason),
        line: excerpt(line),
        hint,
    }
}

/// Whether another character delimits the columns: it stands in the row more often than the comma does, and in the way.
fn other_delimiter(error: &ProtocolError, line: &[u8]) -> Option<(String, &'static str)> {
    let count = |byte: u8| line.iter().filter(|&&b| b == byte).count();
    let commas = count(b',');
    let (byte, others) = [b';', b'\t', b'|']
        .map(|byte| (byte, count(byte)))
        .into_iter()
        .max_by_key(|(_, count)| *count)?;
    if others <= commas || line.contains(&b'"') {
        return None;
    }
    let (name, shown) = match byte {
        b'\t' => (if others == 1 { "TAB" } else { "TABs" }, "\\t"),
        b';' => ("`;`", ";"),
        _ => ("`|`", "|"),
    };
    let is_in_the_way = match error {
        ProtocolError::FewerColumns { .. } => true,
        ProtocolError::Column { reason, .. } => {
            matches!(&**reason, ProtocolError::NotA { text, .. } if text.contains(shown))
        }
        _ => false,
    };
    if !is_in_the_way {
        return None;
    }
    let seen = match commas {
        0 => "no comma".to_owned(),
        1 => "1 comma".to_owned(),
        many => format!("{many} commas"),
    };
    let hint = match (byte, commas) {
        (b';', 0) => {
            "`tr ';' ',' < FILE | … -` makes commas of them; or take the line as `&str` with `input = TextValue`, and \
             `split(';')` it"
        }
        (b';', _) => {
            "take the line as `&str` with `input = TextValue`, and `split(';')` it; a number with a decimal comma is parsed \
             after `replace(',', \".\")`"
        }
        (b'\t', 0) => {
            "`tr '\\t' ',' < FILE | … -` makes commas of them; or take the line as `&str` with `input = TextValue`, and \
             `split('\\t')` it"
        }
        (b'\t', _) => "take the line as `&str` with `input = TextValue`, and `split('\\t')` it",
        (_, 0) => {
            "`tr '|' ',' < FILE | … -` makes commas of them; or take the line as `&str` with `input = TextValue`, and \
             `split('|')` it"
        }
        _ => "take the line as `&str` with `input = TextValue`, and `split('|')` it",
    };
    let verb = if others == 1 { "is" } else { "are" };
    let reason =
        format!("columns are delimited by commas: there {verb} {others} {name} and {seen}");
    Some((reason, hint))
}

fn hint(error: &ProtocolError, line: &[u8]) -> Option<&'static str> {
    match error {
        ProtocolError::MoreColumns { .. } => Some(
            "a column with a comma in it is written in quotes; if the rest is to be ignored, a last field of type `Vec<serde::de::IgnoredAny>` takes it",
        ),
        ProtocolError::Column { reason, .. } => match &**reason {
            ProtocolError::Refused(text) if **text == *UNCLOSED => Some(ONE_LINE),
            ProtocolError::Refused(text) if **text == *BEHIND_QUOTE => {
                let has = |what: &str| memchr::memmem::find(line, what.as_bytes()).is_some();
                Some(if has("\\\"") {
                    "within quotes a quote is written `\"\"`, not `\\\"`: `sed 's/\\\\\"/\"\"/g' < FILE | … -` writes it so"
                } else if has("\";") {
                    concat!("is `;` the delimiter? ", delimited!(";"))
                } else if has("\"\t") {
                    concat!("is a TAB the delimiter? ", delimited!("\\t"))
                } else if has("\"|") {
                    concat!("is `|` the delimiter? ", delimited!("|"))
                } else {
                    "within quotes a quote is written `\"\"`"
                })
            }
            ProtocolError::NotA { text, what } => not_a(text, what, line),
            _ => None,
        },
        _ => None,
    }
}

/// What to do about a column that isn't what its type takes.
fn not_a(text: &str, what: &str, line: &[u8]) -> Option<&'static str> {
    let is_number = |text: &str| text.parse::<f64>().is_ok();
    if !what.contains("number") && !what.contains("integer") {
        return None;
    }
    if text.is_empty() {
        Some("an `Option` takes an empty column as `None`")
    } else if is_number(text.trim()) && text.trim().len() < text.len() {
        Some("take the column as `&str`, and parse what `trim()` leaves of it in the mapper")
    } else if is_number(&text.replace(',', ".")) {
        Some(
            "take the column as `&str`, and parse it in the mapper, after `replace(',', \".\")` if this is a decimal comma",
        )
    } else if is_number(&text.replace(',', "")) {
        Some("take the column as `&str`, and parse it in the mapper, after `replace(',', \"\")`")
    } else {
        let mut columns = line.split(|&byte| byte == b',');
        let names_columns = columns.all(|column| {
            let column = String::from_utf8_lossy(column);
            !is_number(column.trim().trim_matches('"'))
        });
        names_columns.then_some(hints::HEADER)
    }
}
