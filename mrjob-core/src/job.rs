//! A job: its settings, which `#[derive(MrJob)]` writes.

use crate::BoxError;
use crate::protocol::Protocol;

/// What is said of a job by `#[mrjob(…)]` on its struct.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a job",
    label = "no job",
    note = "write `#[derive(MrJob)]` on the struct `{Self}`"
)]
pub trait Settings: Sized + 'static {
    /// The name of the struct.
    const NAME: &'static str;
    /// The protocol of the job's input; `TextValue` unless said otherwise.
    type Input: Protocol;
    /// The protocol between steps; `Json` unless said otherwise.
    type Internal: Protocol;
    /// The protocol of the job's output; `Json` unless said otherwise.
    type Output: Protocol;
    /// Whether reducers get a group's values in order.
    const SORT_VALUES: bool = false;
    /// Properties for all steps.
    const JOBCONF: &'static [(&'static str, &'static str)] = &[];
}

/// Makes the instance of the job that a task attempt owns.
pub(crate) type Make<J> = dyn Fn() -> Result<J, BoxError> + Send + Sync;
