//! The values in force as text.

use std::fmt::{self, Display, Formatter};

use serde_json::Value;

use super::check::Item;
use super::settings::Settings;
use crate::options::OptionRow;

/// Shows settings: an option a line, and where its value comes from.
#[derive(Debug)]
pub struct Shown<'a> {
    /// What to show.
    pub settings: &'a Settings,
    /// Whether built-in values are shown too.
    pub defaults: bool,
}

/// Words in the names of variables and properties whose values nobody is to see.
const SECRET: [&str; 9] = [
    "secret",
    "password",
    "passwd",
    "token",
    "credential",
    "access_key",
    "api_key",
    "apikey",
    "private_key",
];

/// Whether the value of a variable or property of this name is for nobody to see.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET.iter().any(|word| name.contains(word))
}

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut rows = Vec::new();
        for row in self.settings.runner().rows() {
            rows.extend(self.lines(row));
        }
        let width = rows
            .iter()
            .map(|(value, _)| value.chars().count())
            .filter(|width| *width <= 60)
            .max()
            .unwrap_or(0);
        rows.iter()
            .try_for_each(|(value, origin)| writeln!(f, "{value:width$}  # {origin}"))
    }
}

impl Shown<'_> {
    fn lines(&self, row: &'static OptionRow) -> Vec<(String, String)> {
        let name = row.name;
        let parts = self.settings.parts(row);
        if parts.is_empty() {
            let holds = row.runners.contain(self.settings.runner()) && !row.default.is_empty();
            let default = (self.defaults && holds)
                .then(|| (format!("{name}:"), format!("default: {}", row.default)));
            return default.into_iter().collect();
        }
        let several = row.kind.rule() != crate::options::Rule::Last;
        let head = several.then(|| (format!("{name}:"), row.kind.rule().to_string()));
        let part = |(key, item): (Option<&str>, &Item)| {
            let value = value(row, key, &item.value);
            let origins: Vec<String> = item.origins.iter().map(ToString::to_string).collect();
            let line = match key {
                Some(key) => format!("  {}: {value}", scalar(key)),
                None if several => format!("  - {value}"),
                None => format!("{name}: {value}"),
            };
            (line, origins.join(" before "))
        };
        head.into_iter()
            .chain(parts.into_iter().map(part))
            .collect()
    }
}

fn value(row: &OptionRow, key: Option<&str>, value: &Value) -> String {
    if row.secret || key.is_some_and(is_secret) {
        return "'…'".to_owned();
    }
    match value {
        Value::String(text) => scalar(text),
        other => json(other),
    }
}

/// `text` as YAML that is read as this text.
fn scalar(text: &str) -> String {
    let plain = !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._/-+=@$%:{}~".contains(c))
        && text.starts_with(|c: char| c.is_ascii_alphanumeric() || "._/$".contains(c))
        && !text.ends_with(':')
        && super::node::resolve(text).is_string();
    if plain {
        text.to_owned()
    } else {
        json(&text.into())
    }
}

/// On one line. `Value`'s own `Display` also knows how to use several, which makes a program larger.
fn json(value: &Value) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
