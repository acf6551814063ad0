//! The job's own arguments as typed, for processes that build the job again.

use std::ffi::{OsStr, OsString};

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::definition::Definition;

/// Those arguments of `job` in `matches` that were typed, in their order, so that reading them again gives the same job.
/// Paths of files become absolute: a task's working directory is another one.
pub(crate) fn own_arguments(job: &Definition, matches: &ArgMatches) -> Vec<OsString> {
    with_files(job, matches, &mut absolute)
}

/// The same for processes on other machines: files are by their names in a task's working directory.
pub(crate) fn shipped(
    job: &Definition,
    matches: &ArgMatches,
) -> crate::task_env::job_files::JobArguments {
    let mut names = crate::task_env::job_files::Names::default();
    let arguments = with_files(job, matches, &mut |path| names.name(&absolute(path)));
    names.shipped(arguments)
}

/// Those of our own options in `matches` that were typed, likewise, and the inputs behind them.
pub(crate) fn options(matches: &ArgMatches) -> Vec<OsString> {
    let mut all = super::options::all();
    all.retain(|option| matches.try_contains_id(option.get_id().as_str()).is_ok());
    let (inputs, options): (Vec<Arg>, Vec<Arg>) = all.into_iter().partition(Arg::is_positional);
    let mut words = typed(&options, &[], matches, &mut OsStr::to_owned);
    let inputs = inputs.iter().map(|input| input.get_id().as_str());
    words.push("--".into());
    words.extend(
        inputs
            .flat_map(|id| matches.get_raw(id).into_iter().flatten())
            .map(OsStr::to_owned),
    );
    words
}

/// The job's arguments, with each file called as `named` says.
fn with_files(
    job: &Definition,
    matches: &ArgMatches,
    named: &mut dyn FnMut(&OsStr) -> OsString,
) -> Vec<OsString> {
    let own = (job.augment)(Command::new(job.name));
    let arguments: Vec<Arg> = own.get_arguments().cloned().collect();
    typed(&arguments, (job.file_arguments)(), matches, named)
}

/// Those of `arguments` that were typed, in their order; the `files` among them are called as `named` says.
fn typed(
    arguments: &[Arg],
    files: &[&str],
    matches: &ArgMatches,
    named: &mut dyn FnMut(&OsStr) -> OsString,
) -> Vec<OsString> {
    let mut found: Vec<(usize, Vec<OsString>)> = Vec::new();
    for argument in arguments {
        let id = argument.get_id().as_str();
        let is_file = files.contains(&id);
        let source = matches.value_source(id);
        // A file's default is a path, too.
        if source == Some(ValueSource::CommandLine) || is_file && source.is_some() {
            found.extend(match is_file {
                true => occurrences(argument, matches, named),
                false => occurrences(argument, matches, &mut OsStr::to_owned),
            });
        }
    }
    found.sort_by_key(|(position, _)| *position);
    found.into_iter().flat_map(|(_, words)| words).collect()
}

/// The words of each time that `argument` was given, and where it was.
fn occurrences(
    argument: &Arg,
    matches: &ArgMatches,
    named: &mut dyn FnMut(&OsStr) -> OsString,
) -> Vec<(usize, Vec<OsString>)> {
    let id = argument.get_id().as_str();
    let mut positions = matches.indices_of(id).into_iter().flatten();
    let mut position = |values: usize| {
        positions
            .by_ref()
            .take(values.max(1))
            .min()
            .unwrap_or(usize::MAX)
    };
    match argument.get_action() {
        ArgAction::SetTrue | ArgAction::SetFalse => vec![(position(1), vec![name(argument)])],
        ArgAction::Count => {
            let times = usize::from(matches.get_count(id));
            vec![(position(1), vec![name(argument); times])]
        }
        _ => {
            let occurrences = matches.get_raw_occurrences(id).into_iter().flatten();
            let words = occurrences.map(|values| {
                let values: Vec<OsString> = values.map(&mut *named).collect();
                (position(values.len()), words(argument, &values))
            });
            words.collect()
        }
    }
}

