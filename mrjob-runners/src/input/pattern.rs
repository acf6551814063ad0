//! The files and folders that a pattern means.
//!
//! A pattern is taken apart at `/` and looked up folder by folder, so that only folders which can match are read.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use glob::Pattern;

use super::InputError;
use super::walk;

/// Everything that `pattern` matches, sorted, each once: `*`, `?` and `[…]` stand for characters of one name, `**` for
/// any number of folders, `{a,b}` for either. A leading `.` or `_` of a name is matched only by itself.
pub(crate) fn expand(pattern: &str) -> Result<Vec<PathBuf>, InputError> {
    let bad = |reason: String| InputError::BadPattern {
        pattern: pattern.to_owned(),
        reason,
    };
    let mut found = BTreeSet::new();
    for plain in alternatives(pattern).map_err(bad)? {
        let parts = parts(&plain).map_err(|error| bad(error.msg.to_owned()))?;
        let start = if plain.starts_with('/') { "/" } else { "" };
        search(PathBuf::from(start), &parts, &mut found)?;
    }
    Ok(found.into_iter().collect())
}

/// What a name between two `/` must be.
enum Part {
    /// This name.
    Name(String),
    /// A name like this one.
    Like { glob: Pattern, hidden: bool },
    /// Any folders, or none.
    Folders,
}

fn parts(pattern: &str) -> Result<Vec<Part>, glob::PatternError> {
    let names = pattern.split('/').filter(|name| !name.is_empty());
    names
        .map(|name| match name {
            "**" => Ok(Part::Folders),
            name if !name.contains(['*', '?', '[']) => Ok(Part::Name(name.to_owned())),
            name => {
                let glob = Pattern::new(name)?;
                Ok(Part::Like {
                    glob,
                    hidden: name.starts_with(['.', '_']),
                })
            }
        })
        .collect()
}

fn search(base: PathBuf, parts: &[Part], found: &mut BTreeSet<PathBuf>) -> Result<(), InputError> {
    let Some((part, rest)) = parts.split_first() else {
        if base.symlink_metadata().is_ok() {
            found.insert(base);
        }
        return Ok(());
    };
    match part {
        Part::Name(name) => search(base.join(name), rest, found),
        Part::Like { glob, hidden } => {
            for name in names(&base)? {
                if glob.matches(&name.to_string_lossy()) && (*hidden || !walk::is_hidden(&name)) {
                    search(base.join(name), rest, found)?;
                }
            }
            Ok(())
        }
        Part::Folders if !here(&base).is_dir() => Ok(()),
        Part::Folders => {
            for folder in walk::folders(here(&base))? {
                let below = folder
                    .strip_prefix(here(&base))
                    .expect("a walk stays below its start");
                search(base.join(below), rest, found)?;
            }
            Ok(())
        }
    }
}

/// Whether a pattern that is taken apart means the file whose names are these, or a folder that it is in.
fn means(parts: &[Part], names: &[&str]) -> bool {
    let Some((part, rest)) = parts.split_first() else {
        return !names.iter().any(|name| walk::is_hidden(name.as_ref()));
    };
    let Some((name, below)) = names.split_first() else {
        return matches!(part, Part::Folders) && means(rest, names);
    };
    match part {
        Part::Name(wanted) => wanted == name && means(rest, below),
        Part::Like { glob, hidden } => {
            glob.matches(name) && (*hidden || !walk::is_hidden(name.as_ref())) && means(rest, below)
        }
        Part::Folders => {
            means(rest, names) || !walk::is_hidden(name.as_ref()) && means(parts, below)
        }
    }
}

/// A pattern for files that were listed.
pub(super) struct Names(Vec<Vec<Part>>);

impl Names {
    /// Takes `pattern` apart.
    pub(super) fn of(pattern: &str) -> Result<Self, String> {
        let parts = |plain: String| parts(&plain).map_err(|error| error.msg.to_owned());
        let all = alternatives(pattern)?.into_iter().map(parts);
        Ok(Names(all.collect::<Result<_, _>>()?))
    }

    /// Whether it means the file of this name, or a folder that it is in.
    pub(super) fn mean(&self, name: &str) -> bool {
        let names: Vec<&str> = name.split('/').filter(|name| !name.is_empty()).collect();
        self.0.iter().any(|parts| means(parts, &names))
    }
}

/// The names in `folder`; none if it isn't one.
fn names(folder: &Path) -> Result<Vec<std::ffi::OsString>, InputError> {
    let folder = here(folder);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let names = fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.file_name())).collect());
    names.map_err(|source| InputError::Unreadable {
        name: folder.display().to_string(),
        source,
    })
}

/// The empty path is the working directory.
fn here(path: &Path) -> &Path {
    if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    }
}

/// The patterns without braces that `pattern` stands for: `a/{b,c/d}` is `a/b` and `a/c/d`.
pub(crate) fn alternatives(pattern: &str) -> Result<Vec<String>, String> {
    let Some(open) = position(pattern, '{') else {
        return match position(pattern, '}') {
            Some(_) => Err("`}` without `{`".to_owned()),
            None => Ok(vec![pattern.to_owned()]),
        };
    };
    let (before, inside) = (&pattern[..open], &pattern[open + 1..]);
    let mut choices = vec![String::new()];
    let mut depth = 0;
    for (at, c) in inside.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' if depth == 0 => {
                choices.push(String::new());
                continue;
            }
            '}' => {
                let after = &inside[at + 1..];
                let whole = choices
                    .iter()
                    .map(|choice| alternatives(&format!("{before}{choice}{after}")));
                return Ok(whole.collect::<Result<Vec<_>, _>>()?.concat());
            }
            _ => {}
        }
        if let Some(choice) = choices.last_mut() {
            choice.push(c);
        }
    }
    Err("`{` without `}`".to_owned())
}

/// Where `wanted` first stands outside of `[…]`.
fn position(pattern: &str, wanted: char) -> Option<usize> {
    let mut class = false;
    for (at, c) in pattern.char_indices() {
        match c {
            ']' => class = false,
            '[' => class = true,
            _ if c == wanted && !class => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces() {
        let all = |pattern: &str| alternatives(pattern).map(|all| all.join(" "));
        assert_eq!(all("a*"), Ok("a*".to_owned()));
        assert_eq!(all("a/{b,c/d}/*"), Ok("a/b/* a/c/d/*".to_owned()));
        assert_eq!(
            all("{a,b{1,2}}{x,y}"),
            Ok("ax ay b1x b1y b2x b2y".to_owned())
        );
        assert_eq!(all("{,a}b"), Ok("b ab".to_owned()));
        assert_eq!(all("[{]a"), Ok("[{]a".to_owned()));
        assert_eq!(all("{a"), Err("`{` without `}`".to_owned()));
        assert_eq!(all("a}"), Err("`}` without `{`".to_owned()));
    }
}
