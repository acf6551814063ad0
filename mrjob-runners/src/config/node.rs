//! A YAML text as a tree in which everything has its place.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use serde_json::Value;

use super::events::{Event, Properties, events};
use super::place::{Place, Problem, Source};

/// The most values that a file may have when its aliases are written out.
const MOST: usize = 50_000;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) place: Place,
    /// Whether `!clear` stands before it: what earlier files say doesn't count.
    pub(super) clear: bool,
    pub(super) content: Content,
}

#[derive(Debug, Clone)]
pub(super) enum Content {
    Scalar { text: String, value: Value },
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) text: String,
    pub(super) place: Place,
}

impl Node {
    pub(super) fn is_null(&self) -> bool {
        matches!(&self.content, Content::Scalar { value, .. } if value.is_null())
    }
}

/// The tree of `source`; nothing, if it is empty. Keys that stand twice, and unknown tags, go to `problems`.
pub(super) fn tree(source: &Arc<Source>, problems: &mut Vec<Problem>) -> Option<Node> {
    let events = match events(&source.text) {
        Ok(events) => events,
        Err(broken) => {
            let place = last_of(source, broken.place);
            let problem = Problem::at(source, place, broken.message);
            problems.push(problem.maybe_hint(broken_hint(source, place)));
            return None;
        }
    };
    let documents = events
        .iter()
        .filter(|(event, _)| *event == Event::Document)
        .nth(1);
    if let Some((_, place)) = documents {
        let message = "a second document begins here, and a configuration is one";
        problems.push(Problem::at(source, *place, message).hint("remove the line `---`"));
        return None;
    }
    let mut builder = Builder {
        source,
        events: events.into_iter(),
        anchors: HashMap::new(),
        anchored: Vec::new(),
        nodes: 0,
        problems,
    };
    builder.events.next()?;
    builder.root()
}

/// A place behind the last line is at the end of that line, where there is something to see.
fn last_of(source: &Source, place: Place) -> Place {
    let lines = source.text.lines().count().max(1);
    if place.line as usize <= lines {
        return place;
    }
    let last = source.text.lines().last().unwrap_or_default();
    let number = |number| u32::try_from(number).unwrap_or(u32::MAX);
    Place {
        line: number(lines),
        column: number(last.chars().count()) + 1,
        width: 1,
    }
}

fn broken_hint(source: &Source, place: Place) -> Option<String> {
    let line = source.text.lines().nth(place.line as usize - 1)?;
    let before = line.trim_start_matches(' ');
    before
        .starts_with('\t')
        .then(|| "indent with spaces: YAML has no tabs there".to_owned())
}

struct Builder<'a, E> {
    source: &'a Arc<Source>,
    events: E,
    /// Positions in `anchored`.
    anchors: HashMap<String, usize>,
    /// What has an anchor, and how many values it is.
    anchored: Vec<(Node, usize)>,
    nodes: usize,
    problems: &'a mut Vec<Problem>,
}

/// The problem that ends the reading of a file is among the problems.
struct Stop;

