//! How many checks passed, and which did not.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;

/// The outcome of some checks.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    /// A name for each failure.
    pub(crate) failed: Vec<String>,
    /// A name and a reason for each skip.
    pub(crate) skipped: Vec<String>,
    /// How many tests were left to each other stage; they are skipped if that doesn't run.
    pub(crate) left: BTreeMap<String, usize>,
}

impl Tally {
    pub(crate) fn passed() -> Self {
        Self {
            passed: 1,
            ..Self::default()
        }
    }

    pub(crate) fn failed(what: impl Into<String>) -> Self {
        Self {
            failed: vec![what.into()],
            ..Self::default()
        }
    }

    pub(crate) fn skipped(why: impl Into<String>) -> Self {
        Self {
            skipped: vec![why.into()],
            ..Self::default()
        }
    }

    /// Puts the stage's name before each failure and skip.
    pub(crate) fn of_stage(mut self, stage: &str) -> Self {
        for line in self.failed.iter_mut().chain(&mut self.skipped) {
            *line = format!("{stage}: {line}");
        }
        self
    }

    /// Skips and failures by name, a line each; empty where there are none.
    pub(crate) fn names(&self) -> String {
        let skipped = self.skipped.iter().map(|line| format!("skipped  {line}\n"));
        let left = self.left.iter().map(|(stage, tests)| {
            format!("skipped  {stage}: {tests} tests; hint: `cargo xtask test {stage}`\n")
        });
        let failed = self.failed.iter().map(|line| format!("failed   {line}\n"));
        skipped.chain(left).chain(failed).collect()
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed.extend(other.failed);
        self.skipped.extend(other.skipped);
        for (stage, tests) in other.left {
            *self.left.entry(stage).or_default() += tests;
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (passed, failed) = (self.passed, self.failed.len());
        let skipped = self.skipped.len() + self.left.values().sum::<usize>();
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_add_up_and_names_say_their_stage() {
        let mut all = Tally::passed();
        all += Tally::skipped("no cluster").of_stage("test");
        all += Tally::failed("key::order").of_stage("test");
        assert_eq!(all.to_string(), "1 passed, 1 failed, 1 skipped");
        assert_eq!(
            all.names(),
            "skipped  test: no cluster\nfailed   test: key::order\n"
        );
    }

    #[test]
    fn tests_that_were_left_to_a_stage_are_skipped_by_number() {
        let left = |tests| Tally {
            left: BTreeMap::from([("hadoop".to_owned(), tests)]),
            ..Tally::default()
        };
        let mut all = left(2);
        all += left(40);
        assert_eq!(all.to_string(), "0 passed, 0 failed, 42 skipped");
        assert_eq!(
            all.names(),
            "skipped  hadoop: 42 tests; hint: `cargo xtask test hadoop`\n"
        );
    }
}
