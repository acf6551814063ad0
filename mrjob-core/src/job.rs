//! A job: its settings, which `#[derive(MrJob)]` writes, and its steps, which `#[mrjob::steps]` writes.

use crate::protocol::Protocol;
use crate::step::Step;

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

/// The steps of a job.
#[diagnostic::on_unimplemented(
    message = "the job `{Self}` has no steps",
    label = "this job has no steps",
    note = "write `#[mrjob::steps]` on an `impl {Self}` with a method marked `#[mapper]` or `#[reducer]`"
)]
pub trait Steps: Settings {
    /// The steps, in order, for the arguments in `self`. Called several times; must be cheap and always say the same.
    fn steps(&self) -> Vec<Step<Self>>;
}
