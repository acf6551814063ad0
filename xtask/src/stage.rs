//! The table of what `cargo xtask test` runs.

use std::fmt;

use crate::tool::Tool;

/// Some cargo commands that check one thing.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) counts: Counts,
    pub(crate) when: When,
    pub(crate) tool: Option<Tool>,
    pub(crate) service: Option<Service>,
    pub(crate) environment: &'static [(&'static str, &'static str)],
    /// What cargo gets as arguments, split at spaces.
    pub(crate) commands: &'static [&'static str],
}

/// What a stage adds to the tally.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counts {
    /// One, passed or failed.
    Itself,
    /// Each test that its commands report.
    Tests,
}

/// What runs beside a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    /// A Hadoop cluster, in the folder that `MRJOB_TEST_HADOOP` names. Without it tests skip themselves.
    Hadoop,
    /// One whose web servers speak TLS, in the folder that `MRJOB_TEST_HADOOP_TLS` names.
    HadoopTls,
}

impl Service {
    /// The variable that names its folder.
    pub(crate) fn variable(self) -> &'static str {
        match self {
            Service::Hadoop => "MRJOB_TEST_HADOOP",
            Service::HadoopTls => "MRJOB_TEST_HADOOP_TLS",
        }
    }
}

/// When a stage runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// In each run, unless others are named.
    Always,
    /// With `--full`, or when it is named.
    Full,
    /// Only when it is named.
    Named,
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            When::Always => "",
            When::Full => " (with `--full`)",
            When::Named => " (when named)",
        })
    }
}

/// In the order that they run in: what fails soonest first, and last what waits for a service.
///
/// All that is built with the default features is built for the whole workspace, so that no stage builds it anew with
/// other features of dependencies.
pub(crate) const STAGES: &[Stage] = &[
    Stage {
        name: "fmt",
        about: "the layout of the code",
        tool: Some(Tool::Rustfmt),
        commands: &["fmt --all --check"],
        ..CHECK
    },
    Stage {
        name: "clippy",
        about: "compiler and clippy without a warning, without default features too",
        tool: Some(Tool::Clippy),
        commands: &[
            "clippy --workspace --all-targets -- --deny warnings",
            "clippy --package mrjob --no-default-features --all-targets -- --deny warnings",
            "clippy --package mrjob-tests-s3 --package mrjob-runners --features mrjob-tests-s3/emr --all-targets -- --deny warnings",
        ],
        ..CHECK
    },
    Stage {
        name: "test",
        about: "unit, property, integration and ui tests",
        counts: Counts::Tests,
        commands: &["test --workspace --lib --bins --tests --no-fail-fast -- --show-output"],
        ..CHECK
    },
    Stage {
        name: "ui",
        about: "the macros' errors only, which `test` has too",
        counts: Counts::Tests,
        when: When::Named,
        commands: &["test --workspace --test ui -- --show-output"],
        ..CHECK
    },
    Stage {
        name: "doctest",
        about: "the examples in the documentation",
        counts: Counts::Tests,
        commands: &["test --workspace --doc --no-fail-fast -- --show-output"],
        ..CHECK
    },
    Stage {
        name: "s3",
        about: "S3 and EMR, with moto's server in their place",
        counts: Counts::Tests,
        commands: &[
            // A program without EMR, whose job the tool launches.
            "build --workspace --bin stop_words",
            "test --package mrjob-tests-s3 --features emr --no-fail-fast -- --show-output",
        ],
        ..CHECK
    },
    Stage {
        name: "emr",
        about: "jobs on a stand-in for EMR only, which `s3` has too",
        counts: Counts::Tests,
        when: When::Named,
        commands: &[
            "build --workspace --bin stop_words",
            "test --package mrjob-tests-s3 --features emr --test emr -- --show-output",
        ],
        ..CHECK
    },
    Stage {
        name: "features",
        about: "a job with each feature alone and with each left out (`s3` has built what they share), and one whose panics abort",
        counts: Counts::Tests,
        commands: &[
            "test --workspace --test features --test aborts --no-fail-fast -- --show-output --ignored",
        ],
        ..CHECK
    },
    Stage {
        name: "doc",
        about: "the documentation without a warning",
        environment: &[("RUSTDOCFLAGS", "--deny warnings")],
        commands: &["doc --workspace --lib --no-deps"],
        ..CHECK
    },
    Stage {
        name: "package",
        about: "what would be published can be packed",
        commands: &[
            "package --workspace --exclude mrjob-tests --exclude mrjob-tests-process --exclude mrjob-tests-s3 --exclude mrjob-benches --exclude mrjob-instructions --exclude xtask --no-verify --allow-dirty --quiet",
        ],
        ..CHECK
    },
    Stage {
        name: "deny",
        about: "licences and advisories of all dependencies, where cargo-deny is installed",
        tool: Some(Tool::Deny),
        commands: &["deny --workspace --all-features check"],
        ..CHECK
    },
    Stage {
        name: "instructions",
        about: "no hot path takes more instructions than it did, by valgrind where that is installed",
        counts: Counts::Tests,
        commands: &[
            "test --profile dist --package mrjob-instructions --test instructions -- --show-output",
        ],
        ..CHECK
    },
    Stage {
        name: "hadoop",
        about: "jobs on a Hadoop cluster, where Java and Maven are",
        counts: Counts::Tests,
        service: Some(Service::Hadoop),
        commands: &[
            "test --workspace --test hadoop --no-fail-fast -- --show-output --ignored --skip over_tls::",
            "test --workspace --test conformance --no-fail-fast -- --show-output --ignored on_a_cluster::",
            "test --package mrjob-tests-s3 --features emr --test emr --no-fail-fast -- --show-output --ignored",
        ],
        ..CHECK
    },
    Stage {
        name: "conformance",
        about: "all jobs of the conformance suite on a Hadoop cluster, on a stand-in for EMR and from S3",
        counts: Counts::Tests,
        when: When::Full,
        service: Some(Service::Hadoop),
        commands: &[
            // The tool that launches jobs on EMR.
            "build --package mrjob-tests-s3 --features emr --bin s3_mrjob",
            "test --workspace --test conformance --no-fail-fast -- --show-output --ignored --skip on_a_cluster::",
            // Programs with S3 of their own.
            "test --package mrjob-tests --features s3 --test conformance --no-fail-fast -- --show-output --ignored table::s3::",
        ],
        ..CHECK
    },
    Stage {
        name: "hadoop-tls",
        about: "jobs on a Hadoop cluster whose web servers speak TLS",
        counts: Counts::Tests,
        when: When::Full,
        service: Some(Service::HadoopTls),
        commands: &[
            "test --workspace --test hadoop --no-fail-fast -- --show-output --ignored over_tls::",
        ],
        ..CHECK
    },
];

