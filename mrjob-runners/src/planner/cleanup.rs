//! What is deleted after a run, as `--cleanup MODES` says it.

use crate::config::{Settings, cleanup_problem};
use crate::plan::Cleanup;

/// Reads modes with commas between them.
///
/// # Errors
///
/// A sentence for the user.
pub(crate) fn parse(text: &str) -> Result<Vec<String>, String> {
    let modes: Vec<&str> = text.split(',').map(str::trim).collect();
    match cleanup_problem(&modes) {
        None => Ok(modes.into_iter().map(str::to_owned).collect()),
        Some((message, hint)) => Err(format!("it {message}; hint: {hint}")),
    }
}

/// What is deleted of the temporary files that the mode `own` is about, such as LOCAL_TMP; all, where nobody says anything.
pub(crate) fn of(settings: &Settings, own: &str) -> Cleanup {
    let deletes = |option: &str| {
        let modes = settings.words(option);
        modes.is_none_or(|modes| {
            let mut modes = modes.iter();
            modes.any(|mode| ["ALL", "TMP", own].contains(mode))
        })
    };
    Cleanup {
        when_done: deletes("cleanup"),
        when_failed: deletes("cleanup_on_failure"),
    }
}
