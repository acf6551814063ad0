//! The whole command: the job's own arguments first, then ours.

use clap::{Arg, Command};

use super::options;
use crate::definition::Definition;

/// A mistake in how a job declares its arguments: the author's, not the user's.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeclarationError {
    /// An argument has the name of one of ours.
    #[error(
        "the job's argument `{argument}` is called `{name}`, and so is mrjob's own option `{option}`\n\
         hint: rename the field, or write `#[arg(long = \"…\")]` with another name"
    )]
    Taken {
        /// The id of the argument, which is its field's name.
        argument: String,
        /// The name: `--memory` or `-o`.
        name: String,
        /// The long name of our option.
        option: String,
    },
    /// Two arguments have the same name.
    #[error("the job's arguments `{first}` and `{second}` are both called `{name}`")]
    Twice {
        /// One argument.
        first: String,
        /// The other.
        second: String,
        /// The name.
        name: String,
    },
    /// An argument without a name.
    #[error(
        "the job's argument `{0}` has neither a long nor a short name, but what stands alone is input\n\
         hint: write `#[arg(long)]`"
    )]
    Positional(String),
    /// A file argument that is no argument.
    #[error("the job has no argument `{0}`, which it says is a file")]
    NoSuchFile(String),
    /// The job has subcommands.
    #[error("the job has a subcommand `{0}`, but a job's arguments are options")]
    Subcommand(String),
}

