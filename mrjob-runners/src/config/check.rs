//! The value of an option, checked by the option's kind.

use std::sync::Arc;

use serde_json::Value;

use super::node::{Content, Key, Node};
use super::origin::{At, Origin};
use super::place::{Place, Problem, Source};
use crate::options::{Kind, OptionRow, nearest, parse_size};

/// The modes of cleaning up.
const CLEANUP: [&str; 9] = [
    "ALL",
    "NONE",
    "CLOUD_TMP",
    "CLUSTER",
    "HADOOP_TMP",
    "JOB",
    "LOCAL_TMP",
    "LOGS",
    "TMP",
];

/// What one layer says of an option.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    pub(crate) row: &'static OptionRow,
    /// Whether what earlier layers say is forgotten.
    pub(crate) clear: bool,
    /// What holds from now on, if anything.
    pub(crate) said: Option<OptionValue>,
}

/// A value with its parts, which may come from different layers.
#[derive(Debug, Clone)]
pub(crate) enum OptionValue {
    One(Item),
    List(Vec<Item>),
    Map(Vec<Entry>),
}

/// A value, or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Item {
    pub(crate) value: Value,
    /// Where it comes from; from several places where they are joined.
    pub(crate) origins: Vec<Origin>,
}

/// A key of a mapping with its value; without one it is removed.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) clear: bool,
    pub(crate) item: Option<Item>,
}

/// Checks values of one file.
pub(super) struct Checker<'a> {
    pub(super) source: &'a Arc<Source>,
    pub(super) problems: &'a mut Vec<Problem>,
}

/// It has been added to the problems.
struct Wrong;

