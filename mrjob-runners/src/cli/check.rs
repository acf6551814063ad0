//! From what was typed to a plan: everything is looked up, and everything that is wrong is said at once.

use std::ffi::OsString;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::{env, fs, thread};

use clap::{ArgMatches, Command};
use mrjob_core::task::Program;

use super::given::{Given, RunnerName};
#[cfg(feature = "emr")]
use super::outputs::make_remote;
use super::outputs::{check_outputs, compression, output_folder};
use super::problems::{Problems, UsageError, said};
use super::{cleanup, cluster, jobconf};
use crate::clock::Utc;
use crate::config::{Origin, Settings};
use crate::definition::Definition;
use crate::fs::Access;
use crate::input::{self, Contents};
use crate::local::most_workers;
use crate::memory;
use crate::options::RunnerKind;
use crate::plan::{Input, Output, Plan};
use crate::surroundings;

/// The least memory that a run can be given: 16 MiB.
const LEAST_MEMORY: u64 = 16 << 20;

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

/// Checks that the files which the job's own arguments name can be read.
///
/// # Errors
///
/// All that can't.
pub(crate) fn files(
    job: &Definition,
    command: &Command,
    matches: &ArgMatches,
) -> Result<(), UsageError> {
    let mut problems = Problems::default();
    for id in (job.file_arguments)() {
        let argument = command
            .get_arguments()
            .find(|argument| argument.get_id() == id);
        let name = argument.map(
            |argument| match (argument.get_long(), argument.get_short()) {
                (Some(long), _) => format!("--{long}"),
                (None, short) => format!("-{}", short.unwrap_or_default()),
            },
        );
        for path in matches.get_raw(id).into_iter().flatten() {
            if let Err(error) = readable(Path::new(path)) {
                let (name, path) = (name.as_deref().unwrap_or(id), path.display());
                problems.add(format_args!(
                    "failed to read `{path}`, given by `{name}`: {error}"
                ));
            }
        }
    }
    problems.check()
}

fn readable(path: &Path) -> std::io::Result<()> {
    if fs::File::open(path)?.metadata()?.is_dir() {
        return Err(std::io::ErrorKind::IsADirectory.into());
    }
    Ok(())
}

/// The plan of a run of `program`, with what is in force and the `files` of the job's arguments.
///
/// # Errors
///
/// Everything that is wrong with what was typed, or isn't possible.
pub(crate) fn plan(
    given: &Given,
    settings: &Settings,
    job: &Definition,
    program: &dyn Program,
    files: Vec<PathBuf>,
) -> Result<Plan, UsageError> {
    let mut problems = Problems::default();
    check_runner(given.runner, &mut problems);
    #[cfg(feature = "emr")]
    if given.runner == RunnerName::Emr {
        return super::emr::plan(given, settings, job, program, files, problems);
    }
    let on_cluster = given.runner == RunnerName::Hadoop && cfg!(feature = "hadoop");
    let (remote, here) = if on_cluster {
        given.inputs.iter().cloned().partition(cluster::is_remote)
    } else {
        (Vec::new(), given.inputs.clone())
    };
    let inputs = match (remote.is_empty(), here.is_empty()) {
        (false, true) => Vec::new(),
        _ => inputs(&here, &access(settings), program, &mut problems),
    };
    let mut output = Output {
        dir: output_folder(settings, "output_dir"),
        ..Output::default()
    };
    if !on_cluster {
        check_outputs(given, settings, &mut problems);
        #[cfg(feature = "emr")]
        make_remote(&mut output, settings, &mut problems);
    }
    let in_folder = output.is_folder();
    output.compression = compression(given, settings, in_folder, &mut problems);
    output.cat = settings.bool("cat_output").unwrap_or(!in_folder);
    let mut plan = rest(settings, job, program, inputs, output, &mut problems);
    plan.surroundings =
        surroundings::resolve(settings, files, &mut |problem| problems.add(problem));
    #[cfg(feature = "hadoop")]
    if on_cluster {
        plan.hadoop = Some(cluster::config(settings, remote, &mut problems));
    } else if plan.reducers.is_some() && settings.bool("total_order") == Some(true) {
        problems.add(format_args!(
            "{} and {} are for clusters together\nhint: on this machine the output is in order without them",
            said(settings, "total_order"),
            said(settings, "reducers"),
        ));
    }
    problems.check().map(|()| plan)
}

