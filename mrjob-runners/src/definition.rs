//! A job without its type: what the launcher needs to know and to call.
//!
//! It keeps everything behind the command line compiled once, not once a job.

use std::sync::Arc;

use clap::{ArgMatches, Command};
use mrjob_core::BoxError;
use mrjob_core::program::Program;

/// What is known of a job before its arguments are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Definition {
    /// The name of its struct.
    pub(crate) name: &'static str,
    /// Adds its arguments to a command.
    pub(crate) augment: fn(Command) -> Command,
    /// The ids of its arguments that are files.
    pub(crate) file_arguments: fn() -> &'static [&'static str],
    /// Its properties for all steps.
    pub(crate) jobconf: &'static [(&'static str, &'static str)],
    /// Checks arguments and makes the job of them.
    pub(crate) program: MakeProgram,
}

/// Makes a job of arguments.
type MakeProgram = fn(Arc<ArgMatches>) -> Result<Arc<dyn Program>, ProgramError>;

/// Why arguments don't make a job.
#[derive(Debug)]
pub(crate) enum ProgramError {
    /// They are wrong.
    Arguments(clap::Error),
    /// The job is.
    Job(BoxError),
}

#[cfg(test)]
pub(crate) mod fake {
    //! A job that does nothing but to have arguments and a step.

    use std::path::PathBuf;

    use clap::{Arg, ArgAction, value_parser};
    use mrjob_core::program::{Pipes, StreamTask};
    use mrjob_core::step::StepInfo;
    use mrjob_core::task::{MapTask, Monitor, ReduceTask, Split, TaskFailure, TaskReport};

    use super::*;

    /// Its definition.
    pub(crate) const JOB: Definition = Definition {
        name: "WordFreq",
        augment,
        file_arguments: || &["stop_words"],
        jobconf: &[("mapreduce.job.reduces", "5"), ("own", "1")],
        program: |_| Ok(Arc::new(FakeProgram::new())),
    };

    fn augment(command: Command) -> Command {
        let arg = |id, long, name, help| Arg::new(id).long(long).value_name(name).help(help);
        command
            .about("Count how often each word occurs")
            .arg(
                arg(
                    "min_length",
                    "min-length",
                    "MIN_LENGTH",
                    "Leave out words shorter than this",
                )
                .value_parser(value_parser!(usize))
                .default_value("1"),
            )
            .arg(
                arg(
                    "stop_words",
                    "stop-words",
                    "STOP_WORDS",
                    "Words not to count, one a line",
                )
                .value_parser(value_parser!(PathBuf)),
            )
            .arg(
                arg("also", "also", "WORD", "Count this word once more")
                    .short('a')
                    .action(ArgAction::Append),
            )
            .arg(
                Arg::new("fold")
                    .long("fold")
                    .action(ArgAction::SetTrue)
                    .help("Ignore case"),
            )
            .arg(
                Arg::new("loud")
                    .short('l')
                    .action(ArgAction::Count)
                    .help("Shout; more than once, louder"),
            )
            .arg(arg("between", "between", "WORD", "Count between these two").num_args(2))
            .arg(arg("only", "only", "WORDS", "Count these only").value_delimiter(','))
    }

    /// Its program.
    #[derive(Debug)]
    pub(crate) struct FakeProgram(Vec<StepInfo>);

    impl FakeProgram {
        pub(crate) fn new() -> Self {
            let step = r#"{"mapper": {"type": "script", "name": "words"},
                "reducer": {"type": "script", "name": "total", "pre_filter": "sort -u"},
                "reads": "TextValue", "writes": "Json", "sort_values": false}"#;
            FakeProgram(vec![serde_json::from_str(step).unwrap()])
        }
    }

    impl Program for FakeProgram {
        fn name(&self) -> &str {
            "WordFreq"
        }

        fn steps(&self) -> &[StepInfo] {
            &self.0
        }

        fn map(
            &self,
            _: &MapTask,
            _: &dyn Fn() -> Vec<Split>,
            _: &Monitor,
        ) -> Result<TaskReport, Box<TaskFailure>> {
            unreachable!("nothing runs it")
        }

        fn reduce(&self, _: &ReduceTask, _: &Monitor) -> Result<TaskReport, Box<TaskFailure>> {
            unreachable!("nothing runs it")
        }

        fn stream(
            &self,
            _: &StreamTask,
            _: Pipes,
            _: &Monitor,
        ) -> Result<TaskReport, Box<TaskFailure>> {
            unreachable!("nothing runs it")
        }
    }
}
