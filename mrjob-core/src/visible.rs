//! Text for people's terminals: control characters of data are shown, and do nothing.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Shows the control characters of a message, except the line ends and tabs that it is laid out with: `\u{1b}` for an escape.
///
/// ```
/// # use mrjob_core::visible;
/// assert_eq!(visible::text("a \u{1b}[31mred\u{1b}[0m word\n"), "a \\u{1b}[31mred\\u{1b}[0m word\n");
/// assert_eq!(visible::text("ünï 漢字 🙂"), "ünï 漢字 🙂");
/// ```
pub fn text(text: &str) -> Cow<'_, str> {
    shown(text, |c| !matches!(c, '\n' | '\t') && is_control(c))
}

/// Shows all control characters of a name or another piece of data that stands within a line.
///
/// ```
/// # use mrjob_core::visible;
/// assert_eq!(visible::line("a\nhint: b"), "a\\nhint: b");
/// ```
pub fn line(text: &str) -> Cow<'_, str> {
    shown(text, is_control)
}

fn shown(text: &str, is_shown: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_shown) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            c if !is_shown(c) => shown.push(c),
            '\n' | '\r' | '\t' => shown.extend(c.escape_default()),
            c => {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
            }
        }
    }
    Cow::Owned(shown)
}

/// Whether a terminal does something at `c`: C0, DEL and C1, separators of lines, and what changes the direction of text.
fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