/// `--name=value`, or several words where an argument takes several values.
fn words(argument: &Arg, values: &[OsString]) -> Vec<OsString> {
    let joined = match (values, argument.get_value_delimiter()) {
        ([value], _) => value.clone(),
        ([_, ..], Some(delimiter)) => values.join(OsStr::new(delimiter.encode_utf8(&mut [0; 4]))),
        _ => return [&[name(argument)], values].concat(),
    };
    let mut word = name(argument);
    word.push("=");
    word.push(joined);
    vec![word]
}

fn name(argument: &Arg) -> OsString {
    match (argument.get_long(), argument.get_short()) {
        (Some(long), _) => format!("--{long}").into(),
        (None, Some(short)) => format!("-{short}").into(),
        (None, None) => unreachable!("what stands alone is input"),
    }
}

/// What can't be made absolute stays as it is.
fn absolute(path: &OsStr) -> OsString {
    std::path::absolute(path).map_or_else(|_| path.to_owned(), Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command;
    use crate::definition::fake;

    /// What `typed` is replayed as, which reads as the same arguments.
    fn replayed(typed: &str) -> String {
        let read = |words: Vec<OsString>| {
            let command = command::command(&fake::JOB, "job")
                .unwrap()
                .no_binary_name(true);
            own_arguments(&fake::JOB, &command.try_get_matches_from(words).unwrap())
        };
        let once = read(typed.split(' ').map(Into::into).collect());
        assert_eq!(read(once.clone()), once);
        once.join(OsStr::new(" ")).into_string().unwrap()
    }

    #[test]
    fn only_what_was_typed_in_its_order() {
        let typed = "in.txt --also x --min-length 3 -o out --fold -ay other -D k=v --reducers 3";
        assert_eq!(replayed(typed), "--also=x --min-length=3 --fold --also=y");
        assert_eq!(replayed("in.txt"), "");
    }

    #[test]
    fn every_kind_of_argument() {
        assert_eq!(replayed("-lll --min-length=2"), "-l -l -l --min-length=2");
        assert_eq!(replayed("--also=--also --also="), "--also=--also --also=");
        assert_eq!(replayed("--between a b x"), "--between a b");
        assert_eq!(replayed("--only=a,b --only c"), "--only=c");
    }

    #[test]
    fn the_last_one_counts() {
        assert_eq!(
            replayed("--min-length 3 --fold --min-length 4 --fold"),
            "--min-length=4 --fold"
        );
    }

    #[cfg(feature = "cluster")]
    #[test]
    fn our_options_are_handed_over() {
        let command = command::command(&fake::JOB, "job").unwrap();
        let typed = "job in.txt -r emr --min-length 3 --instance-type m5.large -Da=b -v --num-core-instances=2 x";
        let matches = command.try_get_matches_from(typed.split(' ')).unwrap();
        let expected = "--runner=emr --instance-type=m5.large --jobconf=a=b --verbose --num-core-instances=2 -- in.txt x";
        assert_eq!(options(&matches), expected.split(' ').collect::<Vec<_>>());
    }

    #[cfg(feature = "cluster")]
    #[test]
    fn files_are_named_for_other_machines() {
        let command = command::command(&fake::JOB, "job").unwrap();
        let typed = ["job", "--stop-words", "a/x y.txt", "--fold"];
        let matches = command.try_get_matches_from(typed).unwrap();
        let shipped = shipped(&fake::JOB, &matches);
        assert_eq!(shipped.arguments, ["--stop-words=x_y.txt", "--fold"]);
        let path = std::env::current_dir().unwrap().join("a/x y.txt");
        assert_eq!(shipped.files[0].path, path);
    }

    #[test]
    fn files_become_absolute() {
        let path = std::env::current_dir().unwrap().join("x.txt");
        assert_eq!(
            replayed("--stop-words x.txt"),
            format!("--stop-words={}", path.display())
        );
    }
}
