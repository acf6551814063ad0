//! What files, the job and the command line say, laid over each other: later ones count more.

use serde_json::Value;

use super::given::{Given, RunnerName};
use super::problems::UsageError;
use crate::config::{self, Choice, Entry, Files, Item, Origin, Said, Settings, environment};
use crate::definition::Definition;
use crate::options::{Kind, Rule, RunnerKind, find};
use crate::surroundings::BUILT_IN;

/// What is in force, and what the user should know of the files.
///
/// # Errors
///
/// Everything that is wrong in the files.
pub(crate) fn with_files(
    given: &Given,
    job: &Definition,
) -> Result<(Settings, Vec<String>), UsageError> {
    if !config::BUILT_IN {
        return match given.conf {
            Choice::Files(ref files) if !files.is_empty() => Err(UsageError::all(vec![
                "configuration files can't be read: this program was built without mrjob's feature `configuration`",
            ])),
            _ => Ok((without_files(given, job), Vec::new())),
        };
    }
    let wrong = |error: config::ConfigError| UsageError::all(error.problems().iter().collect());
    let runner = kind(given.runner);
    let files = Files::read(&given.conf, &environment).map_err(wrong)?;
    let mut settings = files.settings(runner, &environment).map_err(wrong)?;
    lay(&mut settings, given, job);
    let warnings = files.warnings(Some(runner)).map(ToString::to_string);
    Ok((settings, warnings.collect()))
}

/// What is in force without files.
pub(crate) fn without_files(given: &Given, job: &Definition) -> Settings {
    let mut settings = Settings::new(kind(given.runner));
    lay(&mut settings, given, job);
    settings
}

fn kind(runner: RunnerName) -> RunnerKind {
    match runner {
        RunnerName::Inline => RunnerKind::Inline,
        RunnerName::Local => RunnerKind::Local,
        RunnerName::Hadoop => RunnerKind::Hadoop,
        RunnerName::Emr => RunnerKind::Emr,
    }
}

fn lay(settings: &mut Settings, given: &Given, job: &Definition) {
    let own = job.jobconf.iter().map(|(key, value)| (*key, *value));
    pairs(settings, "jobconf", own, &Origin::Job);
    typed_pairs(settings, "jobconf", &given.jobconf);
    if BUILT_IN {
        typed_pairs(settings, "cmdenv", &given.cmdenv);
        for (name, typed) in &given.lists {
            list(settings, name, typed);
        }
    }
    let paths = [
        ("output_dir", &given.output_dir),
        ("step_output_dir", &given.step_output_dir),
        ("local_tmp_dir", &given.temp_dir),
    ];
    for (name, path) in paths {
        if let Some(path) = path {
            one(settings, name, path.to_string_lossy().into());
            settings.keep_path(name, path.clone());
        }
    }
    let values = [
        ("reducers", given.reducers.map(|n| n.get().into())),
        ("num_cores", given.num_cores.map(|n| n.get().into())),
        ("memory", given.memory.map(|bytes| bytes.to_string().into())),
        ("cat_output", given.cat_output.map(Value::from)),
        #[cfg(feature = "emr")]
        ("region", given.region.clone().map(Value::from)),
        #[cfg(feature = "emr")]
        ("aws_profile", given.aws_profile.clone().map(Value::from)),
        ("label", given.label.clone().map(Value::from)),
        ("owner", given.owner.clone().map(Value::from)),
        ("sh_bin", given.sh_bin.clone().map(Value::from)),
        ("cleanup", given.cleanup.clone().map(Value::from)),
        (
            "cleanup_on_failure",
            given.cleanup_on_failure.clone().map(Value::from),
        ),
    ];
    for (name, value) in values {
        if let Some(value) = value {
            one(settings, name, value);
        }
    }
    #[cfg(feature = "hadoop")]
    for (name, value) in &given.cluster {
        one(settings, name, value.clone());
    }
}

/// A switch that was typed.
fn one(settings: &mut Settings, name: &str, value: Value) {
    let row = find(name).expect("the table has this option");
    let item = |value| Item {
        value,
        origins: vec![Origin::Switch(row.name)],
    };
    let said = Some(match (row.kind.rule(), value) {
        (Rule::Concatenate, Value::Array(values)) => {
            Said::List(values.into_iter().map(item).collect())
        }
        (_, value) => Said::One(item(value)),
    });
    settings.lay(&config::Given {
        row,
        clear: false,
        said,
    });
}

/// The pairs that were typed.
fn typed_pairs(settings: &mut Settings, name: &'static str, typed: &[(String, String)]) {
    let typed = typed
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()));
    pairs(settings, name, typed, &Origin::Switch(name));
}

/// A list of which something was typed.
fn list(settings: &mut Settings, name: &'static str, typed: &[String]) {
    let row = find(name).expect("the table has this option");
    let texts = typed.iter().cloned().flat_map(|text| match row.kind {
        Kind::Paths => config::expand_pattern(text),
        _ => vec![text],
    });
    let items = texts.map(|text| Item {
        value: text.into(),
        origins: vec![Origin::Switch(name)],
    });
    let items: Vec<Item> = items.collect();
    if !items.is_empty() {
        settings.lay(&config::Given {
            row,
            clear: false,
            said: Some(Said::List(items)),
        });
    }
}

fn pairs<'a>(
    settings: &mut Settings,
    name: &str,
    pairs: impl Iterator<Item = (&'a str, &'a str)>,
    origin: &Origin,
) {
    let entry = |(key, value): (&str, &str)| Entry {
        key: key.to_owned(),
        clear: false,
        item: Some(Item {
            value: value.into(),
            origins: vec![origin.clone()],
        }),
    };
    settings.lay(&config::Given {
        row: find(name).expect("the table has this option"),
        clear: false,
        said: Some(Said::Map(pairs.map(entry).collect())),
    });
}
