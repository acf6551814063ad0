//! Errors as paragraphs.

use std::fmt::Write as _;

use mrjob_core::task::TaskFailure;

/// `error: …` with everything below it indented: hints, where a panic came from, its backtrace.
pub(crate) fn paragraph(message: &str, failure: Option<&TaskFailure>) -> String {
    let mut lines = message.trim_end().lines();
    let mut text = format!("error: {}\n", lines.next().unwrap_or("the job failed"));
    for line in lines {
        let _ = writeln!(text, "  {line}");
    }
    let Some(failure) = failure else { return text };
    if let Some(place) = &failure.panicked_at {
        let _ = writeln!(text, "  panicked at {place}");
    }
    if let Some(backtrace) = &failure.backtrace {
        let _ = writeln!(text, "  backtrace:");
        for line in relevant(backtrace) {
            let _ = writeln!(text, "  {line}");
        }
    }
    if let Some(hint) = &failure.hint {
        let _ = writeln!(text, "  hint: {hint}");
    }
    text
}

/// The lines of `backtrace` that are of the user's own code: what the framework called, down to the panic. All of them
/// if there is no such code to be seen.
fn relevant(backtrace: &str) -> Vec<&str> {
    let mut user = Vec::new();
    for frame in frames(backtrace) {
        match owner(&frame) {
            Owner::User => user.extend(frame),
            Owner::Framework if !user.is_empty() => break,
            Owner::Framework | Owner::Library => {}
        }
    }
    if user.is_empty() {
        backtrace.lines().collect()
    } else {
        user
    }
}

/// The frames of `backtrace`, innermost first: a line with a number and a symbol, mostly one with a place below.
fn frames(backtrace: &str) -> Vec<Vec<&str>> {
    let mut frames: Vec<Vec<&str>> = Vec::new();
    for line in backtrace.lines() {
        match frames.last_mut() {
            Some(frame) if symbol(line).is_none() => frame.push(line),
            _ => frames.push(vec![line]),
        }
    }
    frames
}

/// What a line like `  12: word_freq::WordFreq::words` is about; none if it only says where that is.
fn symbol(line: &str) -> Option<&str> {
    let (number, symbol) = line.trim_start().split_once(": ")?;
    number
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(symbol.trim())
}

/// Whose code a frame is.
enum Owner {
    User,
    Framework,
    /// The standard library, or what starts a program.
    Library,
}

fn owner(frame: &[&str]) -> Owner {
    const FRAMEWORK: [&str; 3] = ["mrjob::", "mrjob_core::", "mrjob_runners::"];
    const LIBRARY: [&str; 10] = [
        "std::",
        "core::",
        "alloc::",
        "__",
        "rust_",
        "_start",
        "main",
        "clone",
        "start_thread",
        "<unknown>",
    ];
    let [first, rest @ ..] = frame else {
        return Owner::Library;
    };
    let symbol = symbol(first).unwrap_or("<unknown>");
    let path = symbol.trim_start_matches(['<', '&', '[', '(']);
    let begins = |names: &[&str]| {
        names
            .iter()
            .any(|name| path.starts_with(name) || symbol == *name)
    };
    if begins(&FRAMEWORK) {
        Owner::Framework
    } else if begins(&LIBRARY)
        || rest
            .iter()
            .any(|place| place.trim_start().starts_with("at /rustc/"))
    {
        Owner::Library
    } else {
        Owner::User
    }
}

#[cfg(test)]
mod tests {
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
     3: <word_freq::WordFreq as mrjob_core::step::Mapper>::map
               at ./src/main.rs:10:5
     5: word_freq::split::{{closure}}
               at ./src/main.rs:30:5
  hint: `-r inline` stops in a debugger
"
        );
    }

    #[test]
    fn a_backtrace_without_symbols_is_whole() {
        let all = "   0: <unknown>\n   1: <unknown>\n";
        assert_eq!(relevant(all), all.lines().collect::<Vec<_>>());
    }

    #[test]
    fn hints_are_indented() {
        assert_eq!(
            paragraph("input `x` is bad\nhint: write y\n", None),
            "error: input `x` is bad\n  hint: write y\n"
        );
    }
}
