//! What a task that streams reads and writes in place of splits, sorted runs and a part. Without the feature `streaming` there is
//! no such task, and of this only what a mapper behind a filter reads.

use std::cell::Cell;
use std::io::{Read, Write};
use std::marker::PhantomData;

use crate::shuffle::Groups;

/// The ends of the pipes of a task, each to be taken once; one that reads splits and writes a part has none.
#[derive(Default)]
pub(crate) struct Ends<'a> {
    input: Cell<Option<Box<dyn Read + Send>>>,
    #[cfg(feature = "streaming")]
    groups: Cell<Option<&'a mut (dyn Groups + Send)>>,
    #[cfg(feature = "streaming")]
    output: Cell<Option<Box<dyn Write + Send>>>,
    _groups: PhantomData<&'a dyn Groups>,
}

impl Ends<'_> {
    /// Of a map task that reads what a filter lets through, and may write to a pipe.
    #[cfg_attr(not(feature = "streaming"), expect(unused_variables))]
    pub(crate) fn of_filter(
        input: Box<dyn Read + Send>,
        output: Option<Box<dyn Write + Send>>,
    ) -> Self {
        Ends {
            input: Cell::new(Some(input)),
            #[cfg(feature = "streaming")]
            output: Cell::new(output),
            ..Ends::default()
        }
    }

    pub(crate) fn input(&self) -> Option<Box<dyn Read + Send>> {
        self.input.take()
    }
}

#[cfg(feature = "streaming")]
impl<'a> Ends<'a> {
    /// Of a map task.
    pub(crate) fn of_map(input: Box<dyn Read + Send>, output: Box<dyn Write + Send>) -> Self {
        Ends {
            input: Cell::new(Some(input)),
            output: Cell::new(Some(output)),
            ..Ends::default()
        }
    }

    /// Of a map task that reads splits.
    pub(crate) fn of_split_map(output: Box<dyn Write + Send>) -> Self {
        Ends {
            output: Cell::new(Some(output)),
            ..Ends::default()
        }
    }

    /// Of a reduce task, which reads `groups`.
    pub(crate) fn of_reduce(
        groups: &'a mut (dyn Groups + Send),
        output: Box<dyn Write + Send>,
    ) -> Self {
        Ends {
            groups: Cell::new(Some(groups)),
            output: Cell::new(Some(output)),
            ..Ends::default()
        }
    }

    pub(crate) fn groups(&self) -> Option<&'a mut (dyn Groups + Send)> {
        self.groups.take()
    }

    pub(crate) fn output(&self) -> Option<Box<dyn Write + Send>> {
        self.output.take()
    }
}

#[cfg(not(feature = "streaming"))]
impl<'a> Ends<'a> {
    pub(crate) fn groups(&self) -> Option<&'a mut (dyn Groups + Send)> {
        None
    }

    pub(crate) fn output(&self) -> Option<Box<dyn Write + Send>> {
        None
    }
}
