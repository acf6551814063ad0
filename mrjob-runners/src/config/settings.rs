//! The values in force, each with where it comes from.

use std::num::NonZeroU32;
use std::path::PathBuf;

use serde_json::Value;

use super::check::{Entry, Item, Layer, OptionValue};
use super::origin::Origin;
use super::place::Problem;
use super::{Variables, expand};
use crate::options::{Kind, OptionRow, Rule, RunnerKind, find, parse_size};

/// The values in force for a runner.
#[derive(Debug)]
pub struct Settings {
    runner: RunnerKind,
    held: Vec<Setting>,
    /// Paths that were typed, to the byte: what is held is text, and a path may not be.
    paths: Vec<(&'static str, PathBuf)>,
}

/// What is in force of an option.
#[derive(Debug)]
struct Setting {
    row: &'static OptionRow,
    said: OptionValue,
}

impl Settings {
    /// Nothing but what holds where nobody says anything.
    pub(crate) fn new(runner: RunnerKind) -> Self {
        Settings {
            runner,
            held: Vec::new(),
            paths: Vec::new(),
        }
    }

    /// Keeps a path that was typed as it is, beside what is laid of it.
    pub(crate) fn keep_path(&mut self, name: &'static str, path: PathBuf) {
        self.paths.push((name, path));
    }

    /// The runner that they are for.
    pub fn runner(&self) -> RunnerKind {
        self.runner
    }

    /// Lays what `given` says over what there is, by the rule of its option.
    pub(crate) fn lay(&mut self, given: &Layer) {
        let row = given.row;
        let position = self.held.iter().position(|held| held.row.name == row.name);
        let before = position.map(|position| self.held.swap_remove(position).said);
        let before = before.filter(|_| !given.clear);
        let Some(said) = &given.said else {
            return;
        };
        let said = match (before, said) {
            (Some(OptionValue::List(before)), OptionValue::List(list)) => {
                OptionValue::List([before, list.clone()].concat())
            }
            (before, OptionValue::Map(entries)) => {
                let before = match before {
                    Some(OptionValue::Map(before)) => before,
                    _ => Vec::new(),
                };
                OptionValue::Map(merge(before, entries, row.kind.rule()))
            }
            (_, said) => said.clone(),
        };
        self.held.push(Setting { row, said });
    }

    /// Expands what is in paths.
    ///
    /// # Errors
    ///
    /// Each path with a variable that isn't set.
    pub(crate) fn expand(&mut self, variables: Variables<'_>) -> Result<(), Vec<Problem>> {
        let mut problems = Vec::new();
        for held in &mut self.held {
            match (&mut held.said, held.row.kind) {
                (OptionValue::One(item), Kind::Path) => {
                    if let Some(path) = expanded(held.row, item, variables, &mut problems) {
                        item.value = path.into();
                    }
                }
                (OptionValue::List(items), Kind::Paths) => {
                    let paths = items.iter().flat_map(|item| {
                        let path = expanded(held.row, item, variables, &mut problems);
                        let paths = path.map(expand::pattern).unwrap_or_default();
                        paths.into_iter().map(|path| Item {
                            value: path.into(),
                            origins: item.origins.clone(),
                        })
                    });
                    let paths = paths.collect();
                    *items = paths;
                }
                _ => {}
            }
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems)
        }
    }

    fn held(&self, name: &str) -> Option<&OptionValue> {
        let held = self.held.iter().find(|held| held.row.name == name);
        held.map(|held| &held.said)
    }

    /// Whether anything is said of an option.
    pub(crate) fn says(&self, name: &str) -> bool {
        self.held(name).is_some()
    }

    fn one(&self, name: &str) -> Option<&Value> {
        debug_assert!(find(name).is_some(), "there is no option `{name}`");
        match self.held(name)? {
            OptionValue::One(item) => Some(&item.value),
            _ => None,
        }
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.one(name)?.as_str()
    }

