//! One file: what it includes and what it says for each runner.

use std::sync::Arc;

use super::check::{Checker, Layer};
use super::node::{self, Content, Key, Node};
use super::place::{Place, Problem, Source};
use super::{Variables, expand};
use crate::options::{OptionRow, Refusal, RunnerKind, Status, find, nearest, new_name};

/// The keys of a file outside of `runners`.
const TOP: [&str; 3] = ["runners", "include", "interpolate"];

/// mrjob's runners that aren't here.
const ABSENT: [&str; 2] = ["dataproc", "spark"];

/// What a file says.
#[derive(Debug)]
pub(crate) struct Document {
    pub(super) source: Arc<Source>,
    /// The files that it includes, as written.
    pub(super) includes: Vec<(String, Place)>,
    sections: Vec<(RunnerKind, Vec<Layer>)>,
    /// What may be a mistake, for a runner or for all.
    pub(super) warnings: Vec<(Option<RunnerKind>, Problem)>,
}

impl Document {
    /// Reads a file's text. What is wrong goes to `problems`, and what isn't wrong is there.
    pub(super) fn read(
        source: Arc<Source>,
        variables: Variables<'_>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut document = Document {
            source: Arc::clone(&source),
            includes: Vec::new(),
            sections: Vec::new(),
            warnings: Vec::new(),
        };
        let (mut in_text, mut in_values) = (Vec::new(), Vec::new());
        if let Some(root) = node::tree(&source, &mut in_text) {
            let mut reader = Reader {
                source: &source,
                document: &mut document,
                problems: &mut in_values,
            };
            reader.root(root, variables);
        }
        // In the order of the lines.
        let mut in_values = in_values.into_iter().peekable();
        for problem in in_text {
            while let Some(before) =
                in_values.next_if(|value| value.position() < problem.position())
            {
                problems.push(before);
            }
            problems.push(problem);
        }
        problems.extend(in_values);
        document
    }

    /// What it says for `runner`.
    pub(super) fn section(&self, runner: RunnerKind) -> &[Layer] {
        self.sections
            .iter()
            .find(|(name, _)| *name == runner)
            .map_or(&[], |(_, given)| given)
    }
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    document: &'a mut Document,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, place: Place, message: impl Into<String>, hint: Option<String>) {
        let problem = Problem::at(self.source, place, message).maybe_hint(hint);
        self.problems.push(problem);
    }

    fn root(&mut self, root: Node, variables: Variables<'_>) {
        if root.is_null() {
            return;
        }
        let Content::Map(mut entries) = root.content else {
            let hint = "begin with a line `runners:`".to_owned();
            self.problem(root.place, "a configuration is a mapping", Some(hint));
            return;
        };
        if self.interpolates(&entries) {
            for (_, node) in &mut entries {
                self.interpolate(node, variables);
            }
        }
        for (key, node) in &entries {
            match key.text.as_str() {
                "runners" => self.runners(node),
                "include" => self.includes(node),
                "interpolate" => {}
                _ => self.unknown_top(key),
            }
        }
    }

    fn unknown_top(&mut self, key: &Key) {
        let name = key.text.as_str();
        let hint = match (nearest(name, TOP), find(name)) {
            (Some(meant), _) => format!("did you mean `{meant}`?"),
            (None, Some(row)) => {
                let runner = RunnerKind::ALL.into_iter().rfind(|&r| row.stands_in(r));
                let runner = runner.unwrap_or(RunnerKind::Local).name();
                format!("an option stands under a runner: `runners: {{{runner}: {{{name}: …}}}}`")
            }
            (None, None) => "a file has `runners`, `include` and `interpolate`".to_owned(),
        };
        self.problem(key.place, format!("unknown key `{name}`"), Some(hint));
    }

    fn interpolates(&mut self, entries: &[(Key, Node)]) -> bool {
        let Some((_, node)) = entries.iter().find(|(key, _)| key.text == "interpolate") else {
            return false;
        };
        match &node.content {
            Content::Scalar { value, .. } if value.is_boolean() => *value == true,
            Content::Scalar { value, .. } if value.is_null() => false,
            _ => {
                self.problem(node.place, "`interpolate` must be `true` or `false`", None);
                false
            }
        }
    }

    fn interpolate(&mut self, node: &mut Node, variables: Variables<'_>) {
        match &mut node.content {
            Content::Scalar { text, value } => {
                if !text.contains('$') {
                    return;
                }
                match expand::interpolate(text, variables) {
                    // As if the value had been written there.
                    Ok(new) => {
                        *value = node::resolve(&new);
                        *text = new;
                    }
                    Err(unset) => {
                        let message = format!("the variable `{unset}` isn't set");
                        let hint = format!(
                            "set it, or write `${{{unset}:-VALUE}}` with what holds without it"
                        );
                        self.problem(node.place, message, Some(hint));
                    }
                }
            }
            Content::List(items) => {
                items
                    .iter_mut()
                    .for_each(|item| self.interpolate(item, variables));
            }
            Content::Map(entries) => {
                entries
                    .iter_mut()
                    .for_each(|(_, node)| self.interpolate(node, variables));
            }
        }
    }

    fn includes(&mut self, node: &Node) {
        let one = std::slice::from_ref(node);
        let items = match &node.content {
            Content::List(items) => items.as_slice(),
            _ => one,
        };
        for item in items {
            match &item.content {
                Content::Scalar { value, .. } if value.is_null() => {}
                Content::Scalar { text, .. } => {
                    self.document.includes.push((text.clone(), item.place));
                }
                _ => self.problem(
                    item.place,
                    "`include` must be a path or a list of paths",
                    None,
                ),
            }
        }
    }

    fn runners(&mut self, node: &Node) {
        let sections = match &node.content {
            Content::Map(sections) => sections,
            _ if node.is_null() => return,
            _ => {
                let hint =
                    "`runners: {local: {num_cores: 4}}` has the runner `local` in it".to_owned();
                self.problem(
                    node.place,
                    "`runners` must be a mapping of runners to their options",
                    Some(hint),
                );
                return;
            }
        };
        for (key, node) in sections {
            let name = key.text.as_str();
            if let Some(runner) = RunnerKind::named(name) {
                let given = self.section(runner, node);
                self.document.sections.push((runner, given));
            } else if ABSENT.contains(&name) {
                let message =
                    format!("the section `{name}` is passed over: there is no such runner here");
                let warning = Problem::at(self.source, key.place, message)
                    .hint("`hadoop` and `emr` are the runners for clusters");
                self.document.warnings.push((None, warning));
            } else {
                let names = RunnerKind::ALL.map(RunnerKind::name);
                let hint = match nearest(name, names) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("the runners are {}", names.join(", ")),
                };
                self.problem(key.place, format!("unknown runner `{name}`"), Some(hint));
            }
        }
    }

    fn section(&mut self, runner: RunnerKind, node: &Node) -> Vec<Layer> {
        if node.clear {
            let hint = "write `!clear` at each of its options".to_owned();
            self.problem(
                node.place,
                "`!clear` does nothing at a whole section",
                Some(hint),
            );
        }
        let options = match &node.content {
            Content::Map(options) => options,
            _ if node.is_null() => return Vec::new(),
            _ => {
                let name = runner.name();
                let hint = format!("write an option a line, further in than `{name}:`");
                self.problem(
                    node.place,
                    format!("`{name}` must be a mapping of options to their values"),
                    Some(hint),
                );
                return Vec::new();
            }
        };
        let mut given: Vec<Layer> = Vec::new();
        for (key, node) in options {
            let Some(row) = self.option(runner, key) else {
                continue;
            };
            if given.iter().any(|other| other.row.name == row.name) {
                let message = format!(
                    "`{}` is mrjob's name of `{}`, which is there too",
                    row.mrjob_name().unwrap_or_default(),
                    row.name
                );
                self.problem(key.place, message, Some("keep one of them".to_owned()));
                continue;
            }
            let mut checker = Checker {
                source: self.source,
                problems: self.problems,
            };
            given.extend(checker.given(row, node));
        }
        given
    }

    /// The option of this key, if it may stand there.
    fn option(&mut self, runner: RunnerKind, key: &Key) -> Option<&'static OptionRow> {
        let name = key.text.as_str();
        let Some(row) = find(name) else {
            let meant = new_name(name).map(|new| format!("it is called `{new}` today"));
            let known = runner.rows().map(|row| row.name);
            let meant =
                meant.or_else(|| nearest(name, known).map(|row| format!("did you mean `{row}`?")));
            let hint = meant
                .unwrap_or_else(|| "`mrjob conf show` lists the options of a runner".to_owned());
            self.problem(key.place, format!("unknown option `{name}`"), Some(hint));
            return None;
        };
        if let Status::Refused(Refusal { why, instead }) = row.status {
            let message = format!("`{name}` isn't an option here: {why}");
            self.problem(key.place, message, Some((*instead).to_owned()));
            return None;
        }
        if !row.stands_in(runner) {
            let message = format!("`{name}` isn't an option of the runner `{}`", runner.name());
            let hint = format!("it is for {}: move it there, or leave it out", row.runners);
            self.problem(key.place, message, Some(hint));
            return None;
        }
        let why = match row.status {
            Status::Ignored(why) => why,
            _ if row.idle.contain(runner) => "it is for clusters",
            _ => return Some(row),
        };
        let warning = Problem::at(
            self.source,
            key.place,
            format!("`{name}` does nothing here: {why}"),
        );
        self.document
            .warnings
            .push((Some(runner), warning.hint("leave it out")));
        Some(row)
    }
}
