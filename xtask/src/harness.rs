//! What `cargo test -- --show-output` reports, read from its text.
//!
//! The totals are libtest's own (`test result: …`). From the lines before them come the names of failures, the
//! reasons of `#[ignore]` and what tests print that skip themselves: a line `skipped: <reason>`, or
//! `skipped (service): <reason>` where a service is missing. Such a test is skipped and not passed, whatever
//! libtest thinks. A test that is ignored because of ``stage `NAME`: <reason>`` is left to that stage.

use crate::command::SILENT;
use crate::tally::Tally;

/// Whether a test may skip itself because a service is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Services {
    Optional,
    /// It counts as failed then.
    Required,
}

/// Counts the tests in the output of any number of test programs.
pub(crate) fn read(output: &str, services: Services) -> Tally {
    let mut reader = Reader::new(services);
    for line in output.lines() {
        reader.line(line);
    }
    reader.end_of_program();
    reader.tally
}

struct Reader {
    services: Services,
    tally: Tally,
    /// The test program, as cargo announces it.
    program: String,
    state: State,
    /// Whether the program has begun and not yet given its totals.
    running: bool,
    ignored: Vec<String>,
    failures: Vec<String>,
    /// Tests that libtest counts as passed and that said they skip.
    skipped_inside: usize,
    /// Tests that have run for a minute.
    slow: Vec<String>,
    /// Whether the program was killed because it printed nothing.
    killed: bool,
    /// How many failures there were before this program.
    failed_before: usize,
}

/// Where in a program's report the last line was.
enum State {
    Tests,
    /// Under `successes:` or `failures:`, in the list of names.
    Names(List),
    /// There too, in what one test printed.
    Printed {
        list: List,
        test: String,
        skips: usize,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Successes,
    Failures,
}

impl Reader {
    fn new(services: Services) -> Self {
        Self {
            services,
            tally: Tally::default(),
            program: String::new(),
            state: State::Tests,
            running: false,
            ignored: Vec::new(),
            failures: Vec::new(),
            skipped_inside: 0,
            slow: Vec::new(),
            killed: false,
            failed_before: 0,
        }
    }

    fn line(&mut self, line: &str) {
        if let Some(program) = announced(line) {
            self.end_of_program();
            self.program = program;
            self.failed_before = self.tally.failed.len();
        } else if begins(line) {
            self.end_of_program();
            self.running = true;
        } else if let Some(totals) = Totals::parse(line) {
            self.end_of_tests(&totals);
        } else if let Some(list) = list_head(line) {
            // Each list comes twice, first with what the tests printed, then the names alone.
            self.failures.clear();
            self.state = State::Names(list);
        } else if let Some(test) = printed_head(line) {
            self.printed_by(test);
        } else if let Some((needs, reason)) = skip(line) {
            self.skip(needs, reason);
        } else if let Some(ignored) = ignored(line) {
            self.ignored.push(ignored);
        } else if let Some(test) = slow(line) {
            self.slow.push(test.to_owned());
        } else if let Some(test) = ended(line) {
            self.slow.retain(|slow| slow != test);
        } else if line.starts_with(SILENT) {
            self.killed = true;
        } else if line.starts_with("error: test failed, to rerun pass ") {
            self.program_failed();
        } else if let (State::Names(List::Failures), Some(name)) =
            (&self.state, line.strip_prefix("    "))
        {
            self.failures.push(name.to_owned());
        }
    }

    fn printed_by(&mut self, test: &str) {
        if let State::Names(list) | State::Printed { list, .. } = self.state {
            self.state = State::Printed {
                list,
                test: test.to_owned(),
                skips: 0,
            };
        }
    }

    fn skip(&mut self, needs: Needs, reason: &str) {
        let mut name = String::new();
        if let State::Printed { list, test, skips } = &mut self.state {
            name.clone_from(test);
            *skips += 1;
            if *skips == 1 && *list == List::Successes {
                self.skipped_inside += 1;
            }
        }
        let line = self.named(&format!("{name}: {reason}"));
        if needs == Needs::Service && self.services == Services::Required {
            self.tally.failed.push(line);
        } else {
            self.tally.skipped.push(line);
        }
    }

    fn end_of_tests(&mut self, totals: &Totals) {
        let failures = filled(&mut self.failures, totals.failed);
        let ignored = filled(&mut self.ignored, totals.ignored);
        self.tally.passed += totals.passed.saturating_sub(self.skipped_inside);
        for name in failures {
            self.tally.failed.push(self.named(&name));
        }
        for name in ignored {
            match stage_of(&name) {
                Some(stage) => *self.tally.left.entry(stage.to_owned()).or_default() += 1,
                None => self.tally.skipped.push(self.named(&name)),
            }
        }
        self.reset();
    }

