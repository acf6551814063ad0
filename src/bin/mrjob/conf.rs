//! `mrjob conf`: what configuration files say.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};
use mrjob_runners::config::{Choice, ConfigError, Files, Shown, environment};
use mrjob_runners::options::{RunnerKind, schema};

use crate::{Refused, print, say};

pub(crate) fn command() -> Command {
    let runner = Arg::new("runner")
        .short('r')
        .long("runner")
        .value_name("RUNNER")
        .value_parser(RunnerKind::ALL.map(RunnerKind::name))
        .default_value("local")
        .help("The runner whose options to show");
    let conf_path = files("conf-path")
        .short('c')
        .long("conf-path")
        .action(ArgAction::Append)
        .overrides_with("no-conf")
        .help("Read this file, not those that are searched for; may be repeated");
    let no_conf = Arg::new("no-conf")
        .long("no-conf")
        .action(ArgAction::SetTrue)
        .overrides_with("conf-path")
        .help("Read no file");
    Command::new("conf")
        .about("Show and check configuration files")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(
            Command::new("show")
                .about("Print every value in force, and where it comes from")
                .args([runner, conf_path, no_conf]),
        )
        .subcommand(
            Command::new("check")
                .about("Say what is wrong in files")
                .arg(files("file").num_args(1..).required(true).help("The files")),
        )
        .subcommand(
            Command::new("schema").about("Print a JSON Schema of configuration files, for editors"),
        )
}

fn files(id: &'static str) -> Arg {
    Arg::new(id)
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .value_hint(ValueHint::FilePath)
}

pub(crate) fn run(matches: &ArgMatches) -> Result<(), Refused> {
    match matches.subcommand() {
        Some(("show", matches)) => show(matches),
        Some(("check", matches)) => check(matches),
        _ => print(&format!("{:#}\n", schema())),
    }
}

fn show(matches: &ArgMatches) -> Result<(), Refused> {
    let name: &String = matches
        .get_one("runner")
        .expect("clap has a default for it");
    let runner = RunnerKind::named(name).expect("clap takes no other name");
    let paths = matches
        .get_many("conf-path")
        .map(|paths| paths.cloned().collect());
    let choice = match paths {
        Some(paths) => Choice::Files(paths),
        None if matches.get_flag("no-conf") => Choice::Files(Vec::new()),
        None => Choice::Search,
    };
    let files = Files::read(&choice, &environment).map_err(refused)?;
    let settings = files.settings(runner, &environment).map_err(refused)?;
    for warning in files.warnings(Some(runner)) {
        say("warning", warning);
    }
    let read: Vec<String> = files
        .paths()
        .map(|path| format!("#   {}\n", path.display()))
        .collect();
    let head = match read.as_slice() {
        [] => "# no configuration file\n".to_owned(),
        read => format!(
            "# files, of which later ones count more:\n{}",
            read.concat()
        ),
    };
    let shown = Shown {
        settings: &settings,
        defaults: true,
    };
    print(&format!("{head}# runner {name}:\n{shown}"))
}

fn check(matches: &ArgMatches) -> Result<(), Refused> {
    let mut problems = Vec::new();
    let mut good = String::new();
    // Each by itself, and with what it includes.
    for path in matches.get_many::<PathBuf>("file").into_iter().flatten() {
        match Files::read(&Choice::Files(vec![path.clone()]), &environment) {
            Ok(files) => {
                for warning in files.warnings(None) {
                    say("warning", warning);
                }
                good.push_str(&format!("{}: no mistakes\n", path.display()));
            }
            Err(error) => problems.extend(refused(error)),
        }
    }
    print(&good)?;
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

fn refused(error: ConfigError) -> Refused {
    error.problems().iter().map(ToString::to_string).collect()
}
