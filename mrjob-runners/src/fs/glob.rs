//! Patterns for files: `*`, `?` and `[…]` stand for characters of one name, `**` for any number of folders, `{a,b}` for either.

use glob::Pattern;

/// Whether Hadoop and we leave out `name` where nobody asked for it by name.
pub(crate) fn is_hidden(name: &str) -> bool {
    name.starts_with(['_', '.'])
}

/// What a name between two `/` must be.
pub(crate) enum Part {
    /// This name.
    Name(String),
    /// A name like this one.
    Like { glob: Pattern, hidden: bool },
    /// Any folders, or none.
    Folders,
}

/// `pattern` taken apart at `/`.
pub(crate) fn parts(pattern: &str) -> Result<Vec<Part>, glob::PatternError> {
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

/// Whether a pattern that is taken apart means the file whose names are these, or a folder that it is in.
fn means(parts: &[Part], names: &[&str]) -> bool {
    let Some((part, rest)) = parts.split_first() else {
        return !names.iter().any(|name| is_hidden(name));
    };
    let Some((name, below)) = names.split_first() else {
        return matches!(part, Part::Folders) && means(rest, names);
    };
    match part {
        Part::Name(wanted) => wanted == name && means(rest, below),
        Part::Like { glob, hidden } => {
            glob.matches(name) && (*hidden || !is_hidden(name)) && means(rest, below)
        }
        Part::Folders => means(rest, names) || !is_hidden(name) && means(parts, below),
    }
}

/// A pattern for files that were listed.
pub(crate) struct Names(Vec<Vec<Part>>);

impl Names {
    /// Takes `pattern` apart.
    pub(crate) fn of(pattern: &str) -> Result<Self, String> {
        let parts = |plain: String| parts(&plain).map_err(|error| error.msg.to_owned());
        let all = alternatives(pattern)?.into_iter().map(parts);
        Ok(Names(all.collect::<Result<_, _>>()?))
    }

    /// Whether it means the file of this name, or a folder that it is in.
    pub(crate) fn mean(&self, name: &str) -> bool {
        let names: Vec<&str> = name.split('/').filter(|name| !name.is_empty()).collect();
        self.0.iter().any(|parts| means(parts, &names))
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
