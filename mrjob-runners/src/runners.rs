//! The runners that this program has: their only list.

use crate::config::{Problems, UsageError};
use crate::options::RunnerKind;
use crate::planner::plan::{Ask, Planned, RunnerDef};
use crate::{inline, local};

/// All of them.
const RUNNERS: &[RunnerDef] = &[
    inline::RUNNER,
    local::RUNNER,
    #[cfg(feature = "hadoop")]
    crate::hadoop::RUNNER,
    #[cfg(feature = "emr")]
    crate::emr::RUNNER,
];

/// What a program without EMR says of it where no tool takes its job over.
#[cfg(feature = "hadoop")]
const NO_EMR: &str = concat!(
    "`-r emr` can't be: this program was built without mrjob's feature `emr`, and `$PATH` has no tool `mrjob` ",
    env!("CARGO_PKG_VERSION"),
    " that was built with it\n\
     hint: build the program with the feature, `features = [\"emr\"]` in Cargo.toml or `--features mrjob/emr`; or install the tool, \
     which launches it, by `cargo install --path . --features emr` in mrjob's repository; `-r local` runs the same job on this machine"
);
#[cfg(not(feature = "hadoop"))]
const NO_EMR: &str = "`-r emr` can't be: this program was built without mrjob's feature `emr`\n\
                      hint: build it with the feature, `features = [\"emr\"]` in Cargo.toml or `--features mrjob/emr`; or \
                      `-r local` runs the same job on this machine";

/// The plan of the runner that was asked for.
///
/// # Errors
///
/// Everything that is wrong with what was typed, or isn't possible.
pub(crate) fn plan(ask: &Ask<'_>) -> Result<Planned, UsageError> {
    let mut problems = Problems::default();
    let kind = ask.settings.runner();
    let runner = RUNNERS.iter().find(|runner| runner.kind == kind);
    let runner = runner.unwrap_or_else(|| {
        problems.add(absent(kind));
        // What else is wrong is said as well.
        &local::RUNNER
    });
    let planned = (runner.plan)(ask, &mut problems);
    problems.check().map(|()| planned)
}

/// Whether a tool may have a runner that this program lacks.
pub(crate) fn may_be_a_tools(kind: RunnerKind) -> bool {
    kind == RunnerKind::Emr && cfg!(feature = "hadoop") && cfg!(not(feature = "emr"))
}

/// Why the program doesn't have a runner.
fn absent(kind: RunnerKind) -> &'static str {
    match kind {
        RunnerKind::Emr => NO_EMR,
        _ => {
            "`-r hadoop` can't be: this program was built without mrjob's feature `hadoop`\n\
             hint: it is on by default; build it without `default-features = false`"
        }
    }
}

#[cfg(test)]
pub(crate) mod fake {
    //! Plans of a job that does nothing.

    use std::ffi::OsString;

    use super::*;
    use crate::cli::{command, layers, raw_options};
    use crate::definition::fake::{FakeProgram, JOB};
    use crate::planner;

    /// The plan of what was typed.
    pub(crate) fn planned<S: Into<OsString>>(
        typed: impl IntoIterator<Item = S>,
    ) -> Result<Planned, UsageError> {
        let command = command::command(&JOB, "job").unwrap().no_binary_name(true);
        let matches = command
            .clone()
            .try_get_matches_from(typed.into_iter().map(Into::into))
            .unwrap();
        planner::files(&JOB, &command, &matches)?;
        let given = raw_options(&matches);
        plan(&Ask {
            given: &given,
            settings: &layers::without_files(&given, &JOB),
            job: &JOB,
            program: &FakeProgram::new(),
            own_files: Vec::new(),
            program_file: None,
            in_threads: false,
            shipped: &crate::task_env::job_files::JobArguments::default(),
            stop: &crate::stop::Stop::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    #[test]
    #[cfg(not(feature = "emr"))]
    fn everything_wrong_is_said_at_once() {
        let typed = "-r emr missing --memory 1k --local-tmp-dir nowhere";
        let wrong = super::fake::planned(typed.split_whitespace()).unwrap_err();
        let others = "input `missing` doesn't exist\n\
                      `--memory` must be 16M or more\n\
                      `--local-tmp-dir` is `nowhere`, which isn't a folder";
        assert_eq!(wrong.to_string(), format!("{}\n{others}", super::NO_EMR));
    }
}
