//! Hadoop's properties as the variables that its tasks have, and this process's environment made like that of one.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A task's variables, by their names.
pub(crate) type Variables = BTreeMap<String, String>;

/// The variable of a property: `mapreduce.map.input.file` is `mapreduce_map_input_file`.
pub(crate) fn variable(property: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() { c } else { '_' }
    };
    property.chars().map(plain).collect()
}

/// What this process's environment had in the place of a task's variables; nothing while it is left alone.
static REPLACED: Mutex<Option<BTreeMap<String, Option<OsString>>>> = Mutex::new(None);

/// From now on tasks set their variables in the environment of this process too, as tasks of Hadoop find them.
///
/// Some are changed while a mapper's input goes on from one file to the next, all others before a task begins.
///
/// # Safety
///
/// The process runs one task at a time, and none of its threads looks into the environment by other means than
/// [`std::env`](mod@std::env) while a task begins. The job's own threads may, once they are started: what changes then are
/// the values of variables that are there, for which the C library replaces a pointer and frees nothing.
#[expect(unsafe_code, reason = "the environment belongs to the whole process")]
pub unsafe fn export_environment() {
    replaced().get_or_insert_default();
}

/// Whether tasks set their variables in this process's environment.
pub(crate) fn is_exported() -> bool {
    replaced().is_some()
}

/// Makes the environment that of a task which begins, or as it was for `None`.
pub(crate) fn begin(variables: &Variables) {
    let mut replaced = replaced();
    let Some(replaced) = replaced.as_mut() else {
        return;
    };
    let (kept, stale) = std::mem::take(replaced)
        .into_iter()
        .partition(|(name, _)| variables.contains_key(name));
    *replaced = kept;
    for (name, before) in stale {
        set(&name, before.as_deref());
    }
    for (name, value) in variables {
        let before = || env::var_os(name);
        replaced.entry(name.clone()).or_insert_with(before);
        set(name, Some(value.as_ref()));
    }
}

/// Replaces the value of a variable of the task that runs.
pub(crate) fn change(name: &str, value: &str) {
    if is_exported() {
        set(name, Some(value.as_ref()));
    }
}

/// Sets a variable as far as there can be one of this name and value.
#[expect(
    unsafe_code,
    reason = "jobs read Hadoop's variables from the environment"
)]
fn set(name: &str, value: Option<&std::ffi::OsStr>) {
    let impossible =
        name.is_empty() || value.is_some_and(|value| value.as_encoded_bytes().contains(&0));
    if impossible || env::var_os(name).as_deref() == value {
        return;
    }
    // SAFETY: this is reached only after `export_environment`, whose caller has promised that no thread reads the
    // environment past `std::env`, which has a lock, while a task begins; and while one runs, only values of variables
    // that are there already are replaced.
    unsafe {
        match value {
            Some(value) => env::set_var(name, value),
            None => env::remove_var(name),
        }
    }
}

fn replaced() -> MutexGuard<'static, Option<BTreeMap<String, Option<OsString>>>> {
    REPLACED.lock().unwrap_or_else(PoisonError::into_inner)
}