impl<E: Iterator<Item = (Event, Place)>> Builder<'_, E> {
    fn root(&mut self) -> Option<Node> {
        let (event, place) = self.events.next()?;
        self.node(event, place).ok()
    }

    fn problem(&mut self, place: Place, message: impl Into<String>) -> Problem {
        Problem::at(self.source, place, message)
    }

    fn stop(&mut self, problem: Problem) -> Stop {
        self.problems.push(problem);
        Stop
    }

    fn count(&mut self, nodes: usize, place: Place) -> Result<(), Stop> {
        self.nodes += nodes;
        if self.nodes <= MOST {
            return Ok(());
        }
        let message =
            format!("there are more than {MOST} values up to here, with what aliases repeat");
        let problem = self.problem(place, message);
        Err(self.stop(problem))
    }

    fn node(&mut self, event: Event, place: Place) -> Result<Node, Stop> {
        let before = self.nodes;
        self.count(1, place)?;
        let (properties, content) = match event {
            Event::Scalar {
                properties,
                text,
                plain,
            } => {
                let plain = match properties.tag.as_deref() {
                    Some("tag:yaml.org,2002:str") => false,
                    Some(tag) => plain || tag.starts_with("tag:yaml.org,2002:"),
                    None => plain,
                };
                let value = if plain {
                    resolve(&text)
                } else {
                    Value::String(text.clone())
                };
                (properties, Content::Scalar { text, value })
            }
            Event::List(properties) => (properties, self.list()?),
            Event::Map(properties) => (properties, self.map()?),
            Event::Alias(name) => return self.alias(&name, place),
            Event::Document | Event::End => unreachable!("the parser ends what it has begun"),
        };
        let node = Node {
            place,
            clear: self.clear(&properties, place),
            content,
        };
        if let Some(anchor) = properties.anchor {
            let size = self.nodes - before;
            self.count(size, place)?;
            self.anchors.insert(anchor, self.anchored.len());
            self.anchored.push((node.clone(), size));
        }
        Ok(node)
    }

    fn clear(&mut self, properties: &Properties, place: Place) -> bool {
        match properties.tag.as_deref() {
            Some("!clear") => true,
            Some(tag) if tag != "!" && !tag.starts_with("tag:yaml.org,2002:") => {
                let problem = self.problem(place, format!("unknown tag `{tag}`"));
                self.problems
                    .push(problem.hint("the only tag with a meaning is `!clear`"));
                false
            }
            _ => false,
        }
    }

    fn alias(&mut self, name: &str, place: Place) -> Result<Node, Stop> {
        let anchored = self.anchors.get(name).map(|&index| &self.anchored[index]);
        let Some((node, size)) = anchored else {
            let problem = self.problem(place, format!("there is no anchor `&{name}` before it"));
            return Err(self.stop(problem));
        };
        let (node, size) = (node.clone(), *size);
        self.count(size, place)?;
        Ok(node)
    }

    fn list(&mut self) -> Result<Content, Stop> {
        let mut items = Vec::new();
        loop {
            match self.events.next() {
                None | Some((Event::End, _)) => return Ok(Content::List(items)),
                Some((event, place)) => items.push(self.node(event, place)?),
            }
        }
    }

    fn map(&mut self) -> Result<Content, Stop> {
        let mut entries: Vec<(Key, Node)> = Vec::new();
        let mut merged: Vec<(Key, Node)> = Vec::new();
        let mut seen: HashMap<String, usize> = HashMap::new();
        loop {
            let key = match self.events.next() {
                None | Some((Event::End, _)) => break,
                Some((event, place)) => self.node(event, place)?,
            };
            let Some((event, place)) = self.events.next() else {
                break;
            };
            let mut value = self.node(event, place)?;
            value.clear |= key.clear;
            let place = key.place;
            let Content::Scalar { text, .. } = key.content else {
                let problem = self.problem(place, "a key must be text");
                self.problems.push(problem);
                continue;
            };
            if text == "<<" {
                self.merge(value, &mut merged);
                continue;
            }
            if let Some(line) = seen.insert(text.clone(), place.line as usize) {
                let message = format!("the key `{text}` is given twice, first in line {line}");
                let problem = self.problem(place, message);
                self.problems
                    .push(problem.hint("keep one of them: YAML would pass over the other"));
                continue;
            }
            entries.push((Key { text, place }, value));
        }
        for (key, value) in merged {
            if seen.insert(key.text.clone(), 0).is_none() {
                entries.push((key, value));
            }
        }
        Ok(Content::Map(entries))
    }

    /// What `<<: *anchor` brings.
    fn merge(&mut self, value: Node, merged: &mut Vec<(Key, Node)>) {
        match value.content {
            Content::Map(entries) => merged.extend(entries),
            Content::List(maps) => {
                for map in maps {
                    self.merge(map, merged);
                }
            }
            Content::Scalar { .. } => {
                let problem =
                    self.problem(value.place, "`<<` takes a mapping, or a list of mappings");
                self.problems.push(problem);
            }
        }
    }
}

