//! The steps of a job as they are expanded: everything is known to fit but what only types can tell.

use proc_macro2::TokenStream;
use syn::{Expr, Ident, Type};

use super::inputs::{Inputs, Pair, Taken};
use super::parse::Entry;
use super::role::Part;
use crate::jobconf::Property;

/// A job.
pub(super) struct Job {
    /// Its type.
    pub(super) me: TokenStream,
    /// Its steps, in the order written.
    pub(super) steps: Vec<Step>,
    /// What follows what.
    pub(super) entries: Vec<Entry>,
    /// Names that generated types can't have.
    pub(super) taken: Vec<String>,
}

/// A step.
pub(super) struct Step {
    pub(super) mapper: Option<Work>,
    pub(super) combiner: Option<Work>,
    pub(super) reducer: Option<Work>,
    /// Methods that return a shell command in front of a part.
    pub(super) pre_filters: Vec<(Part, Ident)>,
    pub(super) jobconf: Vec<Property>,
    pub(super) reducers: Option<Expr>,
}

/// What does a part of a step.
pub(super) enum Work {
    /// Methods.
    Methods(Box<Stage>),
    /// A shell command, which this method returns.
    Command(Ident),
}

/// The methods of a part of a step.
pub(super) struct Stage {
    /// The generated type that stands for it.
    pub(super) marker: Ident,
    pub(super) main: Call,
    pub(super) init: Option<Call>,
    pub(super) last: Option<Call>,
}

/// A method and what it takes.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) method: Ident,
    pub(super) inputs: Inputs,
    /// What it returns, where it returns something.
    pub(super) returns: Option<Type>,
}

impl Step {
    /// Whether a shell command does some of its work.
    pub(super) fn has_command(&self) -> bool {
        [&self.mapper, &self.combiner, &self.reducer]
            .iter()
            .any(|work| matches!(work, Some(Work::Command(_))))
    }

    /// What its mapper emits, or the mapper that it would have; `None` if a command does.
    pub(super) fn shuffled(&self) -> Option<Pair> {
        match (&self.mapper, &self.reducer) {
            (Some(Work::Methods(stage)), _) => stage.main.inputs.out().cloned(),
            (None, Some(Work::Methods(stage))) => stage.main.inputs.taken_pair(),
            _ => None,
        }
    }

    /// What it writes; `None` if a command does.
    pub(super) fn written(&self) -> Option<&Pair> {
        match (&self.mapper, &self.reducer) {
            (_, Some(Work::Methods(stage))) | (Some(Work::Methods(stage)), None) => {
                stage.main.inputs.out()
            }
            _ => None,
        }
    }

    /// What it reads, key and value; `None` if a command does, or if it reads files.
    pub(super) fn read(&self) -> Option<(Option<&Taken>, Taken)> {
        match (&self.mapper, &self.reducer) {
            (Some(Work::Methods(stage)), _) => match &stage.main.inputs {
                Inputs::Record { key, value, .. } => Some((key.as_ref(), value.clone())),
                _ => None,
            },
            (None, Some(Work::Methods(stage))) => match &stage.main.inputs {
                Inputs::Group { key, value, .. } => Some((Some(key), Taken::whole(value.clone()))),
                _ => None,
            },
            _ => None,
        }
    }
}