    /// A program without totals was killed, or ended itself.
    fn end_of_program(&mut self) {
        if self.running {
            self.unfinished();
        }
        self.reset();
    }

    /// What cargo says of a program that failed, which a program without libtest doesn't say itself.
    fn program_failed(&mut self) {
        if self.running || self.tally.failed.len() == self.failed_before {
            self.unfinished();
        }
        self.reset();
    }

    fn unfinished(&mut self) {
        let how = match (self.killed, self.running) {
            (true, _) => "the test program hung and was killed",
            (false, true) => "the test program ended before its tests did",
            (false, false) => "the test program failed",
        };
        let running = match &*self.slow {
            [] => String::new(),
            slow => format!("; still running: {}", slow.join(", ")),
        };
        let line = self.named(&format!("{how}{running}"));
        self.tally.failed.push(line);
    }

    fn reset(&mut self) {
        self.running = false;
        self.state = State::Tests;
        self.ignored.clear();
        self.failures.clear();
        self.skipped_inside = 0;
        self.slow.clear();
        self.killed = false;
    }

    fn named(&self, what: &str) -> String {
        let what = what.trim_start_matches(": ");
        match self.program.as_str() {
            "" => what.to_owned(),
            program => format!("{program}: {what}"),
        }
    }
}

/// As many names as libtest counted: the count is right where a line was torn by another's output.
fn filled(names: &mut Vec<String>, count: usize) -> Vec<String> {
    names.resize(count, "(a test whose name was not seen)".to_owned());
    std::mem::take(names)
}

/// `     Running unittests src/lib.rs (target/debug/deps/name-0123456789abcdef)` or `   Doc-tests name`.
fn announced(line: &str) -> Option<String> {
    let line = line.strip_prefix("   ")?.trim_start();
    if let Some(name) = line.strip_prefix("Doc-tests ") {
        return Some(name.to_owned());
    }
    let (_, path) = line
        .strip_prefix("Running ")?
        .strip_suffix(')')?
        .rsplit_once('(')?;
    let file = path.rsplit(['/', '\\']).next()?;
    Some(
        file.rsplit_once('-')
            .map_or(file, |(name, _)| name)
            .to_owned(),
    )
}

/// `running 12 tests`.
fn begins(line: &str) -> bool {
    let words: Vec<&str> = line.split(' ').collect();
    matches!(words[..], ["running", count, "test" | "tests"] if count.parse::<usize>().is_ok())
}

fn list_head(line: &str) -> Option<List> {
    match line {
        "successes:" => Some(List::Successes),
        "failures:" => Some(List::Failures),
        _ => None,
    }
}

/// `---- module::test stdout ----`.
fn printed_head(line: &str) -> Option<&str> {
    line.strip_prefix("---- ")?.strip_suffix(" stdout ----")
}

/// `test module::test ... ignored, needs a cluster`: the name, and the reason where there is one.
fn ignored(line: &str) -> Option<String> {
    let (name, outcome) = line.strip_prefix("test ")?.rsplit_once(" ... ignored")?;
    match outcome.strip_prefix(", ") {
        Some(reason) => Some(format!("{name}: {reason}")),
        None if outcome.is_empty() => Some(format!("{name}: ignored without a reason")),
        None => None,
    }
}

/// The stage in ``name: stage `hadoop`: needs a cluster``.
fn stage_of(ignored: &str) -> Option<&str> {
    let (_, rest) = ignored.split_once(": stage `")?;
    Some(rest.split_once('`')?.0)
}

/// `test module::test has been running for over 60 seconds`.
fn slow(line: &str) -> Option<&str> {
    let (name, _) = line
        .strip_prefix("test ")?
        .split_once(" has been running for over ")?;
    Some(name)
}

/// `test module::test ... ok`, `FAILED`.
fn ended(line: &str) -> Option<&str> {
    Some(line.strip_prefix("test ")?.split_once(" ... ")?.0)
}

/// What a test that skipped itself would need.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    Anything,
    Service,
}

fn skip(line: &str) -> Option<(Needs, &str)> {
    let service = line
        .strip_prefix("skipped (service): ")
        .map(|reason| (Needs::Service, reason));
    service.or_else(|| Some((Needs::Anything, line.strip_prefix("skipped: ")?)))
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s`.
struct Totals {
    passed: usize,
    failed: usize,
    ignored: usize,
}

impl Totals {
    fn parse(line: &str) -> Option<Self> {
        let (_verdict, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let count = |what: &str| {
            let field = counts
                .split("; ")
                .find_map(|field| field.strip_suffix(what));
            field?.trim_end().parse().ok()
        };
        Some(Self {
            passed: count("passed")?,
            failed: count("failed")?,
            ignored: count("ignored")?,
        })
    }
}

#[cfg(test)]
mod tests;
