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

/// A name as a shell takes it: quoted where it isn't plain, and never an option.
///
/// ```
/// # use mrjob_core::visible;
/// assert_eq!(visible::shell("logs/a.txt"), "logs/a.txt");
/// assert_eq!(visible::shell("it's"), r"'it'\''s'");
/// assert_eq!(visible::shell("-x"), "./-x");
/// assert_eq!(visible::shell("a\nb"), r"$'a\u000ab'");
/// ```
pub fn shell(name: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+,:=@%".contains(c);
    let here = if name.starts_with('-') { "./" } else { "" };
    if name.contains(is_control) {
        let escaped = |c: char| match c {
            '\'' | '\\' => format!("\\{c}"),
            c if is_control(c) => format!("\\u{:04x}", u32::from(c)),
            c => c.to_string(),
        };
        return format!("$'{here}{}'", name.chars().map(escaped).collect::<String>()).into();
    }
    match name.chars().all(is_plain) {
        true if here.is_empty() => name.into(),
        true => format!("{here}{name}").into(),
        false => format!("'{here}{}'", name.replace('\'', r"'\''")).into(),
    }
}

/// Whether a terminal does something at `c`: C0, DEL and C1, separators of lines, and what changes the direction of text.
fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{feff}' | '\u{2066}'..='\u{2069}')
}