/// The command of the program `program`, as it is called.
///
/// # Errors
///
/// When the job's arguments can't be told from each other or from ours.
pub(crate) fn command(job: &Definition, program: &str) -> Result<Command, DeclarationError> {
    let own = own(job, program);
    check(&own, (job.file_arguments)())?;
    let version = version(&own);
    Ok(options::add(own)
        .version(version)
        // The last one counts, so that a script's options can be overridden at its end.
        .args_override_self(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .help_template("{about-with-newline}\n{usage-heading} {usage}\n\n{all-args}{after-help}"))
}

/// The job's version, if it has `#[command(version)]`, and ours.
fn version(own: &Command) -> String {
    let ours = concat!("(mrjob ", env!("CARGO_PKG_VERSION"), ")");
    own.get_version()
        .map_or_else(|| ours.to_owned(), |own| format!("{own} {ours}"))
}

fn own(job: &Definition, program: &str) -> Command {
    (job.augment)(Command::new(program.to_owned()).next_help_heading("Job arguments"))
}

fn check(own: &Command, files: &[&str]) -> Result<(), DeclarationError> {
    if let Some(subcommand) = own.get_subcommands().next() {
        return Err(DeclarationError::Subcommand(
            subcommand.get_name().to_owned(),
        ));
    }
    let mut ours = options::all();
    ours.retain(|option| !option.is_hide_set());
    let mut seen: Vec<(String, &Arg)> = Vec::new();
    for argument in own.get_arguments() {
        let id = argument.get_id().to_string();
        if argument.is_positional() {
            return Err(DeclarationError::Positional(id));
        }
        for name in names(argument) {
            if let Some(option) = ours.iter().find(|option| names(option).contains(&name)) {
                let option = names(option).pop().unwrap_or_default();
                return Err(DeclarationError::Taken {
                    argument: id,
                    name,
                    option,
                });
            }
            if let Some((name, first)) = seen.iter().find(|(seen, _)| *seen == name) {
                let first = first.get_id().to_string();
                return Err(DeclarationError::Twice {
                    first,
                    second: id,
                    name: name.clone(),
                });
            }
            seen.push((name, argument));
        }
    }
    let known = |file: &&&str| {
        own.get_arguments()
            .all(|argument| argument.get_id().as_str() != **file)
    };
    match files.iter().find(known) {
        Some(file) => Err(DeclarationError::NoSuchFile((*file).to_owned())),
        None => Ok(()),
    }
}

/// All names of `argument` as they are typed, its long one last.
fn names(argument: &Arg) -> Vec<String> {
    let shorts = argument
        .get_short()
        .into_iter()
        .chain(argument.get_all_short_aliases().unwrap_or_default());
    let longs = argument
        .get_all_aliases()
        .unwrap_or_default()
        .into_iter()
        .chain(argument.get_long());
    shorts
        .map(|short| format!("-{short}"))
        .chain(longs.map(|long| format!("--{long}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use clap::ArgAction;

    use super::*;
    use crate::definition::fake;

    fn refused(arguments: fn(Command) -> Command) -> String {
        command(
            &Definition {
                augment: arguments,
                ..fake::JOB
            },
            "job",
        )
        .unwrap_err()
        .to_string()
    }

    /// `--help` is kept in a file; to change it, write what this prints to `tests/data/help.txt`.
    #[cfg(feature = "completions")]
    #[test]
    fn help() {
        let command = command(&fake::JOB, "word_freq")
            .unwrap()
            .no_binary_name(true)
            .term_width(80);
        for option in ["-h", "--help"] {
            let help = command
                .clone()
                .try_get_matches_from([option])
                .unwrap_err()
                .to_string();
            assert_eq!(help, include_str!("../../tests/data/help.txt"), "{help}");
        }
    }

    #[test]
    fn the_command_is_consistent() {
        command(&fake::JOB, "job").unwrap().debug_assert();
    }

    #[test]
    fn names_of_ours_are_refused() {
        assert_eq!(
            refused(|command| command.arg(Arg::new("output_dir").long("output-dir"))),
            "the job's argument `output_dir` is called `--output-dir`, and so is mrjob's own option `--output-dir`\n\
             hint: rename the field, or write `#[arg(long = \"…\")]` with another name"
        );
        let short = refused(|command| command.arg(Arg::new("offset").short('o').long("offset")));
        assert!(
            short.contains("`offset` is called `-o`, and so is mrjob's own option `--output-dir`"),
            "{short}"
        );
        let alias = refused(|command| command.arg(Arg::new("x").long("x").alias("no-cat-output")));
        assert!(
            alias.contains(
                "is called `--no-cat-output`, and so is mrjob's own option `--no-output`"
            ),
            "{alias}"
        );
        let help =
            refused(|command| command.arg(Arg::new("h").short('h').action(ArgAction::SetTrue)));
        assert!(
            help.contains("is called `-h`, and so is mrjob's own option `--help`"),
            "{help}"
        );
    }

    #[cfg(all(feature = "cluster", not(feature = "s3")))]
    #[test]
    fn names_of_what_is_handed_over_are_free() {
        let job = Definition {
            augment: |command| command.arg(Arg::new("region").long("region")),
            file_arguments: || &[],
            ..fake::JOB
        };
        let command = command(&job, "job").unwrap();
        let matches = command
            .try_get_matches_from(["job", "--region", "north"])
            .unwrap();
        assert_eq!(matches.get_one::<String>("region").unwrap(), "north");
    }

    #[test]
    fn other_mistakes_of_a_job_are_refused() {
        let twice = |command: Command| {
            command
                .arg(Arg::new("a").long("x"))
                .arg(Arg::new("b").long("y").alias("x"))
        };
        assert_eq!(
            refused(twice),
            "the job's arguments `a` and `b` are both called `--x`"
        );
        assert_eq!(
            refused(|command| command.arg(Arg::new("path"))),
            "the job's argument `path` has neither a long nor a short name, but what stands alone is input\n\
             hint: write `#[arg(long)]`"
        );
        let subcommand = refused(|command| command.subcommand(Command::new("sub")));
        assert_eq!(
            subcommand,
            "the job has a subcommand `sub`, but a job's arguments are options"
        );
        let no_file = command(
            &Definition {
                file_arguments: || &["nope"],
                ..fake::JOB
            },
            "job",
        )
        .unwrap_err();
        assert_eq!(
            no_file.to_string(),
            "the job has no argument `nope`, which it says is a file"
        );
    }
}
