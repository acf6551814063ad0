//! Errors as paragraphs.

use std::fmt::Write as _;

use mrjob_core::task::TaskFailure;

use super::backtrace::{self, Shown};

const NAMELESS: &str = "  hint: this program was built without the names of its functions; `strip = \"debuginfo\"` in its profile \
                        keeps them, for a backtrace\n";
const INLINED: &str =
    "  hint: a build without `--release` shows the functions that were being called\n";

/// `error: …` with everything below it indented: where a panic came from, its backtrace, hints.
pub(crate) fn paragraph(message: &str, failure: Option<&TaskFailure>) -> String {
    let mut lines = message.trim_end().lines();
    let mut text = format!("error: {}\n", lines.next().unwrap_or("the job failed"));
    let (hints, lines): (Vec<&str>, Vec<&str>) = lines.partition(|line| line.starts_with("hint: "));
    for line in lines {
        let _ = writeln!(text, "  {line}");
    }
    if let Some(place) = failure.and_then(|failure| failure.panicked_at.as_ref()) {
        let _ = writeln!(text, "  panicked at {place}");
    }
    let backtrace = failure.and_then(|failure| failure.backtrace.as_deref());
    let shown = backtrace.map(|text| backtrace::shown(text, is_wanted_whole()));
    if let Some(Shown::Frames(frames)) = &shown {
        text.push_str("  backtrace:\n");
        for frame in frames {
            let _ = writeln!(text, "    {frame}");
        }
    }
    for hint in hints {
        let _ = writeln!(text, "  {hint}");
    }
    if let Some(hint) = failure.and_then(|failure| failure.hint.as_ref()) {
        let _ = writeln!(text, "  hint: {hint}");
    }
    match shown {
        Some(Shown::Nameless) => text.push_str(NAMELESS),
        Some(Shown::Nothing) => text.push_str(INLINED),
        Some(Shown::Frames(_)) | None => {}
    }
    text
}

/// Whether the frames of the framework and of the standard library are to be shown as well.
fn is_wanted_whole() -> bool {
    std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value == "full")
}

#[cfg(test)]
mod tests {
    use mrjob_core::task::FailureKind;

    use super::*;
    use crate::event::Event;
    use crate::report::tests;

    #[test]
    fn a_panic_with_the_users_frames() {
        let Event::JobFailed { message, failure } = tests::failed() else {
            unreachable!("it is a failure")
        };
        assert_eq!(
            paragraph(&message, failure.as_ref()),
            "\
error: step 1 of 1 failed in map task 3: `words` panicked: index out of bounds
  panicked at src/main.rs:10:5
  backtrace:
    word_freq::split::{{closure}} at src/main.rs:30:5
    word_freq::WordFreq::words at src/main.rs:12:5
  hint: `-r inline` stops in a debugger
"
        );
    }

    #[test]
    fn without_frames_it_says_how_to_see_them() {
        let mut failure = TaskFailure::new(FailureKind::Panic, "it broke");
        for (backtrace, hint) in [
            ("0: <unknown>", NAMELESS),
            ("0: mrjob_core::task::map::map", INLINED),
        ] {
            failure.backtrace = Some(backtrace.to_owned());
            assert_eq!(
                paragraph("it broke", Some(&failure)),
                format!("error: it broke\n{hint}")
            );
        }
    }

    #[test]
    fn hints_are_indented() {
        assert_eq!(
            paragraph("input `x` is bad\nhint: write y\n", None),
            "error: input `x` is bad\n  hint: write y\n"
        );
    }
}
