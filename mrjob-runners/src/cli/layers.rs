//! What files, the job and the command line say, laid over each other: later ones count more.

use crate::features;
use serde_json::Value;

use crate::config::{
    self, Choice, Entry, Files, Item, OptionValue, Origin, Settings, UsageError, environment,
};
use crate::definition::Definition;
use crate::options::{Kind, OptionRow, find};
use crate::planner::raw_options::{RawOptions, RawValue};

/// What is in force, and what the user should know of the files.
///
/// # Errors
///
/// Everything that is wrong in the files.
pub(crate) fn with_files(
    given: &RawOptions,
    job: &Definition,
) -> Result<(Settings, Vec<String>), UsageError> {
    if !features::CONFIGURATION {
        return match given.conf {
            Choice::Files(ref files) if !files.is_empty() => Err(UsageError::all(vec![
                "configuration files can't be read: this program was built without mrjob's feature `configuration`",
            ])),
            _ => Ok((without_files(given, job), Vec::new())),
        };
    }
    let wrong = |error: config::ConfigError| UsageError::all(error.problems().iter().collect());
    let runner = given.runner;
    let files = Files::read(&given.conf, &environment).map_err(wrong)?;
    let mut settings = files.settings(runner, &environment).map_err(wrong)?;
    lay(&mut settings, given, job);
    let warnings = files.warnings(Some(runner)).map(ToString::to_string);
    Ok((settings, warnings.collect()))
}

/// What is in force without files.
pub(crate) fn without_files(given: &RawOptions, job: &Definition) -> Settings {
    let mut settings = Settings::new(given.runner);
    lay(&mut settings, given, job);
    settings
}

fn lay(settings: &mut Settings, given: &RawOptions, job: &Definition) {
    let own = job.jobconf.iter().map(|(key, value)| (*key, *value));
    let jobconf = find("jobconf").expect("the table has this option");
    settings.lay(&layer(jobconf, pairs(own, &Origin::Job)));
    for (row, typed) in &given.options {
        let origin = Origin::Switch(row.name);
        let item = |value: Value| Item {
            value,
            origins: vec![origin.clone()],
        };
        let said = match typed {
            RawValue::One(value) => OptionValue::One(item(value.clone())),
            RawValue::Path(path) => {
                settings.keep_path(row.name, path.clone());
                OptionValue::One(item(path.to_string_lossy().into()))
            }
            RawValue::List(texts) => {
                let texts = texts.iter().cloned().flat_map(|text| match row.kind {
                    Kind::Paths => config::expand_pattern(text),
                    _ => vec![text],
                });
                OptionValue::List(texts.map(|text| item(text.into())).collect())
            }
            RawValue::Pairs(typed) => {
                let typed = typed.iter();
                pairs(
                    typed.map(|(key, value)| (key.as_str(), value.as_str())),
                    &origin,
                )
            }
        };
        settings.lay(&layer(row, said));
    }
}

fn layer(row: &'static OptionRow, said: OptionValue) -> config::Layer {
    config::Layer {
        row,
        clear: false,
        said: Some(said),
    }
}

fn pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>, origin: &Origin) -> OptionValue {
    let entry = |(key, value): (&str, &str)| Entry {
        key: key.to_owned(),
        clear: false,
        item: Some(Item {
            value: value.into(),
            origins: vec![origin.clone()],
        }),
    };
    OptionValue::Map(pairs.map(entry).collect())
}
