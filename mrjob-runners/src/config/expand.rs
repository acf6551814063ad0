//! Variables, the home folder and patterns in text.

use super::Variables;
use crate::fs::Address;
use crate::input;

/// `text` with the values of `${NAME}` and `${NAME:-DEFAULT}`; `$${` is `${`.
///
/// # Errors
///
/// The name of a variable that isn't set.
pub(super) fn interpolate(text: &str, variables: Variables<'_>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        out.push_str(&rest[..dollar]);
        rest = &rest[dollar..];
        if let Some(after) = rest.strip_prefix("$${") {
            out.push_str("${");
            rest = after;
        } else if let Some((inside, after)) = braced(rest) {
            let (name, default) = match inside.split_once(":-") {
                Some((name, default)) => (name, Some(default)),
                None => (inside, None),
            };
            let value = variables(name).filter(|value| default.is_none() || !value.is_empty());
            out.push_str(&match (value, default) {
                (Some(value), _) => value,
                (None, Some(default)) => default.to_owned(),
                (None, None) => return Err(name.to_owned()),
            });
            rest = after;
        } else {
            out.push('$');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// What is in the braces that `text` begins with, `${…}`, and what comes after.
fn braced(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix("${")?.split_once('}')
}

/// The path `text` with the values of `$NAME` and `${NAME}`, and with the home folder for a `~` in front.
///
/// # Errors
///
/// The name of a variable that isn't set.
pub(crate) fn path(text: &str, variables: Variables<'_>) -> Result<String, String> {
    let value = |name: &str| variables(name).ok_or_else(|| name.to_owned());
    let mut out = String::new();
    let mut rest = text;
    if let Some(after) = text
        .strip_prefix('~')
        .filter(|after| after.is_empty() || after.starts_with('/'))
    {
        out = value("HOME")?;
        rest = after;
    }
    while let Some(dollar) = rest.find('$') {
        out.push_str(&rest[..dollar]);
        rest = &rest[dollar..];
        if let Some((name, after)) = braced(rest) {
            out.push_str(&value(name)?);
            rest = after;
            continue;
        }
        rest = &rest[1..];
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        if end == 0 {
            out.push('$');
        } else {
            out.push_str(&value(&rest[..end])?);
            rest = &rest[end..];
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// The local paths that a pattern stands for, in order, each with the `#NAME` behind it; itself, if there are none or it is
/// no pattern.
pub(crate) fn pattern(text: String) -> Vec<String> {
    let (pattern, name) = text.split_at(text.rfind('#').unwrap_or(text.len()));
    let is_pattern = pattern.contains(['*', '?', '[']) && Address::of(pattern).is_local();
    if !is_pattern {
        return vec![text];
    }
    let found = input::expand(pattern).unwrap_or_default();
    if found.is_empty() {
        return vec![text];
    }
    found
        .into_iter()
        .map(|path| format!("{}{name}", path.to_string_lossy()))
        .collect()
}