/// The plan of a run over `inputs` that leaves its output in memory or temporary files.
///
/// # Errors
///
/// Everything that is wrong with what was typed, as far as it counts for such a run.
pub(crate) fn sandbox_plan(
    settings: &Settings,
    job: &Definition,
    program: &dyn Program,
    inputs: Vec<Input>,
) -> Result<Plan, UsageError> {
    let mut problems = Problems::default();
    let plan = rest(
        settings,
        job,
        program,
        inputs,
        Output::default(),
        &mut problems,
    );
    let surroundings =
        surroundings::resolve(settings, Vec::new(), &mut |problem| problems.add(problem));
    problems.check().map(|()| Plan {
        surroundings,
        step_output_dir: None,
        ..plan
    })
}

/// What neither input nor output is.
pub(super) fn rest(
    settings: &Settings,
    job: &Definition,
    program: &dyn Program,
    inputs: Vec<Input>,
    output: Output,
    problems: &mut Problems,
) -> Plan {
    let jobconf = settings.pairs("jobconf");
    problems.keep(jobconf::check_longest_record(&jobconf));
    let memory = settings
        .size("memory")
        .unwrap_or_else(|| memory::default_budget().max(LEAST_MEMORY));
    if memory < LEAST_MEMORY {
        problems.add(format_args!(
            "{} must be 16M or more",
            said(settings, "memory")
        ));
    }
    Plan {
        job: job.name.to_owned(),
        job_key: job_key(
            settings.text("label").unwrap_or(&snake_case(job.name)),
            settings.text("owner"),
        ),
        steps: program.steps().to_vec(),
        inputs,
        output,
        step_output_dir: output_folder(settings, "step_output_dir"),
        memory,
        workers: match settings.runner() {
            RunnerKind::Inline => NonZeroUsize::MIN,
            _ => workers(settings.whole("num_cores"), memory),
        },
        reducers: reducers(settings, &jobconf, problems),
        maps: problems.keep(jobconf::MAPS.find(&jobconf)).flatten(),
        jobconf,
        surroundings: surroundings::Surroundings::default(),
        temp_dir: temp_dir(settings, problems),
        cleanup: cleanup::here(
            settings.words("cleanup"),
            settings.words("cleanup_on_failure"),
        ),
        #[cfg(feature = "hadoop")]
        hadoop: None,
        #[cfg(feature = "emr")]
        emr: None,
    }
}

fn check_runner(runner: RunnerName, problems: &mut Problems) {
    match runner {
        RunnerName::Inline | RunnerName::Local => {}
        RunnerName::Hadoop if cfg!(feature = "hadoop") => {}
        RunnerName::Hadoop => {
            problems.add(
                "`-r hadoop` can't be: this program was built without mrjob's feature `hadoop`\n\
                 hint: it is on by default; build it without `default-features = false`",
            );
        }
        RunnerName::Emr if cfg!(feature = "emr") => {}
        RunnerName::Emr => problems.add(NO_EMR),
    }
}

/// How remote file systems are got at.
pub(super) fn access(settings: &Settings) -> Access {
    Access {
        region: settings.text("region").map(str::to_owned),
        profile: settings.text("aws_profile").map(str::to_owned),
    }
}

pub(super) fn inputs(
    given: &[OsString],
    access: &Access,
    program: &dyn Program,
    problems: &mut Problems,
) -> Vec<Input> {
    let first = program.steps().first();
    let contents = first.map_or(Contents::Lines, Contents::of);
    input::resolve(given, access, contents).unwrap_or_else(|errors| {
        errors.iter().for_each(|error| problems.add(error));
        Vec::new()
    })
}

/// The number of reduce tasks: by its own option, or as a property. Of the two that counts which was said later; where both
/// were said in the same place they must agree.
fn reducers(
    settings: &Settings,
    jobconf: &[(String, String)],
    problems: &mut Problems,
) -> Option<NonZeroU32> {
    let property = problems.keep(jobconf::REDUCES.find(jobconf)).flatten();
    let (Some(option), Some(property)) = (settings.whole("reducers"), property) else {
        return settings.whole("reducers").or(property);
    };
    let key = jobconf::REDUCES.key(jobconf);
    let origins = [
        settings.origin("reducers", None),
        settings.origin("jobconf", key),
    ];
    let [by_option, by_property] = origins.map(|origin| origin.map(layer));
    if by_option == by_property && option != property {
        let key = key.unwrap_or_default();
        problems.add(match origins {
            [Some(Origin::File(one)), Some(Origin::File(other))] => {
                format!("`reducers: {option}` in {one} and `{key}: {property}` in {other} say different things")
            }
            _ => format!("`--reducers {option}` and `-D {key}={property}` say different things"),
        });
    }
    Some(if by_option >= by_property {
        option
    } else {
        property
    })
}

