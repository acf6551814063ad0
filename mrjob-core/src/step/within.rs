//! Which of the job's methods failed, where it isn't the one that the task runs: an `_init`, a `_final`, a combiner.

use std::cell::Cell;
use std::mem;

use crate::error::StepError;

thread_local! {
    static FAILED: Cell<Option<&'static str>> = const { Cell::new(None) };
    static FAILED_KEY: Cell<Option<String>> = const { Cell::new(None) };
    /// The method that runs, where a panic drops nothing.
    static RUNNING: Cell<Option<&'static str>> = const { Cell::new(None) };
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
    let outer = cfg!(panic = "abort").then(|| RUNNING.replace(Some(method)));
    let failing = Failing(method);
    let done = call();
    if let Some(outer) = outer {
        RUNNING.set(outer);
    }
    if done.is_ok() {
        mem::forget(failing);
    }
    done
}

/// The method that failed since this was last asked on this thread.
pub(crate) fn take_failed() -> Option<&'static str> {
    FAILED.take().or(RUNNING.get())
}

/// Does `call` on what has the key with these bytes; should that fail or panic, messages say so, in the words of `show`. It costs
/// nothing where it does neither.
#[inline]
pub(crate) fn within_key<T, E>(
    key: &[u8],
    show: fn(&[u8]) -> Option<String>,
    call: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let failing = FailingKey(key, show);
    let done = call();
    if done.is_ok() {
        mem::forget(failing);
    }
    done
}

/// The key, as JSON, of what failed since this was last asked on this thread.
pub(crate) fn take_failed_key() -> Option<String> {
    FAILED_KEY.take()
}

/// Notes the key, as JSON, of what fails.
pub(crate) fn note_failed_key(key: Option<String>) {
    FAILED_KEY.set(key);
}

/// Notes the key when it is dropped: by an error or by a panic.
struct FailingKey<'k>(&'k [u8], fn(&[u8]) -> Option<String>);

impl Drop for FailingKey<'_> {
    #[cold]
    fn drop(&mut self) {
        note_failed_key((self.1)(self.0));
    }
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
