//! The job's own arguments, as the derive writes them.

/// A struct whose fields are arguments on the command line.
///
/// `#[derive(MrJob)]` implements it with the help of clap's derive. By hand:
///
/// ```
/// use clap::{Arg, ArgMatches, Command, value_parser};
/// use mrjob_runners::arguments::Arguments;
///
/// struct WordFreq {
///     min_length: usize,
/// }
///
/// impl Arguments for WordFreq {
///     fn augment(command: Command) -> Command {
///         command.about("Count how often each word occurs").arg(
///             Arg::new("min_length")
///                 .long("min-length")
///                 .value_name("N")
///                 .value_parser(value_parser!(usize))
///                 .default_value("1")
///                 .help("Leave out words shorter than this"),
///         )
///     }
///
///     fn from_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
///         let min_length = matches.get_one("min_length").copied().unwrap_or(1);
///         Ok(WordFreq { min_length })
///     }
/// }
/// ```
pub trait Arguments: Sized {
    /// Adds the arguments, and what the job says of itself, to `command`.
    ///
    /// All of them have a long or short name: what stands without one on the command line is input.
    fn augment(command: clap::Command) -> clap::Command;

    /// A new struct from what was given. It is called once for every task attempt.
    ///
    /// # Errors
    ///
    /// When the arguments don't make a job.
    fn from_matches(matches: &clap::ArgMatches) -> Result<Self, clap::Error>;

    /// The ids of those arguments whose values are paths of files that go to every task.
    fn file_arguments() -> &'static [&'static str] {
        &[]
    }
}
