//! Where in a value a byte stands: `user.ids[2]`.

use std::fmt::Write as _;

use crate::visible;

/// What is open around a byte.
enum Open {
    /// An object, and the field that is being read: its name, as written.
    Object(Option<(usize, usize)>),
    /// An array, and how many elements came before.
    Array(usize),
}

/// The field or element that is being read `at` bytes behind the beginning of a text; `None` for the text as a whole.
#[cold]
pub(super) fn path_at(text: &[u8], at: usize) -> Option<String> {
    let text = &text[..at.min(text.len())];
    let mut open = Vec::new();
    let (mut from, mut is_name) = (0, false);
    while let Some(&byte) = text.get(from) {
        let end = match byte {
            b'"' => string_end(text, from + 1),
            _ => from + 1,
        };
        match (byte, open.last_mut()) {
            (b'{', _) => open.push(Open::Object(None)),
            (b'[', _) => open.push(Open::Array(0)),
            (b'}' | b']', _) => drop(open.pop()),
            (b',', Some(Open::Array(before))) => *before += 1,
            (b'"', Some(Open::Object(name))) if is_name => *name = Some((from + 1, end - 1)),
            _ => {}
        }
        is_name = match byte {
            b'{' | b',' => true,
            _ if byte.is_ascii_whitespace() => is_name,
            _ => false,
        };
        from = end;
    }
    let mut path = String::new();
    for open in &open {
        match *open {
            Open::Object(Some((from, to))) => {
                let name = String::from_utf8_lossy(text.get(from..to)?);
                let dot = if path.is_empty() { "" } else { "." };
                let _ = write!(path, "{dot}{}", visible::line(&name));
            }
            Open::Object(None) => {}
            Open::Array(before) => {
                let _ = write!(path, "[{before}]");
            }
        }
    }
    (!path.is_empty()).then_some(path)
}

/// Behind the quote that ends a string, or the text's end.
pub(super) fn string_end(text: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}
