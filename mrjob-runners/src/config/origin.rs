//! Where a value comes from.

use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

use super::place::{Place, Source};

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A place in a file.
    File(At),
    /// What the job says of itself.
    Job,
    /// The switch of this option, on the command line.
    Switch(&'static str),
}

/// A place in a file.
#[derive(Clone, PartialEq, Eq)]
pub struct At {
    pub(crate) source: Arc<Source>,
    pub(crate) place: Place,
}

impl fmt::Debug for At {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// `FILE:LINE`.
impl Display for At {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source.path.display(), self.place.line)
    }
}

impl Display for Origin {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Origin::File(at) => at.fmt(f),
            Origin::Job => f.write_str("the job"),
            Origin::Switch(name) => write!(f, "--{}", name.replace('_', "-")),
        }
    }
}