/// What a plain scalar means. As in mrjob, whose YAML is that of version 1.1, `yes` and `on` are `true`.
pub(super) fn resolve(text: &str) -> Value {
    match text {
        "" => return Value::Null,
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Value::Bool(true),
        "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Value::Bool(false),
        _ => {}
    }
    // Behind a space, `---` is a text and begins no document.
    match serde_yaml::from_str(&format!(" {text}")) {
        Ok(Plain(value)) => value,
        Err(_) => Value::String(text.to_owned()),
    }
}

/// A scalar. `Value` itself would read lists and mappings too, which makes a program larger.
struct Plain(Value);

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PlainVisitor).map(Plain)
    }
}

struct PlainVisitor;

impl Visitor<'_> for PlainVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a scalar")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        let number = serde_json::Number::from_f64(value).map(Value::Number);
        number.ok_or_else(|| E::custom("JSON has no such number"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::config::check::json;

    fn read(text: &str) -> (Option<Node>, Vec<Problem>) {
        let source = Arc::new(Source {
            path: PathBuf::from("f.yaml"),
            text: text.to_owned(),
        });
        let mut problems = Vec::new();
        let node = tree(&source, &mut problems);
        (node, problems)
    }

    /// The tree has the values that `serde_yaml` gives for the whole text.
    #[test]
    fn values_are_those_of_serde_yaml() {
        let files = ["local", "hadoop", "emr"].map(|name| {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../configs");
            std::fs::read_to_string(format!("{folder}/{name}.yaml")).unwrap()
        });
        let texts = [
            "a: 1\nb: -2\nc: 0x1f\nd: 0o17\ne: 1e3\nf: 1.50\ng: .5\nh: 007\ni: +3\n",
            "a: ~\nb: null\nc:\nd: ''\ne: \"\"\nf: Null\n",
            "a: true\nb: True\nc: 'true'\nd: tRue\n",
            "a: ---\nb: .inf\nc: 1_000\nd: 12:30:45\ne: 2026-01-02\n",
            "a: |\n  two\n  lines\nb: >-\n  folded\n  text\nc: \"tab\\t\\u00e9\"\n",
            "a: one\n  two\n  three\n",
            "[a, {b: [c, 1]}, 'd: e']",
            "- - a\n  - b\n-\n  c: d\n",
            "a: &x {b: [1, 2]}\nc: *x\nd: [*x, *x]\n",
            "a: !!str 5\nb: !!int '5'\n",
            "'quoted key': 1\n? long\n: 2\n",
            "\u{e9}: \u{1f980}\n",
            "{\"json\": [1, 2.5, null, true, \"x\\n\"]}",
        ];
        for text in texts.into_iter().chain(files.iter().map(String::as_str)) {
            let expected: Value = serde_yaml::from_str(text).unwrap();
            let (node, problems) = read(text);
            assert_eq!(problems, [], "{text}");
            let node = json(&node.unwrap());
            // `.inf`, of which JSON has none, stays as it was written.
            let expected = match expected {
                Value::Object(mut map)
                    if map.get("b") == Some(&Value::Null) && text.contains(".inf") =>
                {
                    map.insert("b".to_owned(), ".inf".into());
                    Value::Object(map)
                }
                other => other,
            };
            assert_eq!(node, expected, "{text}");
        }
    }

    #[test]
    fn places_are_those_of_the_text() {
        let (node, _) = read("a: 1\n\u{e9}\u{e9}: {b:   two, 'c': [x]}\n");
        let Content::Map(entries) = node.unwrap().content else {
            panic!("it is a mapping");
        };
        let place = |line, column, width| Place {
            line,
            column,
            width,
        };
        assert_eq!(entries[1].0.place, place(2, 1, 2));
        let Content::Map(inner) = &entries[1].1.content else {
            panic!("it is a mapping");
        };
        assert_eq!(inner[0].0.place, place(2, 6, 1));
        assert_eq!(inner[0].1.place, place(2, 11, 3));
        assert_eq!(inner[1].0.place, place(2, 16, 3));
    }
}