impl Checker<'_> {
    /// What the file says of the option `row` by `node`; nothing, when that is nothing or wrong.
    pub(super) fn given(&mut self, row: &'static OptionRow, node: &Node) -> Option<Layer> {
        let resets = node.is_null() || (blank(node) && blank_resets(row.kind));
        if resets {
            // `null` alone is as if the key weren't there.
            return (node.clear || blank(node)).then_some(Layer {
                row,
                clear: true,
                said: None,
            });
        }
        let said = self.said(row, node).ok()?;
        Some(Layer {
            row,
            clear: node.clear,
            said: Some(said),
        })
    }

    fn said(&mut self, row: &'static OptionRow, node: &Node) -> Result<OptionValue, Wrong> {
        match row.kind {
            Kind::List | Kind::Paths | Kind::Objects => self.list(row, node),
            Kind::Dict | Kind::Env | Kind::Jobconf | Kind::Params => self.map(row, node),
            kind => {
                let value = match kind {
                    Kind::Cleanup => self.cleanup(row, node)?,
                    Kind::Texts | Kind::Command => self.texts(row, node)?,
                    Kind::Json => json(node),
                    _ => self.scalar(row, node)?,
                };
                Ok(OptionValue::One(self.item(value, node.place)))
            }
        }
    }

    fn item(&self, value: Value, place: Place) -> Item {
        let source = Arc::clone(self.source);
        Item {
            value,
            origins: vec![Origin::File(At { source, place })],
        }
    }

    fn wrong(
        &mut self,
        row: &OptionRow,
        place: Place,
        message: String,
        hint: Option<String>,
    ) -> Wrong {
        let problem = Problem::at(self.source, place, message).maybe_hint(hint);
        self.problems.push(if row.secret {
            problem.without_line()
        } else {
            problem
        });
        Wrong
    }

    fn wrong_type(&mut self, row: &OptionRow, node: &Node) -> Wrong {
        let (name, kind) = (row.name, row.kind);
        let what = match &node.content {
            Content::List(_) => "a list".to_owned(),
            Content::Map(_) => "a mapping".to_owned(),
            Content::Scalar { .. } if row.secret => "something else".to_owned(),
            Content::Scalar { text, .. } => format!("`{}`", cut(text)),
        };
        let hint = match (kind, &node.content) {
            (Kind::Dict | Kind::Env | Kind::Jobconf | Kind::Params, _) => Some(
                "write a name and a value a line: `NAME: VALUE`, further in than the key"
                    .to_owned(),
            ),
            (Kind::Size, Content::Scalar { text, .. }) => parse_size(text).err(),
            _ => None,
        };
        self.wrong(
            row,
            node.place,
            format!("`{name}` must be {kind}, and this is {what}"),
            hint,
        )
    }

    fn scalar(&mut self, row: &OptionRow, node: &Node) -> Result<Value, Wrong> {
        let Content::Scalar { text, value } = &node.content else {
            return Err(self.wrong_type(row, node));
        };
        match scalar(row.kind, text, value) {
            Some(value) => Ok(value),
            None => Err(self.wrong_type(row, node)),
        }
    }

    fn texts(&mut self, row: &OptionRow, node: &Node) -> Result<Value, Wrong> {
        match &node.content {
            Content::Scalar { text, .. } => Ok(text.as_str().into()),
            Content::List(items) => {
                let texts = items.iter().map(|item| match &item.content {
                    Content::Scalar { text, .. } => Ok(text.as_str().into()),
                    _ => Err(self.wrong_item(row, item)),
                });
                Ok(Value::Array(texts.collect::<Result<_, Wrong>>()?))
            }
            Content::Map(_) => Err(self.wrong_type(row, node)),
        }
    }

    fn cleanup(&mut self, row: &OptionRow, node: &Node) -> Result<Value, Wrong> {
        let listed = match self.texts(row, node)? {
            Value::Array(modes) => modes,
            text => text
                .as_str()
                .unwrap_or_default()
                .split(',')
                .map(|mode| mode.trim().into())
                .collect(),
        };
        let modes: Vec<&str> = listed.iter().filter_map(Value::as_str).collect();
        match cleanup_problem(&modes) {
            None => Ok(Value::Array(listed)),
            Some((message, hint)) => {
                let message = format!("`{}` {message}", row.name);
                Err(self.wrong(row, node.place, message, Some(hint)))
            }
        }
    }

    fn list(&mut self, row: &OptionRow, node: &Node) -> Result<OptionValue, Wrong> {
        let one = [node.clone()];
        let items = match &node.content {
            Content::List(items) => items.as_slice(),
            _ => &one,
        };
        let mut list = Vec::new();
        let mut wrong = None;
        for item in items {
            let value = match (&item.content, row.kind) {
                (Content::Map(_), Kind::Objects) => Ok(json(item)),
                (Content::Scalar { text, value }, Kind::List | Kind::Paths) if !value.is_null() => {
                    Ok(text.as_str().into())
                }
                _ if std::ptr::eq(items, &one) => Err(self.wrong_type(row, item)),
                _ => Err(self.wrong_item(row, item)),
            };
            if item.clear && matches!(&node.content, Content::List(_)) {
                let hint = format!("write it before the list: `{}: !clear`", row.name);
                let message = "`!clear` does nothing at an item of a list".to_owned();
                wrong = Some(self.wrong(row, item.place, message, Some(hint)));
            }
            match value {
                Ok(value) => list.push(self.item(value, item.place)),
                Err(this) => wrong = Some(this),
            }
        }
        wrong.map_or(Ok(OptionValue::List(list)), Err)
    }

    fn wrong_item(&mut self, row: &OptionRow, item: &Node) -> Wrong {
        let what = match (&item.content, row.kind) {
            (Content::List(_), _) => "a list",
            (Content::Map(_), _) => "a mapping",
            (Content::Scalar { value, .. }, _) if value.is_null() => "nothing",
            (Content::Scalar { .. }, _) => "text",
        };
        let message = format!(
            "`{}` must be {}, and this item is {what}",
            row.name, row.kind
        );
        let hint = (what == "a mapping")
            .then(|| "put an item that has `: ` in it between quotes".to_owned());
        self.wrong(row, item.place, message, hint)
    }

    fn map(&mut self, row: &OptionRow, node: &Node) -> Result<OptionValue, Wrong> {
        let Content::Map(entries) = &node.content else {
            return Err(self.wrong_type(row, node));
        };
        let mut map = Vec::new();
        let mut wrong = None;
        for (key, node) in entries {
            match self.entry(row, key, node) {
                Ok(entry) => map.push(entry),
                Err(this) => wrong = Some(this),
            }
        }
        wrong.map_or(Ok(OptionValue::Map(map)), Err)
    }

    fn entry(&mut self, row: &OptionRow, key: &Key, node: &Node) -> Result<Entry, Wrong> {
        let value = match (row.kind, &node.content) {
            (Kind::Params, _) => json(node),
            (
                Kind::Jobconf,
                Content::Scalar {
                    value: Value::Bool(java),
                    ..
                },
            ) => java.to_string().into(),
            (_, Content::Scalar { value, .. }) if value.is_null() => Value::Null,
            (_, Content::Scalar { text, .. }) => text.as_str().into(),
            (_, other) => {
                let what = match other {
                    Content::List(_) => "a list",
                    _ => "a mapping",
                };
                let message = format!(
                    "`{}` in `{}` must be text, and this is {what}",
                    key.text, row.name
                );
                return Err(self.wrong(row, node.place, message, None));
            }
        };
        if row.kind == Kind::Env && (key.text.is_empty() || key.text.contains('=')) {
            let message = format!("`{}` can't be the name of a variable", key.text);
            return Err(self.wrong(row, key.place, message, None));
        }
        let removes = value.is_null() && (row.kind != Kind::Params || node.clear);
        Ok(Entry {
            key: key.text.clone(),
            clear: node.clear,
            item: (!removes).then(|| self.item(value, key.place)),
        })
    }
}

