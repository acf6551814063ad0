//! Runs a job in all ways and compares what comes out.

use crate::by_hand;
use crate::case::{Case, Order, Size};
use crate::partition;
use crate::place::{Place, Ran};
use crate::runners::{Compared, REFERENCE, RUNNERS, Runner};
use crate::streaming;

/// Hash partitions: a number that divides no power of two, so that all bits of a hash count.
const REDUCERS: u32 = 5;

/// All comparisons of a case, in a folder of that name.
pub(crate) fn check(test: &str, case: &Case) {
    let place = Place::new(test, case);
    let checked = Checked {
        case,
        place: &place,
        reference: run(case, &place, &REFERENCE, &[], Input::Given),
    };
    checked.answer();
    checked.compare(&REFERENCE);
    let parts = checked.parts(&REFERENCE);
    partition::check(case, &parts, &checked.reference);
    for runner in RUNNERS
        .iter()
        .filter(|runner| runner.sizes.contains(&case.size))
    {
        checked.compare(runner);
        if runner.compared.contains(&Compared::Parts) && case.order == Order::Keys {
            checked.same_parts(&parts, runner);
        }
    }
    checked.streams(&parts);
    if case.by_hand {
        let by_hand = by_hand::run(case, &place);
        let expected = sorted(&checked.reference.stdout);
        same(
            "by hand",
            &expected,
            &sorted(&by_hand.stdout),
            [&checked.reference, &by_hand],
        );
    }
}

/// Where a run's input comes from.
#[derive(Clone, Copy)]
enum Input {
    /// From the files as they are given.
    Given,
    /// From standard input.
    Stdin,
}

/// A case that ran on the reference.
struct Checked<'a> {
    case: &'a Case,
    place: &'a Place,
    reference: Ran,
}

impl Checked<'_> {
    /// The reference gives the right answer.
    fn answer(&self) {
        if let Some(expected) = &self.case.expected {
            let (expected, found) = (self.ordered(expected), self.ordered(&self.reference.stdout));
            same("the reference", &expected, &found, [&self.reference]);
        }
    }

    /// All that is compared of `runner` with the reference's output, but for hash partitions.
    fn compare(&self, runner: &Runner) {
        for compared in runner.compared {
            let (what, ran, found) = match compared {
                Compared::Whole => {
                    let ran = run(self.case, self.place, runner, &[], Input::Given);
                    let counters = ran.counters();
                    assert!(!counters.is_empty(), "{} tells of no step", ran.command);
                    assert_eq!(counters, self.reference.counters(), "{}", ran.command);
                    let found = ran.stdout.clone();
                    ("", ran, found)
                }
                Compared::Folder => {
                    let (ran, parts) = self.folder(runner, &[]);
                    let found = parts.into_iter().flat_map(|(_, bytes)| bytes).collect();
                    ("the part files of ", ran, found)
                }
                Compared::Stdin if self.case.given != crate::case::Given::FilesOnly => {
                    let ran = run(self.case, self.place, runner, &[], Input::Stdin);
                    let found = ran.stdout.clone();
                    ("on standard input, ", ran, found)
                }
                Compared::Stdin | Compared::Parts => continue,
            };
            same(
                &format!("{what}{}", runner.name),
                &self.ordered(&self.reference.stdout),
                &self.ordered(&found),
                [&self.reference, &ran],
            );
        }
    }

    fn same_parts(&self, expected: &Parts, runner: &Runner) {
        let found = self.parts(runner);
        let names = |parts: &Parts| {
            parts
                .files
                .iter()
                .map(|(name, _)| name.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&found), names(expected), "{}", found.ran.command);
        for ((name, expected_bytes), (_, bytes)) in expected.files.iter().zip(&found.files) {
            same(
                &format!("{name} of {}", runner.name),
                expected_bytes,
                bytes,
                [&expected.ran, &found.ran],
            );
        }
    }

    /// Hadoop Streaming writes the same, with one reduce task and with several.
    fn streams(&self, parts: &Parts) {
        if let Some(streamed) = streaming::parts(self.case, self.place, 1) {
            let expected = self.ordered(&self.reference.stdout);
            let found = self.ordered(&streamed.concat());
            same("streaming", &expected, &found, [&self.reference]);
        }
        if self.case.order == Order::Any || self.case.size == Size::Large {
            return;
        }
        let Some(streamed) = streaming::parts(self.case, self.place, REDUCERS) else {
            return;
        };
        assert_eq!(streamed.len(), parts.files.len());
        for ((name, expected), found) in parts.files.iter().zip(&streamed) {
            same(
                &format!("{name} of streaming"),
                expected,
                found,
                [&parts.ran],
            );
        }
    }

    fn parts(&self, runner: &Runner) -> Parts {
        let (ran, files) = self.folder(runner, &["--reducers", &REDUCERS.to_string()]);
        Parts { ran, files }
    }

    /// The part files of a run.
    fn folder(&self, runner: &Runner, arguments: &[&str]) -> (Ran, Vec<(String, Vec<u8>)>) {
        let name = format!("out{} {}", arguments.join(""), runner.name).replace(' ', "-");
        let arguments = [arguments, &["-o", &name]].concat();
        let ran = run(self.case, self.place, runner, &arguments, Input::Given);
        assert!(
            ran.stdout.is_empty(),
            "{} wrote to standard output",
            ran.command
        );
        let parts = self.place.parts(&name);
        (ran, parts)
    }

    /// Output such that what isn't promised isn't compared.
    fn ordered(&self, output: &[u8]) -> Vec<u8> {
        match self.case.order {
            Order::Keys => output.to_vec(),
            Order::Any => sorted(output),
        }
    }
}

/// The part files of a run with [`REDUCERS`].
pub(crate) struct Parts {
    pub(crate) ran: Ran,
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

fn run(case: &Case, place: &Place, runner: &Runner, arguments: &[&str], input: Input) -> Ran {
    let own = case.arguments.iter().map(String::as_str);
    let mut all: Vec<&str> = runner.arguments.iter().copied().chain(own).collect();
    all.extend(arguments);
    all.extend(["--log-format", "json"]);
    match input {
        Input::Given => {
            all.extend(place.inputs().iter().map(String::as_str));
            place.run(case.program, &all, None)
        }
        Input::Stdin => place.run(case.program, &all, Some("joined")),
    }
}

/// The lines of `output` in the order of their bytes.
pub(crate) fn sorted(output: &[u8]) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = output.split_inclusive(|byte| *byte == b'\n').collect();
    lines.sort_unstable();
    lines.concat()
}

/// Panics with the first line that differs and the commands that gave the two.
fn same<const N: usize>(who: &str, expected: &[u8], found: &[u8], commands: [&Ran; N]) {
    if expected == found {
        return;
    }
    let lines = |bytes: &[u8]| -> Vec<Vec<u8>> {
        bytes
            .split_inclusive(|byte| *byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect()
    };
    let (expected, found) = (lines(expected), lines(found));
    let both = expected.iter().zip(&found);
    let first = both
        .take_while(|(expected, found)| expected == found)
        .count();
    let commands: Vec<_> = commands.iter().map(|ran| ran.command.as_str()).collect();
    panic!(
        "{who}: line {} of {} (of {} expected)\n  expected {}\n  found    {}\nto repeat:\n  {}",
        first + 1,
        found.len(),
        expected.len(),
        shown(expected.get(first)),
        shown(found.get(first)),
        commands.join("\n  ")
    );
}

fn shown(line: Option<&Vec<u8>>) -> String {
    match line {
        Some(line) => format!("`{}`", line[..line.len().min(200)].escape_ascii()),
        None => "the end".to_owned(),
    }
}