    /// Text, or a number as text.
    pub(crate) fn shown(&self, name: &str) -> Option<String> {
        Some(match self.one(name)? {
            Value::String(text) => text.clone(),
            value => value.to_string(),
        })
    }

    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        let typed = self.paths.iter().find(|(typed, _)| *typed == name);
        typed.map_or_else(
            || self.text(name).map(PathBuf::from),
            |(_, path)| Some(path.clone()),
        )
    }

    pub(crate) fn bool(&self, name: &str) -> Option<bool> {
        self.one(name)?.as_bool()
    }

    pub(crate) fn whole(&self, name: &str) -> Option<NonZeroU32> {
        let number = self.one(name)?.as_u64()?;
        u32::try_from(number).ok().and_then(NonZeroU32::new)
    }

    /// A number that may be 0.
    pub fn count(&self, name: &str) -> Option<u64> {
        self.one(name)?.as_u64()
    }

    pub(crate) fn size(&self, name: &str) -> Option<u64> {
        let value = self.one(name)?;
        value.as_u64().or_else(|| parse_size(value.as_str()?).ok())
    }

    /// The words of a list that is one value.
    pub(crate) fn words(&self, name: &str) -> Option<Vec<&str>> {
        let words = self.one(name)?.as_array()?;
        Some(words.iter().filter_map(Value::as_str).collect())
    }

    /// The texts of a list, each with where it comes from.
    pub(crate) fn texts(&self, name: &str) -> Vec<(&str, String)> {
        let Some(OptionValue::List(items)) = self.held(name) else {
            return Vec::new();
        };
        let text = |item: &'_ Item| Some(item.origins.first()?.to_string());
        items
            .iter()
            .filter_map(|item| Some((item.value.as_str()?, text(item)?)))
            .collect()
    }

    /// The words of a command.
    pub(crate) fn command(&self, name: &str) -> Option<Vec<String>> {
        let words: Vec<&str> = match self.text(name) {
            Some(text) => text.split_whitespace().collect(),
            None => self.words(name)?,
        };
        Some(words.into_iter().map(str::to_owned).collect())
    }

    /// The texts of a list.
    pub fn list(&self, name: &str) -> Vec<String> {
        let Some(OptionValue::List(items)) = self.held(name) else {
            return Vec::new();
        };
        let texts = items.iter().filter_map(|item| item.value.as_str());
        texts.map(str::to_owned).collect()
    }

    /// What is said of an option, as data.
    pub fn json(&self, name: &str) -> Option<Value> {
        debug_assert!(find(name).is_some(), "there is no option `{name}`");
        Some(match self.held(name)? {
            OptionValue::One(item) => match item.value.as_str() {
                Some(text) if text.trim_start().starts_with(['[', '{']) => {
                    serde_json::from_str(text).unwrap_or_else(|_| item.value.clone())
                }
                _ => item.value.clone(),
            },
            OptionValue::List(items) => items.iter().map(|item| item.value.clone()).collect(),
            OptionValue::Map(entries) => {
                let pair =
                    |entry: &Entry| Some((entry.key.clone(), entry.item.as_ref()?.value.clone()));
                Value::Object(entries.iter().filter_map(pair).collect())
            }
        })
    }

    /// The entries of a mapping of texts.
    pub(crate) fn pairs(&self, name: &str) -> Vec<(String, String)> {
        let Some(OptionValue::Map(entries)) = self.held(name) else {
            return Vec::new();
        };
        let pair = |entry: &Entry| {
            let value = entry.item.as_ref()?.value.as_str()?;
            Some((entry.key.clone(), value.to_owned()))
        };
        entries.iter().filter_map(pair).collect()
    }

    /// Where the value of an option comes from, or that of a key of it.
    pub(crate) fn origin(&self, name: &str, key: Option<&str>) -> Option<&Origin> {
        match (self.held(name)?, key) {
            (OptionValue::One(item), _) => item.origins.first(),
            (OptionValue::Map(entries), Some(key)) => {
                let entry = entries.iter().find(|entry| entry.key == key)?;
                entry.item.as_ref()?.origins.first()
            }
            _ => None,
        }
    }

    /// What is in force of the option `row`: each of its parts with the name of the part.
    pub(super) fn parts(&self, row: &OptionRow) -> Vec<(Option<&str>, &Item)> {
        match self.held(row.name) {
            None => Vec::new(),
            Some(OptionValue::One(item)) => vec![(None, item)],
            Some(OptionValue::List(items)) => items.iter().map(|item| (None, item)).collect(),
            Some(OptionValue::Map(entries)) => {
                let part = |entry| {
                    let Entry { key, item, .. }: &Entry = entry;
                    Some((Some(key.as_str()), item.as_ref()?))
                };
                entries.iter().filter_map(part).collect()
            }
        }
    }
}

/// Lays `entries` over `map`.
fn merge(mut map: Vec<Entry>, entries: &[Entry], rule: Rule) -> Vec<Entry> {
    for entry in entries {
        let Some(item) = &entry.item else {
            map.retain(|before| before.key != entry.key);
            continue;
        };
        let mut item = item.clone();
        // In the order in which they were said last, for some properties have several names.
        if let Some(position) = map.iter().position(|before| before.key == entry.key) {
            let old = map.remove(position).item;
            let joins = rule == Rule::MergePaths && entry.key.ends_with("PATH") && !entry.clear;
            if let (true, Some(old)) = (joins, old) {
                join(&mut item, &old);
            }
        }
        map.push(Entry {
            key: entry.key.clone(),
            clear: false,
            item: Some(item),
        });
    }
    map
}

/// Puts the value of `item` before that of `old`, as in `PATH`.
fn join(item: &mut Item, old: &Item) {
    if let (Some(new), Some(before)) = (item.value.as_str(), old.value.as_str()) {
        item.value = format!("{new}:{before}").into();
        item.origins.extend(old.origins.iter().cloned());
    }
}

fn expanded(
    row: &OptionRow,
    item: &Item,
    variables: Variables<'_>,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    let text = item.value.as_str()?;
    // What comes from the command line, the shell has expanded.
    let Some(Origin::File(at)) = item.origins.first() else {
        return Some(text.to_owned());
    };
    match expand::path(text, variables) {
        Ok(path) => Some(path),
        Err(unset) => {
            let message = format!("the variable `{unset}` in `{}` isn't set", row.name);
            problems.push(
                Problem::at(&at.source, at.place, message)
                    .hint("set it, or write the path without it"),
            );
            None
        }
    }
}
