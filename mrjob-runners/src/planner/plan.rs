//! From what was typed to a plan: everything is looked up, and everything that is wrong is said at once.

use std::ffi::OsString;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::{env, thread};

use clap::{ArgMatches, Command};
use mrjob_core::program::Program;

use super::outputs::{check_outputs, compression, make_remote, output_folder};
use super::{cleanup, jobconf};
use crate::clock::Utc;
use crate::config::problems::Problems;
use crate::config::{Origin, Settings, UsageError, said};
use crate::definition::Definition;
#[cfg(feature = "cluster")]
use crate::fs::Address;
use crate::fs::{self, Access};
use crate::input::{self, Contents, Input};
use crate::memory::shares::most_workers;
use crate::options::RunnerKind;
use crate::plan::{Output, Plan};
use crate::planner::raw_options::RawOptions;
use crate::run::{RunError, Runner};
use crate::stop::Stop;
use crate::task_env::job_files::JobArguments;
use crate::{memory, task_env};

/// The least memory that a run can be given: 16 MiB.
const LEAST_MEMORY: u64 = 16 << 20;

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
    if std::fs::File::open(path)?.metadata()?.is_dir() {
        return Err(std::io::ErrorKind::IsADirectory.into());
    }
    Ok(())
}

/// What a runner plans by.
pub(crate) struct Ask<'a> {
    pub(crate) given: &'a RawOptions,
    /// What is in force.
    pub(crate) settings: &'a Settings,
    pub(crate) job: &'a Definition,
    pub(crate) program: &'a dyn Program,
    /// The files that the job's own arguments name.
    pub(crate) own_files: Vec<PathBuf>,
    /// The program's file, where that isn't this process's.
    pub(crate) program_file: Option<PathBuf>,
    /// Whether tasks are threads of this process, whose `main` isn't the job's.
    pub(crate) in_threads: bool,
    /// The job's arguments for tasks elsewhere, with the files that they name.
    #[cfg_attr(
        not(feature = "cluster"),
        expect(dead_code, reason = "for tasks elsewhere")
    )]
    pub(crate) shipped: &'a JobArguments,
    /// Set when the user doesn't wait any longer.
    #[cfg_attr(
        not(feature = "cluster"),
        expect(dead_code, reason = "nothing is waited for")
    )]
    pub(crate) stop: &'a Stop,
}

/// A runner as the command line finds it.
pub(crate) struct RunnerDef {
    pub(crate) kind: RunnerKind,
    /// Looks everything up, and says all that is wrong.
    pub(crate) plan: fn(&Ask<'_>, &mut Problems) -> Planned,
}

/// What is run, and what runs it.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) plan: Plan,
    pub(crate) runner: Box<dyn Runner>,
    /// Why the run would be refused as things are, though what was typed is right.
    pub(crate) refusal: Option<RunError>,
}

/// The plan of a run on this machine.
pub(crate) fn on_this_machine(ask: &Ask<'_>, problems: &mut Problems) -> Plan {
    let Ask {
        given,
        settings,
        program,
        ..
    } = *ask;
    let inputs = inputs(&given.inputs, &access(settings), program, problems);
    let mut output = Output {
        dir: output_folder(settings, "output_dir"),
        ..Output::default()
    };
    check_outputs(given, settings, problems);
    make_remote(&mut output, settings, problems);
    finish_output(&mut output, ask, problems);
    let plan = common(ask, inputs, output, problems);
    if plan.reducers.is_some() && settings.bool("total_order") == Some(true) {
        problems.add(format_args!(
            "{} and {} are for clusters together\nhint: on this machine the output is in order without them",
            said(settings, "total_order"),
            said(settings, "reducers"),
        ));
    }
    plan
}

/// The inputs that are a cluster's, and those of this machine; standard input where there is none.
#[cfg(feature = "cluster")]
pub(crate) fn cluster_inputs(
    ask: &Ask<'_>,
    problems: &mut Problems,
) -> (Vec<OsString>, Vec<Input>) {
    let all = ask.given.inputs.iter().cloned();
    let is_here = |given: &OsString| Address::of(&given.to_string_lossy()).is_local();
    let (here, remote): (Vec<_>, Vec<_>) = all.partition(is_here);
    let local = match (remote.is_empty(), here.is_empty()) {
        (false, true) => Vec::new(),
        _ => inputs(&here, &access(ask.settings), ask.program, problems),
    };
    (remote, local)
}

/// Sets how the output is compressed, and whether it goes to standard output.
pub(crate) fn finish_output(output: &mut Output, ask: &Ask<'_>, problems: &mut Problems) {
    let in_folder = output.is_folder();
    output.compression = compression(ask.given, ask.settings, in_folder, problems);
    output.cat = ask.settings.bool("cat_output").unwrap_or(!in_folder);
}

/// What every plan has.
pub(crate) fn common(
    ask: &Ask<'_>,
    inputs: Vec<Input>,
    output: Output,
    problems: &mut Problems,
) -> Plan {
    let mut plan = rest(ask.settings, ask.job, ask.program, inputs, output, problems);
    plan.surroundings = task_env::resolve(ask.settings, ask.own_files.clone(), &mut |problem| {
        problems.add(problem);
    });
    plan
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
        task_env::resolve(settings, Vec::new(), &mut |problem| problems.add(problem));
    problems.check().map(|()| Plan {
        surroundings,
        step_output_dir: None,
        ..plan
    })
}

/// What neither input nor output is.
fn rest(
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
        surroundings: task_env::Surroundings::default(),
        temp_dir: temp_dir(settings, problems),
        cleanup: cleanup::of(settings, "LOCAL_TMP"),
    }
}

/// How file systems are got at.
pub(crate) fn access(settings: &Settings) -> Access {
    let mut access = Access::default();
    for option in fs::options() {
        if let Some(value) = settings.shown(option) {
            access.set(option, value);
        }
    }
    access
}

pub(crate) fn inputs(
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
    use std::fs;

    use super::*;
    use crate::runners::fake;

    fn planned<S: Into<OsString>>(typed: impl IntoIterator<Item = S>) -> Result<Plan, String> {
        let planned = fake::planned(typed);
        planned
            .map(|planned| planned.plan)
            .map_err(|error| error.to_string())
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
