//! Shell lines as a script that becomes the program behind it, and leaves a note of how far it has come.

use super::SetupLine;

/// What the note says when all lines have run.
const DONE: &str = "done";

/// Runs `lines` in the folder `dir`, notes in the file `note` which one it is at, and becomes what it was called with. Both
/// are words of the shell.
pub(crate) fn script(lines: &[SetupLine], dir: &str, note: &str) -> String {
    let mut script = format!("__mrjob_from=$PWD\n__mrjob_PWD={dir}\ncd {dir}\n{{\n");
    for (number, line) in (1..).zip(lines) {
        script.push_str(&format!("echo {number} >{note}\n{}\n", line.script));
    }
    // Standard output is a task's data.
    script.push_str(&format!(
        "echo {DONE} >{note}\n}} </dev/null >&2\ncd \"$__mrjob_from\"\nexec \"$@\"\n"
    ));
    script
}

/// Where the script of `lines` was when it ended, by what its note says; nowhere, if it was at its end.
pub(crate) fn failed_at(lines: &[SetupLine], note: &str) -> Option<String> {
    let note = note.trim();
    if note == DONE {
        return None;
    }
    let number = note.parse::<usize>().ok();
    let line = number.and_then(|number| Some((number, lines.get(number.checked_sub(1)?)?)));
    Some(match line {
        Some((number, line)) => format!("line {number} of `setup`, `{}`", line.written),
        None => "`setup`, before its first line".to_owned(),
    })
}