/// Larger for what counts more.
fn layer(origin: &Origin) -> u8 {
    match origin {
        Origin::File(_) => 0,
        Origin::Job => 1,
        Origin::Switch(_) => 2,
    }
}

fn temp_dir(settings: &Settings, problems: &mut Problems) -> PathBuf {
    let chosen = settings.path("local_tmp_dir");
    let name = match &chosen {
        Some(_) => said(settings, "local_tmp_dir"),
        None => "`TMPDIR`".to_owned(),
    };
    // A variable that is empty is as good as none.
    let system = || Some(env::temp_dir()).filter(|dir| !dir.as_os_str().is_empty());
    let dir = chosen.or_else(system).unwrap_or_else(|| "/tmp".into());
    if !dir.is_dir() {
        problems.add(format_args!(
            "{name} is `{}`, which isn't a folder",
            dir.display()
        ));
    }
    dir
}

/// As many as asked for, or one a core that this process may use, as far as `memory` goes.
pub(crate) fn workers(asked: Option<NonZeroU32>, memory: u64) -> NonZeroUsize {
    match asked {
        Some(number) => number.try_into().unwrap_or(NonZeroUsize::MAX),
        None => thread::available_parallelism()
            .unwrap_or(NonZeroUsize::MIN)
            .min(most_workers(memory)),
    }
}

/// A name of a run: `word_freq.ann.20260102.030405.678901`.
fn job_key(label: &str, owner: Option<&str>) -> String {
    let login = || {
        ["USER", "LOGNAME"]
            .into_iter()
            .find_map(|name| env::var(name).ok().filter(|owner| !owner.is_empty()))
    };
    let owner = owner.map(str::to_owned).or_else(login);
    let owner = owner.unwrap_or_else(|| "no_user".to_owned());
    let [label, owner] = [label, &owner].map(|name| name.replace(['/', '.'], "_"));
    format!("{label}.{owner}.{}", Utc::now().compact())
}

