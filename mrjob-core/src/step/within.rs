//! Which of the job's methods failed, where it isn't the one that the task runs: an `_init`, a `_final`, a combiner.

use std::cell::Cell;
use std::mem;

use super::StepError;

thread_local! {
    static FAILED: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// Calls the job's method `method`; should it fail or panic, messages call it so. It costs nothing where it does neither.
///
/// # Errors
///
/// Those of `call`.
#[inline]
pub fn within(
    method: &'static str,
    call: impl FnOnce() -> Result<(), StepError>,
) -> Result<(), StepError> {
    let failing = Failing(method);
    let done = call();
    if done.is_ok() {
        mem::forget(failing);
    }
    done
}

/// The method that failed since this was last asked on this thread.
pub(crate) fn take_failed() -> Option<&'static str> {
    FAILED.take()
}

/// Notes the method when it is dropped: by an error or by a panic.
struct Failing(&'static str);

impl Drop for Failing {
    #[cold]
    fn drop(&mut self) {
        // The innermost: a mapper that emits calls the combiner.
        FAILED.set(FAILED.get().or(Some(self.0)));
    }
}
