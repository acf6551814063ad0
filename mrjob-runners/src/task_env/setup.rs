//! Shell lines that run before tasks, with the files that they name.
//!
//! A word of a line may be `PATH#NAME` for a file, `PATH#NAME/` for an archive that is unpacked, `PATH/#NAME` for a
//! folder; without NAME it gets one. In the script its place in the working directory stands instead. Quoted text is left
//! as it is, and a PATH has none of `:`, `=` and what means something to a shell, unless behind a backslash.

use serde::{Deserialize, Serialize};

use super::files::FileKind;

/// A line of `setup`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SetupLine {
    /// As it was written.
    pub written: String,
    /// As a shell runs it: files stand as `"$__mrjob_PWD"/NAME`, and that variable is the working directory.
    pub script: String,
}

/// A piece of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text for the shell.
    Text(String),
    /// A file.
    Path {
        /// Where it is, with variables in it.
        path: String,
        /// What it is to be called.
        name: Option<String>,
        /// What it is.
        kind: FileKind,
    },
}

/// Takes a line apart.
pub(super) fn pieces(line: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => rest[1..].find('\'').map_or(rest.len(), |end| end + 2),
            '"' => double_quoted(rest),
            _ => match path(rest) {
                Some((piece, length)) => {
                    pieces.push(Piece::Text(std::mem::take(&mut text)));
                    pieces.push(piece);
                    rest = &rest[length..];
                    continue;
                }
                // What isn't a path as a whole isn't one from its middle on.
                None => word(rest, &PATH_ENDS).max(first.len_utf8()),
            },
        };
        text.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    pieces.push(Piece::Text(text));
    pieces
}

/// What ends a path, beside white space.
const PATH_ENDS: [char; 11] = ['\'', '"', ':', '=', ';', '<', '>', '|', '&', '(', ')'];
/// What ends a name, beside white space.
const NAME_ENDS: [char; 13] = [
    '\'', '"', ':', '=', ';', '<', '>', '|', '&', '(', ')', '/', '#',
];

/// Bytes of the text in double quotes that `text` begins with.
fn double_quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Bytes of the word that `text` begins with.
fn word(text: &str, ends: &[char]) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c.is_whitespace() || ends.contains(&c) => return at,
            _ => {}
        }
    }
    text.len()
}

/// The path with a `#` that `text` begins with, and how many bytes of it that is; of an archive without the `/` at the end,
/// which stays in the line.
fn path(text: &str) -> Option<(Piece, usize)> {
    let scheme = text.find("://").filter(|&at| {
        at > 0
            && text[..at]
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c))
    });
    let start = scheme.map_or(0, |at| at + 3);
    let word = &text[..start + word(&text[start..], &PATH_ENDS)];
    let hash = word.rfind('#')?;
    let path = &word[..hash];
    // A comment, `$#`, `${name#prefix}`.
    if path.is_empty()
        || path.ends_with(['$', '\\', '{'])
        || path.matches("${").count() > path.matches('}').count()
    {
        return None;
    }
    let name = &text[hash + 1..];
    let name = &name[..self::word(name, &NAME_ENDS)];
    let end = hash + 1 + name.len();
    let kind = match (path.ends_with('/'), text[end..].starts_with('/')) {
        (true, _) => FileKind::Dir,
        (false, true) => FileKind::Archive,
        (false, false) => FileKind::File,
    };
    let name = (!name.is_empty()).then(|| unescaped(name));
    let path = unescaped(path);
    Some((Piece::Path { path, name, kind }, end))
}

/// `text` without the backslashes before other characters.
fn unescaped(text: &str) -> String {
    let mut chars = text.chars();
    let mut out = String::new();
    while let Some(c) = chars.next() {
        out.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    out
}

/// `text` as one word of a shell.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> String {
        let piece = |piece| match piece {
            Piece::Text(text) => text,
            Piece::Path { path, name, kind } => {
                format!("<{kind:?} {path} {}>", name.as_deref().unwrap_or("-"))
            }
        };
        pieces(line).into_iter().map(piece).collect()
    }

    #[test]
    fn the_three_forms() {
        assert_eq!(shown("sh a.sh#"), "sh <File a.sh ->");
        assert_eq!(shown("sh ~/a.sh#b.sh x"), "sh <File ~/a.sh b.sh> x");
        assert_eq!(
            shown("cd src.tar.gz#src/ && make"),
            "cd <Archive src.tar.gz src>/ && make"
        );
        assert_eq!(shown("ls lib/#"), "ls <Dir lib/ ->");
        assert_eq!(shown("ls lib/#other/x"), "ls <Dir lib/ other>/x");
        assert_eq!(
            shown("export PYTHONPATH=$PYTHONPATH:a.tar.gz#/:b/#"),
            "export PYTHONPATH=$PYTHONPATH:<Archive a.tar.gz ->/:<Dir b/ ->"
        );
        assert_eq!(shown("cat s3://b/k#x;ls"), "cat <File s3://b/k x>;ls");
        assert_eq!(shown(r"cat my\ file#a\ b"), "cat <File my file a b>");
    }

    #[test]
    fn what_is_none_of_them() {
        for line in [
            "# a comment",
            "make # a comment",
            "echo 'a#b' \"c#\\\"d#\"",
            "test $# = 0",
            "echo ${x#y} ${#x}",
            "echo 'open",
        ] {
            assert_eq!(shown(line), line);
        }
    }
}