/// `WordFreq` as `word_freq`.
pub(crate) fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut before = '_';
    for c in name.chars() {
        if c.is_uppercase() && before != '_' && !before.is_uppercase() {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
        before = c;
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{command, layers};
    use crate::definition::fake::{FakeProgram, JOB};

    fn planned<S: Into<OsString>>(typed: impl IntoIterator<Item = S>) -> Result<Plan, String> {
        let command = command::command(&JOB, "job").unwrap().no_binary_name(true);
        let matches = command
            .clone()
            .try_get_matches_from(typed.into_iter().map(Into::into))
            .unwrap();
        let checked = files(&JOB, &command, &matches);
        let given = Given::from_matches(&matches);
        let settings = layers::without_files(&given, &JOB);
        let plan =
            checked.and_then(|()| plan(&given, &settings, &JOB, &FakeProgram::new(), Vec::new()));
        plan.map_err(|error| error.to_string())
    }

    fn words(typed: &str) -> Result<Plan, String> {
        planned(typed.split_whitespace())
    }

    #[test]
    fn defaults() {
        let plan = words("").unwrap();
        assert!(matches!(plan.inputs[..], [Input::Stdin]));
        assert_eq!(
            (plan.output.dir, plan.output.cat, plan.step_output_dir),
            (None, true, None)
        );
        assert_eq!(
            (plan.reducers.map(NonZeroU32::get), plan.maps),
            (Some(5), None)
        );
        assert_eq!(
            plan.jobconf,
            [("mapreduce.job.reduces", "5"), ("own", "1")].map(|(k, v)| (k.into(), v.into()))
        );
        assert!(plan.memory >= LEAST_MEMORY);
        assert_eq!(plan.workers, thread::available_parallelism().unwrap());
        assert!(plan.job_key.starts_with("word_freq."), "{}", plan.job_key);
        assert_eq!(plan.temp_dir, env::temp_dir());
    }

    #[test]
    fn output_goes_to_standard_output_unless_a_folder_is_named() {
        let cat = |typed| words(typed).unwrap().output.cat;
        assert!(!cat("-o new"));
        assert!(cat("-o new --cat-output"));
        assert!(!cat("--no-output") && !cat("--no-cat-output") && !cat("--cat-output --no-output"));
        assert!(cat("--no-output --cat-output"));
    }

    #[test]
    fn reducers_may_be_asked_for_in_two_ways() {
        let reducers = |typed: &str| words(typed).map(|plan| plan.reducers.map(NonZeroU32::get));
        assert_eq!(reducers("--reducers 3"), Ok(Some(3)));
        assert_eq!(
            reducers("-D mapreduce.job.reduces=4 -Dmapreduce.job.reduces=6"),
            Ok(Some(6))
        );
        assert_eq!(
            reducers("--jobconf mapred.reduce.tasks=2 --reducers 2"),
            Ok(Some(2))
        );
        assert_eq!(
            reducers("-Dmapreduce.job.reduces=4 --reducers 3"),
            Err("`--reducers 3` and `-D mapreduce.job.reduces=4` say different things".to_owned())
        );
        assert_eq!(
            reducers("-Dmapreduce.job.reduces=none"),
            Err("`-D mapreduce.job.reduces=none` must be a whole number, 1 or more".to_owned())
        );
        assert_eq!(
            words("-Dmapreduce.job.maps=7").unwrap().maps,
            NonZeroU32::new(7)
        );
    }

    #[test]
    fn numbers_and_sizes() {
        let plan = words("--num-cores 3 --memory 2G -D a=b=c -Dd=").unwrap();
        assert_eq!((plan.workers.get(), plan.memory), (3, 2 << 30));
        assert_eq!(
            plan.jobconf[2..],
            [("a".into(), "b=c".into()), ("d".into(), String::new())]
        );
        assert_eq!(
            words("--memory 1M").unwrap_err(),
            "`--memory` must be 16M or more"
        );
    }

    #[test]
    fn folders_of_output_are_new_or_empty() {
        let root = tempfile::tempdir().unwrap();
        let full = root.path().join("full");
        fs::create_dir_all(full.join("x")).unwrap();
        let with = |dir: &Path| planned([OsString::from("-o"), dir.into()]);
        assert!(with(&root.path().join("new/er")).is_ok());
        assert!(with(&full.join("x")).is_ok());
        assert_eq!(
            with(&full).unwrap_err(),
            format!(
                "failed to write to `{}`: the folder isn't empty\nhint: choose another one, or remove it first",
                full.display()
            )
        );
        let file = full.join("x/file");
        fs::write(&file, "").unwrap();
        assert!(with(&file).unwrap_err().contains("it is not a folder"));
        for same in [
            "-o a --step-output-dir a",
            "-o a --step-output-dir a/steps",
            "-o a/0000 --step-output-dir a",
        ] {
            let said = words(same).unwrap_err();
            assert!(said.contains("must be different folders"), "{said}");
        }
        assert!(words("-o ab --step-output-dir a").is_ok());
    }

    #[test]
    #[cfg(not(feature = "emr"))]
    fn everything_wrong_is_said_at_once() {
        let others = "input `missing` doesn't exist\n\
                      `--memory` must be 16M or more\n\
                      `--local-tmp-dir` is `nowhere`, which isn't a folder";
        assert_eq!(
            words("-r emr missing --memory 1k --local-tmp-dir nowhere").unwrap_err(),
            format!("{NO_EMR}\n{others}")
        );
    }

    #[test]
    fn the_jobs_files_exist() {
        assert_eq!(
            words("--stop-words nope.txt").unwrap_err(),
            "failed to read `nope.txt`, given by `--stop-words`: No such file or directory (os error 2)"
        );
        assert_eq!(
            words("--stop-words /").unwrap_err(),
            "failed to read `/`, given by `--stop-words`: is a directory"
        );
    }

    #[test]
    fn names() {
        let all = ["WordFreq", "TFIDF", "Top10Words", "x", "a_B"]
            .map(snake_case)
            .join(" ");
        assert_eq!(all, "word_freq tfidf top10_words x a_b");
    }
}
