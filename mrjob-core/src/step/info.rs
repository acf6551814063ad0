//! A step as data: what `--steps` prints and a runner plans by.

use serde::{Deserialize, Serialize};

use super::method::MapperKind;

impl StreamPhase {
    /// Its name: `mapper`, `combiner`, `reducer`.
    pub fn name(self) -> &'static str {
        match self {
            StreamPhase::Mapper => "mapper",
            StreamPhase::Combiner => "combiner",
            StreamPhase::Reducer => "reducer",
        }
    }
}

/// A phase of a step, as `--mapper`, `--combiner` and `--reducer` name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum StreamPhase {
    /// Input lines to shuffle lines.
    Mapper,
    /// Sorted shuffle lines to fewer shuffle lines.
    Combiner,
    /// Sorted shuffle lines to output lines.
    Reducer,
}

/// A method in a step: the user's own, or a shell command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Method {
    /// A method of the struct, called once a record or group.
    Script {
        /// Its name in the source; `identity` where the step has no mapper of its own.
        name: String,
        /// A shell command in front of it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pre_filter: Option<String>,
    },
    /// A mapper that is called once a file.
    File {
        /// Its name in the source.
        name: String,
    },
    /// A shell command in its place.
    Command {
        /// The command.
        command: String,
    },
}

impl Method {
    /// The shell command that runs in its place or in front of it, if there is one.
    pub fn command(&self) -> Option<&str> {
        match self {
            Method::Command { command } => Some(command),
            Method::Script { pre_filter, .. } => pre_filter.as_deref(),
            Method::File { .. } => None,
        }
    }
}

/// One step as data: what `--steps` prints and a runner plans by.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StepInfo {
    /// The mapper; absent in no step but those that only a command could read.
    pub mapper: Option<Method>,
    /// The combiner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub combiner: Option<Method>,
    /// The reducer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reducer: Option<Method>,
    /// The step's own properties, in the order written.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub jobconf: Vec<(String, String)>,
    /// The number of reduce tasks that the step asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reducers: Option<u32>,
    /// The protocol that the step's input is in: `TextValue`.
    pub reads: String,
    /// The protocol that the step's output is in: `Json`.
    pub writes: String,
    /// Whether records of its input are framed by lengths, so that they can't be split at line ends.
    #[serde(skip)]
    pub binary_input: bool,
    /// The same of its output.
    #[serde(skip)]
    pub binary_output: bool,
    /// Whether groups come with their values in order.
    pub sort_values: bool,
    /// Whether its keys sort otherwise than lines of text can: a [`Desc`](crate::key::Desc) is in them.
    #[serde(skip)]
    pub descending: bool,
}

impl StepInfo {
    /// Whether its mapper is called once a file, and so needs each file whole.
    pub fn takes_files(&self) -> bool {
        matches!(self.mapper, Some(Method::File { .. }))
    }

    pub(crate) fn script(name: &str, kind: MapperKind) -> Self {
        let name = name.to_owned();
        let mapper = match kind {
            MapperKind::Records => Method::Script {
                name,
                pre_filter: None,
            },
            MapperKind::Files => Method::File { name },
        };
        StepInfo {
            mapper: Some(mapper),
            ..StepInfo::default()
        }
    }
}

impl Method {
    pub(crate) fn script(name: &str) -> Self {
        Method::Script {
            name: name.to_owned(),
            pre_filter: None,
        }
    }

    pub(crate) fn filtered(self, command: String) -> Self {
        match self {
            Method::Script { name, .. } => Method::Script {
                name,
                pre_filter: Some(command),
            },
            other => other,
        }
    }
}