/// What most stages have in common.
const CHECK: Stage = Stage {
    name: "",
    about: "",
    counts: Counts::Itself,
    when: When::Always,
    tool: None,
    service: None,
    environment: &[],
    commands: &[],
};

/// A stage that isn't in the table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UnknownStage(String);

impl fmt::Display for UnknownStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown stage `{}`", self.0)
    }
}

/// The stages of these names in the table's order; without names, those that always run, and with `full` more.
pub(crate) fn pick(names: &[String], full: bool) -> Result<Vec<&'static Stage>, UnknownStage> {
    let known = |name: &str| STAGES.iter().any(|stage| stage.name == name);
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        return Err(UnknownStage(unknown.clone()));
    }
    let wanted = |stage: &&Stage| {
        let in_tier = stage.when == When::Always || full && stage.when == When::Full;
        let named = names.iter().any(|name| name == stage.name);
        named || in_tier && (names.is_empty() || full)
    };
    Ok(STAGES.iter().filter(wanted).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picked(names: &[&str]) -> Result<Vec<&'static str>, UnknownStage> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        Ok(pick(&names, false)?
            .iter()
            .map(|stage| stage.name)
            .collect())
    }

    #[test]
    fn named_stages_run_in_the_order_of_the_table() {
        assert_eq!(
            picked(&["clippy", "ui", "fmt"]),
            Ok(vec!["fmt", "clippy", "ui"])
        );
    }

    #[test]
    fn no_test_runs_twice_unless_asked_for() {
        let all = picked(&[]).expect("no name can be unknown");
        assert!(all.contains(&"test") && !all.contains(&"ui") && !all.contains(&"emr"));
    }

    #[test]
    fn the_long_rows_take_full() {
        let all = picked(&[]).expect("no name can be unknown");
        assert!(all.contains(&"hadoop") && !all.contains(&"conformance"));
        let full = pick(&[], true).expect("no name can be unknown");
        assert_eq!(full.len(), all.len() + 2);
        for name in ["conformance", "hadoop-tls"] {
            assert!(full.iter().any(|stage| stage.name == name));
        }
    }

    #[test]
    fn what_needs_a_service_comes_last() {
        let first = STAGES.iter().position(|stage| stage.service.is_some());
        let rest = &STAGES[first.expect("there is one")..];
        assert!(rest.iter().all(|stage| stage.service.is_some()));
    }

    #[test]
    fn an_unknown_stage_is_refused_before_anything_runs() {
        let unknown = picked(&["fmt", "lint"]).expect_err("there is no such stage");
        assert_eq!(unknown.to_string(), "unknown stage `lint`");
    }
}
