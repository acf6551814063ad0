//! What is wrong with what was typed, all of it at once.

use std::fmt::Display;

use crate::config::{Origin, Settings};

/// Everything that is wrong with what was typed. It is never empty.
#[derive(Debug, thiserror::Error)]
#[error("{}", .problems.join("\n"))]
pub struct UsageError {
    problems: Vec<String>,
}

impl UsageError {
    /// One problem.
    pub(crate) fn new(problem: impl Display) -> Self {
        UsageError {
            problems: vec![problem.to_string()],
        }
    }

    /// Several problems, of which there is at least one.
    pub(crate) fn all<E: Display>(problems: Vec<E>) -> Self {
        UsageError {
            problems: problems.iter().map(ToString::to_string).collect(),
        }
    }

    /// These problems and then those of `others`.
    pub(crate) fn and(mut self, others: UsageError) -> Self {
        self.problems.extend(others.problems);
        self
    }

    /// What is wrong, a paragraph each; a line in one that begins with `hint: ` says what to do.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

/// Collects what is wrong.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<String>);

impl Problems {
    pub(crate) fn add(&mut self, problem: impl Display) {
        self.0.push(problem.to_string());
    }

    /// The value of `result`, or nothing and a problem more.
    pub(crate) fn keep<T, E: Display>(&mut self, result: Result<T, E>) -> Option<T> {
        result.map_err(|problem| self.add(problem)).ok()
    }

    /// Whether nothing is wrong yet.
    #[cfg(feature = "cluster")]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn check(self) -> Result<(), UsageError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(UsageError { problems: self.0 })
        }
    }
}

/// The option `name` as whoever set it knows it: a switch, or a key and its place.
pub(crate) fn said(settings: &Settings, name: &str) -> String {
    match settings.origin(name, None) {
        Some(Origin::File(at)) => format!("`{name}` in {at}"),
        Some(origin @ Origin::Switch(_)) => format!("`{origin}`"),
        _ => format!("`{name}`"),
    }
}