/// A scalar of an option of this kind, if it is one.
fn scalar(kind: Kind, text: &str, value: &Value) -> Option<Value> {
    match kind {
        Kind::Bool => match (value, text) {
            (Value::Bool(value), _) => Some((*value).into()),
            (_, "true") => Some(true.into()),
            (_, "false") => Some(false.into()),
            _ => None,
        },
        Kind::Whole(least) => {
            let number: u32 = text.trim().parse().ok()?;
            (number >= least).then(|| number.into())
        }
        Kind::Number => {
            let number: f64 = text.trim().parse().ok()?;
            (number.is_finite() && number >= 0.0).then(|| {
                let whole = text.trim().parse::<u64>();
                whole.map_or_else(|_| number.into(), Value::from)
            })
        }
        Kind::Size => parse_size(text).is_ok().then(|| text.into()),
        Kind::Choice(words) => words.contains(&text).then(|| text.into()),
        _ => Some(text.into()),
    }
}

/// What is wrong with modes of cleaning up, and what to do about it.
pub(crate) fn cleanup_problem(modes: &[&str]) -> Option<(String, String)> {
    if let Some(unknown) = modes.iter().find(|mode| !CLEANUP.contains(mode)) {
        let hint = match nearest(unknown, CLEANUP) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("the modes are {}", CLEANUP.join(", ")),
        };
        return Some((format!("has no mode `{}`", cut(unknown)), hint));
    }
    (modes.contains(&"NONE") && modes.len() > 1).then(|| {
        (
            "can't be `NONE` and something else".to_owned(),
            "leave out one of them".to_owned(),
        )
    })
}

fn blank(node: &Node) -> bool {
    matches!(&node.content, Content::Scalar { text, value } if text.is_empty() && !value.is_null())
}

/// Whether empty text means what holds where nobody says anything.
fn blank_resets(kind: Kind) -> bool {
    matches!(kind, Kind::Text | Kind::Texts | Kind::Path | Kind::Command)
}

pub(super) fn json(node: &Node) -> Value {
    match &node.content {
        Content::Scalar { value, .. } => value.clone(),
        Content::List(items) => items.iter().map(json).collect(),
        Content::Map(entries) => entries
            .iter()
            .map(|(key, node)| (key.text.clone(), json(node)))
            .collect(),
    }
}

/// Text that is short enough for a message.
fn cut(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
