//! How long a record of the input may be.

use super::current::TaskInfo;
use super::trace::TaskError;

/// Hadoop's property for it, in bytes. Hadoop skips what is longer, we refuse it.
pub const LONGEST_RECORD: &str = "mapreduce.input.linerecordreader.line.maxlength";

/// The longest record of a task by hand, which has no budget.
const BY_HAND: usize = 1 << 30;

/// The longest record that is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Longest {
    pub(crate) bytes: usize,
    /// What it may take together with texts that are made of it.
    pub(crate) room: usize,
    bound: Bound,
}

/// Where a limit comes from.
#[derive(Debug, Clone, Copy)]
enum Bound {
    Property,
    Memory,
    ByHand,
}

impl Longest {
    /// For a task with so many bytes of memory, of which a record may take three quarters.
    pub(crate) fn within(memory: usize, task: &TaskInfo) -> Result<Self, TaskError> {
        Self::least(memory - memory / 4, Bound::Memory, task)
    }

    /// For a task that was started by hand.
    pub(crate) fn by_hand(task: &TaskInfo) -> Result<Self, TaskError> {
        Self::least(BY_HAND, Bound::ByHand, task)
    }

    /// `bytes`, or what the property says if that is less.
    fn least(bytes: usize, bound: Bound, task: &TaskInfo) -> Result<Self, TaskError> {
        let most = Longest {
            bytes,
            room: bytes,
            bound,
        };
        let Some(text) = task.jobconf(LONGEST_RECORD) else {
            return Ok(most);
        };
        match text.trim().parse() {
            Ok(asked) if asked < bytes => Ok(Longest {
                bytes: asked,
                bound: Bound::Property,
                ..most
            }),
            Ok(_) => Ok(most),
            Err(_) => Err(TaskError::Job(
                format!("`{LONGEST_RECORD}` is `{text}`, which is no number of bytes").into(),
            )),
        }
    }

    /// What to do about a longer one.
    pub(crate) fn hint(self) -> String {
        match self.bound {
            Bound::Property => format!("`-D {LONGEST_RECORD}=BYTES` sets the limit"),
            Bound::Memory => {
                "the limit is three quarters of a task's memory: more `--memory` or fewer workers (`--num-cores`) allow \
                 longer records"
                    .to_owned()
            }
            Bound::ByHand => "the job as a whole, with `--memory`, takes longer ones".to_owned(),
        }
    }
}
